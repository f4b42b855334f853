"""What a guidance call lays down, as its versions keep it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from core.types import Texts


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of one version of a call. Amounts are minor units of the call's currency, ``None``
    is "no limit"; percentages are whole.

    Offers are taken from ``opens_on`` through ``closes_on``. Public money adds ``match_percent``
    of a pledge of money accepted through ``match_until``, at most ``match_project_most`` for a
    project, ``match_sponsor_most`` for a sponsor and ``match_pool`` in all. At least
    ``public_least`` percent of a project's cost stay public money. Pledges are at least
    ``least``; people may give up to ``small_most`` without an agreement, unnamed up to
    ``anonymous_most``; a gift in kind is worth at most ``kind_most``. An agreement is signed
    within ``sign_days``.
    """

    opens_on: date
    closes_on: date
    match_until: date | None = None
    match_percent: int = 0
    match_pool: int = 0
    match_project_most: int | None = None
    match_sponsor_most: int | None = None
    public_least: int = 0
    least: int = 100_00
    small_most: int = 1_000_00
    anonymous_most: int = 200_00
    kind_most: int = 500_000_00
    sign_days: int = 14
    excluded_sectors: tuple[str, ...] = ()
    area_ids: tuple[int, ...] = ()
    priorities: Texts = field(default_factory=dict)
    naming: Texts = field(default_factory=dict)
    gets: Texts = field(default_factory=dict)
    gets_not: Texts = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As the database, the public record and the canonical form have it."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Terms:
        """From what ``to_json`` gave. Raises ``KeyError`` and ``ValueError`` for anything else."""
        known = dict(said)
        for name in ("opens_on", "closes_on", "match_until"):
            if known.get(name) is not None:
                known[name] = date.fromisoformat(known[name])
        for name in ("excluded_sectors", "area_ids"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
