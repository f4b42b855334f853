"""Which books there are, and funds with their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from audit.filters import Filter
from audit.levels import COLUMNS
from audit.sums import Figure, figure
from audit.words import TONES
from core.i18n import Localized, Message, localize
from ledger.models import Fund
from ledger.queries.figures import figures
from ledger.words import FUND_KINDS

MOST_FUNDS = 30
Known: TypeAlias = Mapping[int, Mapping[str, int]] | None


@dataclass(frozen=True, slots=True)
class Books:
    """What there is to look at: years (newest first) and currencies, the commonest first."""

    years: list[int]
    currencies: list[str]

    @property
    def currency_pairs(self) -> list[tuple[str, str]]:
        """Currencies as choices."""
        return [(one, one) for one in self.currencies]


@dataclass(frozen=True, slots=True)
class FundRow:
    """A fund and its figures."""

    id: int
    name: Localized
    area_id: int
    area: Localized
    level: str
    kind: Message
    tone: str
    year: int
    planned: int | None
    closed_until: date | None
    figures: list[Figure]


def books(session: Session) -> Books:
    """The years and currencies in which there are funds."""
    rows = session.execute(select(Fund.year, Fund.currency)).all()
    years = sorted({year for year, _currency in rows}, reverse=True)
    counts: dict[str, int] = {}
    for _year, currency in rows:
        counts[currency] = counts.get(currency, 0) + 1
    return Books(years, sorted(counts, key=lambda one: (-counts[one], one)))


def settle(known: Books, where: Filter, this_year: int) -> Filter:
    """The filter with a year and a currency: those asked for, else the present year or the
    newest one, and the commonest currency."""
    year = where.year
    if year is None and known.years:
        year = this_year if this_year in known.years else known.years[0]
    currency = where.currency or (known.currencies[0] if known.currencies else "CNY")
    return where.but(year=year, currency=currency)


def fund_rows(
    session: Session, where: Filter, *, most: int = MOST_FUNDS, after: int = 0, known: Known = None
) -> tuple[list[FundRow], bool]:
    """The funds under a filter, as a tree from the top, and whether there are more. ``known`` are
    the figures ``COLUMNS`` by fund, where they were summed already."""
    rows = select(Fund, Area).join(Area, Area.id == Fund.area_id)
    for column, value in (
        (Fund.year, where.year),
        (Fund.currency, where.currency),
        (Fund.kind, where.kind),
        (Fund.area_id, where.area),
        (Area.kind, where.level),
    ):
        if value:
            rows = rows.where(column == value)
    rows = rows.order_by(Area.path, Fund.year.desc(), Fund.kind).offset(after).limit(most + 1)
    found = session.execute(rows).all()
    shown = found[:most]
    if known is None:
        ids = [fund.id for fund, _area in shown]
        summed = figures(session, COLUMNS, fund_ids=ids, by=("fund",))
        known = {fund: row for (fund,), row in summed.items()}
    made = [_fund_row(fund, area, known.get(fund.id, {})) for fund, area in shown]
    return made, len(found) > most


def _fund_row(fund: Fund, area: Area, known: Mapping[str, int]) -> FundRow:
    where = Filter(fund=fund.id, currency=fund.currency)
    return FundRow(
        id=fund.id,
        name=localize(fund.name),
        area_id=area.id,
        area=localize(area.name),
        level=area.kind,
        kind=FUND_KINDS[fund.kind],
        tone=TONES[fund.kind],
        year=fund.year,
        planned=fund.planned,
        closed_until=fund.closed_until,
        figures=[figure(name, known.get(name, 0), where) for name in COLUMNS],
    )
