"""Limits from a JSON file, with a plain word on whatever is wrong in it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from fractions import Fraction
from typing import Any, NoReturn

from budgeting.tally.limits import Ceiling, Limits
from budgeting.tally.numbers import Number, whole

_AMOUNT = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,30})?")
_PARTS = frozenset({"ceilings", "exclusive", "funded"})
_OF_CEILING = frozenset({"name", "projects", "amount"})


def read_limits(data: bytes, known: Collection[str]) -> Limits:
    """Read `{"ceilings": [{"name", "projects": [ids], "amount"}], "exclusive": [[ids]], "funded":
    [ids]}`, each part of which may be missing.

    Amounts are in the budget's unit, as numbers or as exact text. Raises ValueError that names
    what is wrong, also for ids that are not in `known`.
    """
    limits = _limits(_load(data))
    limits.check(known)
    return limits


def _load(data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
        return json.loads(text, parse_float=str, parse_constant=str, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("this is nested too deeply") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"{where}: this is not JSON: {error.msg}") from None
    except UnicodeDecodeError:
        raise ValueError("this is not UTF-8 text") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{repeated} is there twice")
    return found


def _limits(value: Any) -> Limits:
    parts = _object(value, "the whole", _PARTS)
    return Limits(
        tuple(
            _ceiling(part, f"ceilings[{place}]")
            for place, part in enumerate(_list(parts.get("ceilings", []), "ceilings"))
        ),
        tuple(
            _ids(part, f"exclusive[{place}]")
            for place, part in enumerate(_list(parts.get("exclusive", []), "exclusive"))
        ),
        _ids(parts.get("funded", []), "funded"),
    )


def _ceiling(value: Any, where: str) -> Ceiling:
    parts = _object(value, where, _OF_CEILING)
    if missing := sorted(_OF_CEILING - parts.keys()):
        _refuse(where, f"needs {', '.join(missing)}")
    if not isinstance(parts["name"], str) or not parts["name"].strip():
        _refuse(f"{where}.name", "must be a text")
    projects = _ids(parts["projects"], f"{where}.projects")
    return Ceiling(parts["name"].strip(), projects, _amount(parts["amount"], f"{where}.amount"))


def _object(value: Any, where: str, known: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(where, f"must be an object with {', '.join(sorted(known))}")
    if unknown := sorted(value.keys() - known):
        _refuse(where, f"has {', '.join(unknown)}, but only {', '.join(sorted(known))} are known")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        _refuse(where, "must be a list")
    return value


def _ids(value: Any, where: str) -> frozenset[str]:
    ids = _list(value, where)
    if not all(isinstance(name, str) for name in ids):
        _refuse(where, "must be a list of project ids, each a text in quotes")
    return frozenset(ids)


def _amount(value: Any, where: str) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | str):
        _refuse(where, "must be a number")
    if not _AMOUNT.fullmatch(str(value)):
        _refuse(where, "must be a number, not below zero, like 1200 or 1200.50")
    return whole(Fraction(value))


def _refuse(where: str, what: str) -> NoReturn:
    raise ValueError(f"{where} {what}")
