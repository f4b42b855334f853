"""Funds with their figures, closings of periods, and limits, as the office sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from accounts.models import Area, Person
from accounts.queries import within
from core.errors import NotFound
from core.i18n import Localized, Message, lazy_gettext, localize
from ledger.models import ApprovalRule, CostCentre, Fund, PeriodClosing
from ledger.queries.figures import figures
from ledger.rules import Rule
from ledger.words import FUND_KINDS

LARGEST = 2**63 - 1
PER_PAGE = 30
NAMES = (
    "received",
    "from_above",
    "carried_in",
    "passed_on",
    "carried_out",
    "available",
    "appropriated",
    "committed",
    "spent",
    "paid",
    "in_bank",
)
ROUND_NAMES = ("appropriated", "uncommitted", "committed", "spent", "open_commitments", "owed")
Figures = dict[str, int]


@dataclass(frozen=True, slots=True)
class FundRow:
    """A fund with its figures, in minor units of ``currency``. ``came_in`` is everything that
    came in, from outside, above and the year before."""

    id: int
    name: Localized
    area: Localized
    kind: Message
    year: int
    currency: str
    planned: int | None
    closed_until: date | None
    figures: Figures

    @property
    def came_in(self) -> int:
        """From outside, from above and from the year before."""
        return sum(self.figures[name] for name in ("received", "from_above", "carried_in"))

    @property
    def went_on(self) -> int:
        """To levels below and into the next year."""
        return self.figures["passed_on"] + self.figures["carried_out"]


@dataclass(frozen=True, slots=True)
class FundListing:
    """One page of the funds of a year."""

    rows: list[FundRow]
    years: list[int]
    year: int | None
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class PurposeRow:
    """What a fund's money is for: a round with all its projects, in figures."""

    title: Localized
    url: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class ClosingRow:
    """Books closed, or asked to be closed, up to a day."""

    id: int
    area: Localized
    ends_on: date
    asked_by: str
    asked_at: datetime
    approved_by: str | None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """An area's own limits."""

    area_id: int
    area: Localized
    rule: Rule


def load_fund(session: Session, fund_id: int) -> Fund:
    """A fund with its area. Raises ``NotFound``."""
    wanted = select(Fund).where(Fund.id == min(fund_id, LARGEST))
    found = session.scalar(wanted.options(joinedload(Fund.area)))
    if found is None:
        raise NotFound(lazy_gettext("There is no such fund."))
    return found


def fund_listing(
    session: Session, paths: tuple[str, ...], year: int | None, page: int, this_year: int
) -> FundListing:
    """The funds of a year in these areas and below; by default this year, or the last there is."""
    scope = select(Fund.year).join(Area, Area.id == Fund.area_id).where(within(paths))
    years = list(session.scalars(scope.distinct().order_by(Fund.year.desc())))
    if year not in years:
        year = next((one for one in years if one <= this_year), years[-1] if years else None)
    rows = _funds().where(within(paths), Fund.year == year)
    total = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(page, 1), pages)
    ordered = rows.order_by(Area.path, Fund.kind, Fund.id)
    found = session.execute(ordered.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    return FundListing(with_figures(session, found), years, year, number, pages)


def _funds() -> Select[*tuple[Any, ...]]:
    return select(Fund, Area.name.label("area")).join(Area, Area.id == Fund.area_id)


def with_figures(session: Session, rows: Sequence[Any]) -> list[FundRow]:
    """Funds and their areas' names as rows with figures: one query for all of them."""
    found = figures(session, NAMES, fund_ids=[fund.id for fund, _area in rows], by=["fund"])
    none = dict.fromkeys(NAMES, 0)
    return [
        FundRow(
            id=fund.id,
            name=localize(fund.name),
            area=localize(area),
            kind=FUND_KINDS[fund.kind],
            year=fund.year,
            currency=fund.currency,
            planned=fund.planned,
            closed_until=fund.closed_until,
            figures=found.get((fund.id,), none),
        )
        for fund, area in rows
    ]


def purposes(session: Session, fund_id: int) -> list[PurposeRow]:
    """The rounds that a fund's money was set aside for, the newest first: two queries."""
    found = figures(session, ROUND_NAMES, fund_ids=[fund_id], by=["round"])
    rows = select(CostCentre).where(CostCentre.id.in_([ident for (ident,) in found]))
    centres = session.scalars(rows.order_by(CostCentre.id.desc()))
    return [
        PurposeRow(localize(one.title), f"/{one.kind}s/{one.ref}", found[one.id,])
        for one in centres
    ]


def closings(session: Session, paths: tuple[str, ...]) -> list[ClosingRow]:
    """The last closings of books in these areas and below, open ones first."""
    asks, approves = aliased(Person), aliased(Person)
    rows = (
        select(
            PeriodClosing.id,
            Area.name,
            PeriodClosing.ends_on,
            asks.name,
            PeriodClosing.asked_at,
            approves.name,
        )
        .join(Area, Area.id == PeriodClosing.area_id)
        .join(asks, asks.id == PeriodClosing.asked_by_id)
        .outerjoin(approves, approves.id == PeriodClosing.approved_by_id)
        .where(within(paths))
        .order_by(PeriodClosing.approved_at.is_(None).desc(), PeriodClosing.id.desc())
        .limit(100)
    )
    return [
        ClosingRow(ident, localize(area), ends_on, asked_by, asked_at, approved_by)
        for ident, area, ends_on, asked_by, asked_at, approved_by in session.execute(rows)
    ]


def load_closing(session: Session, closing_id: int) -> PeriodClosing:
    """A closing with its area. Raises ``NotFound``."""
    wanted = select(PeriodClosing).where(PeriodClosing.id == min(closing_id, LARGEST))
    found = session.scalar(wanted.options(joinedload(PeriodClosing.area)))
    if found is None:
        raise NotFound(lazy_gettext("There is no such closing."))
    return found


def own_rules(session: Session, paths: tuple[str, ...]) -> list[RuleRow]:
    """The areas of ours with limits of their own, from the top."""
    rows = (
        select(ApprovalRule, Area.name)
        .join(Area, Area.id == ApprovalRule.area_id)
        .where(within(paths))
        .order_by(Area.path)
        .limit(200)
    )
    return [
        RuleRow(
            one.area_id, localize(name), Rule(one.finance_most, one.approver_most, one.three_above)
        )
        for one, name in session.execute(rows)
    ]
