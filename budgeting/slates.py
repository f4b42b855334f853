"""What stands on a round's ballot: budgets, projects and prices, read from the frozen rules.

A slate is a pure reading of the manifest and is kept in memory under the manifest's hash, so a
vote costs no query for it, and no later change of a project or a round can reach it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.models import BallotType, Round
from budgeting.tally.limits import NO_LIMITS, Ceiling, Limits
from core.errors import Conflict
from core.i18n import lazy_gettext
from core.types import Json

MOST_KEPT = 64
_kept: dict[str, Slate] = {}


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-budget on the ballot; ``amount`` is in minor units."""

    id: int
    area_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A project on the ballot under its ``code``; ``cost`` is in minor units."""

    code: str
    project_id: int
    part_id: int
    cost: int


@dataclass(frozen=True, slots=True)
class Slate:
    """A frozen ballot. The limits on a voter's choices hold for each part by itself.

    ``limits`` say what may win together. ``payers`` names who pays the projects that are paid
    for already, by code: they are shown, but nobody votes on them.
    """

    round_id: int
    kind: BallotType
    currency: str
    max_choices: int
    max_points: int
    parts: tuple[Part, ...]
    entries: dict[str, Entry]
    limits: Limits = NO_LIMITS
    payers: Mapping[str, str] = field(default_factory=dict)

    def for_area(self, area_path: str) -> Slate:
        """The parts that somebody living in the area of ``area_path`` votes on."""
        parts = tuple(part for part in self.parts if f"/{part.area_id}/" in area_path)
        ids = {part.id for part in parts}
        entries = {code: e for code, e in self.entries.items() if e.part_id in ids}
        return replace(self, parts=parts, entries=entries)

    def part_of(self, code: str) -> Part:
        """The part to which the project with this code belongs."""
        wanted = self.entries[code].part_id
        return next(part for part in self.parts if part.id == wanted)

    def within(self, codes: Iterable[str], part: Part) -> list[str]:
        """Those of ``codes`` that belong to ``part``, in their order."""
        return [code for code in codes if self.entries[code].part_id == part.id]


def slate_of(session: Session, round_id: int, manifest_hash: str) -> Slate:
    """The ballot of a frozen round.

    Raises ``Conflict`` when the stored rules are not the ones whose hash was published.
    """
    found = _kept.get(manifest_hash)
    if found is None or found.round_id != round_id:
        text = session.scalar(select(Round.manifest).where(Round.id == round_id)) or ""
        if hashlib.sha256(text.encode()).hexdigest() != manifest_hash:
            raise Conflict(lazy_gettext("The rules of this round are not those that were sealed."))
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        found = _kept[manifest_hash] = read(json.loads(text))
    return found


def read(manifest: Json) -> Slate:
    """The ballot that a manifest describes; it may say more than is read here.

    ``{"round": 7, "currency": "CNY", "ballot": {"type": "knapsack", "max_choices": 5,
    "max_points": 10}, "sub_budgets": [{"id": 1, "area": 4, "amount": 120000000}],
    "projects": [{"code": "1", "project": 31, "sub_budget": 1, "cost": 38400000}]}``, and if there
    are any ``"limits": {"ceilings": [{"name": "Parks", "projects": ["1"], "amount": 5000000}],
    "exclusive": [["1", "2"]], "funded": ["3"], "payers": {"3": "Mill Ltd"}}``
    """
    rules, limits = manifest["ballot"], manifest.get("limits", {})
    entries = [
        Entry(row["code"], row["project"], row["sub_budget"], row["cost"])
        for row in manifest["projects"]
    ]
    return Slate(
        round_id=manifest["round"],
        kind=BallotType(rules["type"]),
        currency=manifest["currency"],
        max_choices=rules["max_choices"],
        max_points=rules["max_points"],
        parts=tuple(Part(row["id"], row["area"], row["amount"]) for row in manifest["sub_budgets"]),
        entries={entry.code: entry for entry in entries},
        limits=_limits(limits),
        payers=limits.get("payers", {}),
    )


def _limits(limits: Json) -> Limits:
    return Limits(
        ceilings=tuple(
            Ceiling(row["name"], frozenset(row["projects"]), row["amount"])
            for row in limits.get("ceilings", ())
        ),
        exclusive=tuple(map(frozenset, limits.get("exclusive", ()))),
        funded=frozenset(limits.get("funded", ())),
    )
