"""What the money was for, and who got it: by vote, by project, by payee."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.report.model import Cell, Grid, Head, Link, Scope, Section
from audit.report.scope import fund_ids
from audit.report.sums import Lines, Row, add_up, money_heads, together
from core.i18n import gettext as _
from core.i18n import localize
from ledger.models import CostCentre, CostCentreKind, Payee
from ledger.queries.figures import figures

ROUNDS = ("appropriated", "committed", "spent", "paid")
PROJECTS = ("committed", "contracted", "spent", "paid", "open_commitments")
PAYEES = ("spent", "paid", "owed")

CALLS = ("appropriated", "from_sponsors", "for_purposes", "matched", "provider_fees")

NAMES = tuple(dict.fromkeys((*ROUNDS, *PROJECTS, *PAYEES, *CALLS)))
MOST_PAYEES = 20  # named; the others together
# By cost centre and payee, 0 for none.
Inside: TypeAlias = Mapping[tuple[int, int], Row]


def purpose_sections(session: Session, scope: Scope, lines: Lines) -> list[Section]:
    """The chapters about purposes and payees; three queries."""
    found = figures(session, NAMES, fund_ids=fund_ids(scope), by=("cost_centre", "payee"))
    inside = {(centre, payee): row for (centre, payee), row in found.items()}
    of = _grouped(inside, 0)
    centres = _centres(session, of)
    return [
        _purposes(lines, of, centres),
        *_partners(lines, of, centres),
        _payees(session, lines, inside),
    ]


def _grouped(inside: Inside, place: int) -> dict[int, dict[str, int]]:
    """The sums by cost centre (``place`` 0) or payee (1), without what has none."""
    found: dict[int, dict[str, int]] = {}
    for key, row in inside.items():
        if key[place]:
            into = found.setdefault(key[place], dict.fromkeys(NAMES, 0))
            _add(into, row)
    return found


def _add(into: dict[str, int], row: Row) -> None:
    for name in NAMES:
        into[name] += row[name]


def _purposes(lines: Lines, of: Mapping[int, Row], centres: Mapping[int, CostCentre]) -> Section:
    return Section(
        "projects",
        _("What did the votes and their projects cost?"),
        grids=[_rounds(lines, of, centres), _projects(lines, of, centres)],
    )


def _partners(
    lines: Lines, of: Mapping[int, Row], centres: Mapping[int, CostCentre]
) -> list[Section]:
    """What partners gave, call by call; nothing where nobody was called."""
    sums = _above(of, centres, (CostCentreKind.CALL, CostCentreKind.PLEDGE))
    if not sums:
        return []
    rows: list[list[Cell]] = []
    for ident in sorted(sums, key=lambda one: (-sums[one]["from_sponsors"], one)):
        url = url_for("audit_public.call", cost_centre_id=ident)
        link = Link(localize(centres[ident].title).text, url)
        rows.append([link, *lines.narrowed(round=ident).amounts(CALLS, sums[ident])])
    grid = Grid(
        _("By call"),
        money_heads(_("Call for partners"), CALLS, 2.0),
        rows,
        total=together(lines.currency, list(sums.values()), CALLS),
    )
    return [Section("partners", _("What did partners give, and what was added?"), grids=[grid])]


def _above(
    of: Mapping[int, Row],
    centres: Mapping[int, CostCentre],
    kinds: Collection[CostCentreKind],
) -> dict[int, dict[str, int]]:
    """Sums by round or call, with those of what belongs to it."""
    sums: dict[int, dict[str, int]] = {}
    for ident, row in of.items():
        if centres[ident].kind in kinds:
            _add(sums.setdefault(centres[ident].parent_id or ident, dict.fromkeys(NAMES, 0)), row)
    return sums


def _centres(session: Session, ids: Collection[int]) -> dict[int, CostCentre]:
    """These purposes, and the rounds and calls that they belong to."""
    above = select(CostCentre.parent_id).where(CostCentre.id.in_(ids))
    rows = select(CostCentre).where(CostCentre.id.in_(ids) | CostCentre.id.in_(above))
    return {one.id: one for one in session.scalars(rows)}


def _rounds(lines: Lines, of: Mapping[int, Row], centres: Mapping[int, CostCentre]) -> Grid:
    sums = _above(of, centres, (CostCentreKind.ROUND, CostCentreKind.PROJECT))
    rows: list[list[Cell]] = []
    for ident in sorted(sums, key=lambda one: (-sums[one]["appropriated"], one)):
        url = url_for("audit_public.round_", cost_centre_id=ident)
        link = Link(localize(centres[ident].title).text, url)
        rows.append([link, *lines.narrowed(round=ident).amounts(ROUNDS, sums[ident])])
    return Grid(
        _("By vote"),
        money_heads(_("Round"), ROUNDS, 2.0),
        rows,
        total=together(lines.currency, list(sums.values()), ROUNDS),
        empty=_("No money was set aside for a vote in these books."),
    )


def _projects(lines: Lines, of: Mapping[int, Row], centres: Mapping[int, CostCentre]) -> Grid:
    projects = [centres[one] for one in of if centres[one].kind == CostCentreKind.PROJECT]
    projects.sort(key=lambda one: (one.parent_id or 0, -of[one.id]["committed"], one.id))
    rows: list[list[Cell]] = []
    for one in projects:
        url = url_for("audit_public.project", cost_centre_id=one.id)
        amounts = lines.narrowed(cost_centre=one.id).amounts(PROJECTS, of[one.id])
        rows.append([Link(localize(one.title).text, url), *amounts])
    return Grid(
        _("By project"),
        money_heads(_("Project"), PROJECTS, 2.0),
        rows,
        total=together(lines.currency, [of[one.id] for one in projects], PROJECTS),
        empty=_("No project has got money in these books."),
    )


def _payees(session: Session, lines: Lines, inside: Inside) -> Section:
    of = _grouped(inside, 1)
    order = sorted(
        (one for one, row in of.items() if any(row[name] for name in PAYEES)),
        key=lambda one: (-of[one]["spent"], one),
    )
    top, rest = order[:MOST_PAYEES], order[MOST_PAYEES:]
    rows = _largest(session, lines, of, top)
    if rest:
        sums = {name: add_up([of[one] for one in rest], name) for name in PAYEES}
        amounts = lines.narrowed(others=tuple(top)).amounts(PAYEES, sums)
        rows.append([_("%(count)s others", count=len(rest)), None, *amounts])
    total = together(lines.currency, [of[one] for one in order], PAYEES)
    heads = money_heads(_("Payee"), PAYEES, 2.0)
    grid = Grid(
        _("The largest payees"),
        [heads[0], Head(_("Number in the public register"), 1.5), *heads[1:]],
        rows,
        total=[total[0], None, *total[1:]] if total else None,
        empty=_("Nobody was paid out of these books."),
    )
    return Section("payees", _("Who was paid most?"), grids=[grid])


def _largest(
    session: Session, lines: Lines, of: Mapping[int, Row], top: Sequence[int]
) -> list[list[Cell]]:
    named = {one.id: one for one in session.scalars(select(Payee).where(Payee.id.in_(top)))}
    rows: list[list[Cell]] = []
    for ident in top:
        url = url_for("audit_public.payee", payee_id=ident)
        link = Link(localize(named[ident].name).text, url)
        amounts = lines.narrowed(payee=ident).amounts(PAYEES, of[ident])
        rows.append([link, named[ident].code, *amounts])
    return rows
