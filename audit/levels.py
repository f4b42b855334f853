"""A year's figures by level, from the city down to the communities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area, AreaKind
from audit.filters import Filter
from audit.sums import Figure, figure, sums
from audit.words import LEVELS
from core.i18n import Message
from ledger.models import Fund

KEY = (
    "received",
    "from_sponsors",
    "from_above",
    "carried_in",
    "passed_on",
    "carried_out",
    "appropriated",
    "committed",
    "spent",
    "owed",
    "available",
)
# Shown where there is some; what levels hand to each other is no news where all are added up.
BETWEEN = ("from_above", "passed_on")
WHERE_ANY = (*BETWEEN, "carried_in", "carried_out", "from_sponsors")
COLUMNS = ("received", "from_above", "passed_on", "spent", "available")
NAMES = (
    *KEY,
    "open_commitments",
    "uncommitted",
    "for_purposes",
    "match_kept",
    "provider_fees",
)
ORDER = list(AreaKind)


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A level and its figures."""

    level: str
    label: Message
    figures: list[Figure]


@dataclass(frozen=True, slots=True)
class Levels:
    """The figures ``NAMES`` by level and kind of fund, and by fund; which level each area with a
    fund is on."""

    sums: Mapping[tuple[str, str], Mapping[str, int]]
    level_of: Mapping[int, str]
    by_fund: Mapping[int, Mapping[str, int]]

    @property
    def levels(self) -> list[str]:
        """The levels that have money, from the top."""
        there = {level for level, _kind in self.sums}
        return [level for level in ORDER if level in there]

    def of(self, name: str, level: str = "", kind: str = "") -> int:
        """One figure; without a level or a kind, of all of them."""
        return sum(
            row[name]
            for (at, of), row in self.sums.items()
            if level in {"", at} and kind in {"", of}
        )

    def keys(self, where: Filter) -> list[Figure]:
        """The figures at the top of the page: those of all levels added up, or of the level or
        area that the filter names."""
        part = bool(where.level or where.area)
        shown = [
            name
            for name in KEY
            if name not in WHERE_ANY or (self.of(name) and (part or name not in BETWEEN))
        ]
        return [figure(name, self.of(name), where) for name in shown]

    def rows(self, where: Filter) -> list[LevelRow]:
        """The levels with what each received, passed on, spent and has left."""
        return [
            LevelRow(
                level,
                LEVELS[level],
                [figure(name, self.of(name, level), where, level=level) for name in COLUMNS],
            )
            for level in self.levels
        ]


def load_levels(session: Session, where: Filter) -> Levels:
    """The figures of a filter of one year and one currency, by level; two queries."""
    rows = select(Fund.id, Fund.area_id, Area.kind, Fund.kind).join(Area, Area.id == Fund.area_id)
    there = {row[0]: row for row in session.execute(rows.where(Fund.year == where.year))}
    by_fund = {fund: row for (fund,), row in sums(session, NAMES, where, by=("fund",)).items()}
    found: dict[tuple[str, str], dict[str, int]] = {}
    for fund, row in by_fund.items():
        _id, _area, level, kind = there[fund]
        into = found.setdefault((level, kind), dict.fromkeys(NAMES, 0))
        for name, amount in row.items():
            into[name] += amount
    level_of = {area: level for _id, area, level, _kind in there.values()}
    return Levels(found, level_of, by_fund)
