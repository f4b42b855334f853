"""What the releases of a process come to: the compiled release, by the merging rules of OCDS 1.1.

Later releases win. Objects are merged key by key, lists of objects with an id by that id; other
lists, and those of additional identifiers, are replaced whole. The release's own id, date and tag
do not count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from audit.exports.ocds.values import Json

_OF_RELEASE = frozenset({"id", "date", "tag"})
_WHOLE = frozenset({"additionalIdentifiers", "additionalClassifications"})


def compiled(releases: Sequence[Mapping[str, Any]]) -> Json:
    """The compiled release of one process; its date is that of the last release. Raises
    ``ValueError`` without releases."""
    if not releases:
        raise ValueError("nothing to compile")
    ordered = sorted(releases, key=lambda one: str(one["date"]))
    date = ordered[-1]["date"]
    found: Json = {
        "id": f"{ordered[-1]['ocid']}-{date}",
        "date": date,
        "tag": ["compiled"],
    }
    for one in ordered:
        _merge(found, {name: part for name, part in one.items() if name not in _OF_RELEASE})
    return found


def _merge(into: Json, more: Mapping[str, Any]) -> None:
    for name, part in more.items():
        if part is None:
            into.pop(name, None)
        elif isinstance(part, dict):
            _merge(_own_dict(into, name), part)
        elif _has_ids(part) and name not in _WHOLE:
            into[name] = _merged(into.get(name, []), part)
        else:
            into[name] = part


def _own_dict(into: Json, name: str) -> Json:
    """An object of ``into`` that nothing else refers to."""
    found = into.get(name)
    own: Json = dict(found) if isinstance(found, dict) else {}
    into[name] = own
    return own


def _has_ids(part: Any) -> bool:
    return isinstance(part, list) and all(isinstance(one, dict) and "id" in one for one in part)


def _merged(known: Sequence[Json], more: Sequence[Json]) -> list[Json]:
    found: dict[Any, Json] = {one["id"]: one for one in known}
    for one in more:
        own: Json = dict(found.get(one["id"], {}))
        _merge(own, one)
        found[one["id"]] = own
    return list(found.values())
