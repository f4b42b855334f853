"""The money of a year: what came, and what each level and area did with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area, AreaKind
from audit.filters import Filter
from audit.report.model import Cell, Grid, Key, Link, Scope, Section
from audit.report.purposes import PROJECTS, purpose_sections
from audit.report.scope import fund_ids
from audit.report.sums import Lines, Row, add_up, money_heads, together
from audit.words import LEVELS, label
from core.i18n import gettext as _
from core.i18n import localize
from ledger.models import Fund
from ledger.queries.figures import figures

KEYS = (
    "received",
    "from_sponsors",
    "from_above",
    "carried_in",
    "passed_on",
    "appropriated",
    "committed",
    "contracted",
    "accepted",
    "spent",
    "paid",
    "owed",
    "carried_out",
    "available",
)
# What areas within hand to each other is no news where all of it is added up: the area's own.
BETWEEN = ("from_above", "passed_on")
ALWAYS = ("received", "committed", "spent", "paid", "owed", "available")
BARS = ("appropriated", "committed", "contracted", "accepted", "spent", "paid")
AREAS = ("received", "from_above", "passed_on", "spent", "available")

NAMES = tuple(dict.fromkeys((*KEYS, *PROJECTS)))
Areas: TypeAlias = Sequence[tuple[Area, Row]]


def money_sections(session: Session, scope: Scope) -> list[Section]:
    """The chapters about money; six queries."""
    where = Filter(year=scope.year, currency=scope.currency)
    areas = _areas_with_money(session, scope)
    exact = where if scope.whole else where.but(area=areas[0][0].id) if len(areas) == 1 else None
    lines = Lines(scope.currency, exact)
    return [
        _short(scope, where, lines, areas),
        Section(
            "areas",
            _("What did each level get, pass on and keep?"),
            grids=[_levels(lines, areas), _areas(where, areas)],
        ),
        *purpose_sections(session, scope, lines),
    ]


def _areas_with_money(session: Session, scope: Scope) -> Areas:
    """The figures of each area with a fund, from the top."""
    found = figures(session, NAMES, fund_ids=fund_ids(scope), by=("area",))
    ids = select(Fund.area_id).where(Fund.id.in_(fund_ids(scope)))
    areas = session.scalars(select(Area).where(Area.id.in_(ids)).order_by(Area.path, Area.id))
    none = dict.fromkeys(NAMES, 0)
    return [(area, found.get((area.id,), none)) for area in areas]


def _short(scope: Scope, where: Filter, lines: Lines, areas: Areas) -> Section:
    rows = [row for _area, row in areas]
    return Section(
        "money",
        _("Where did the money come from, and where did it go?"),
        about=_(
            "Books of %(year)s of %(area)s and all areas below it, in %(currency)s.",
            year=scope.year,
            area=scope.area.text,
            currency=scope.currency,
        ),
        keys=_keys(scope, where, lines, areas),
        bars=[Key(str(label(name)), lines.amount(name, add_up(rows, name))) for name in BARS],
    )


def _keys(scope: Scope, where: Filter, lines: Lines, areas: Areas) -> list[Key]:
    """The figures of all books together, but for what areas hand to each other."""
    own = [row for area, row in areas if area.id == scope.area_id]
    of_own = Lines(scope.currency, where.but(area=scope.area_id))
    every = [row for _area, row in areas]
    keys = []
    for name in KEYS:
        rows, of = (own, of_own) if name in BETWEEN and len(areas) > 1 else (every, lines)
        minor = add_up(rows, name)
        if minor or name in ALWAYS:
            keys.append(Key(str(label(name)), of.amount(name, minor), _note(name)))
    return keys


def _note(name: str) -> str:
    notes = {
        "received": _("from outside"),
        "from_above": _("to the area itself"),
        "passed_on": _("by the area itself"),
        "committed": _("by the votes"),
        "contracted": _("out of what was promised"),
        "accepted": _("by two people each"),
        "spent": _("approved invoices"),
        "paid": _("has left the bank"),
    }
    return notes.get(name, "")


def _levels(lines: Lines, areas: Areas) -> Grid:
    by_level: dict[str, list[Row]] = defaultdict(list)
    for area, row in areas:
        by_level[area.kind].append(row)
    rows: list[list[Cell]] = []
    for kind in AreaKind:
        if kind in by_level:
            of = lines.narrowed(level=kind.value)
            sums = {name: add_up(by_level[kind], name) for name in AREAS}
            rows.append([str(LEVELS[kind]), *of.amounts(AREAS, sums)])
    return Grid(_("By level"), money_heads(_("Level"), AREAS), rows)


def _areas(where: Filter, areas: Areas) -> Grid:
    """What is handed down within would be counted again at each level, so that has no sum."""
    rows: list[list[Cell]] = []
    for area, row in areas:
        mine = where.but(area=area.id)
        link = Link(localize(area.name).text, mine.url("audit_public.money"))
        rows.append([link, *Lines(where.currency, mine).amounts(AREAS, row)])
    total = together(where.currency, [row for _area, row in areas], AREAS, leave_out=BETWEEN)
    return Grid(_("By area"), money_heads(_("Area"), AREAS), rows, total=total)
