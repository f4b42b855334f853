"""Who is paid: everybody by what they got, and one of them in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from audit.filters import Filter
from audit.search import payee_named
from audit.sums import Figure, figure, fund_ids, sums
from core.errors import NotFound
from core.i18n import Localized, lazy_gettext, localize
from ledger.models import Payee, Turnover
from ledger.queries.figures import conditions, figures

NAMES = ("spent", "paid", "owed")
SIZE = 30
MOST_PAGES = 1000
MOST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class PayeeRow:
    """A payee in the list."""

    id: int
    name: Localized
    code: str | None
    figures: list[Figure]


@dataclass(frozen=True, slots=True)
class PayeePage:
    """One page of the list."""

    rows: list[PayeeRow]
    number: int
    pages: int
    count: int


@dataclass(frozen=True, slots=True)
class PayeeView:
    """One payee: its number in a public register, and its page here if it has one."""

    id: int
    name: Localized
    code: str | None
    organisation: tuple[int, Localized] | None


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """What a payee got in a month."""

    month: date
    figures: list[Figure]


def list_payees(session: Session, where: Filter, words: str, number: int) -> PayeePage:
    """Payees by what was spent on them under a filter, whoever got most first."""
    spent = (
        select(Turnover.payee_id, func.sum(Turnover.amount).label("amount"))
        .where(
            Turnover.code == "invoice",
            *conditions(fund_ids(where), None, None, where.months),
        )
        .group_by(Turnover.payee_id)
        .subquery()
    )
    rows = select(Payee).join(spent, spent.c.payee_id == Payee.id)
    if words:
        rows = rows.where(payee_named(words))
    count = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    pages = max(1, min(-(-count // SIZE), MOST_PAGES))
    number = min(max(number, 1), pages)
    rows = rows.order_by(spent.c.amount.desc(), Payee.id).offset((number - 1) * SIZE).limit(SIZE)
    found = session.scalars(rows).all()
    ids = [payee.id for payee in found]
    by_payee = _sums(session, where, ids)
    return PayeePage([_row(one, by_payee, where) for one in found], number, pages, count)


def _sums(session: Session, where: Filter, ids: list[int]) -> dict[int, dict[str, int]]:
    found = figures(
        session, NAMES, fund_ids=fund_ids(where), payee_ids=ids, months=where.months, by=("payee",)
    )
    return {payee: row for (payee,), row in found.items()}


def _row(payee: Payee, known: dict[int, dict[str, int]], where: Filter) -> PayeeRow:
    row = known.get(payee.id, dict.fromkeys(NAMES, 0))
    return PayeeRow(
        payee.id,
        localize(payee.name),
        payee.code,
        [figure(name, row[name], where, payee=payee.id) for name in NAMES],
    )


def load_payee(session: Session, payee_id: int) -> PayeeView:
    """A payee. Raises ``NotFound``."""
    rows = (
        select(Payee, Organisation)
        .outerjoin(Organisation, Organisation.id == Payee.organisation_id)
        .where(Payee.id == payee_id)
    )
    found = session.execute(rows).one_or_none()
    if found is None:
        raise NotFound(lazy_gettext("There is no such payee."))
    payee: Payee = found[0]
    organisation: Organisation | None = found[1]
    link = (organisation.id, localize(organisation.name)) if organisation else None
    return PayeeView(payee.id, localize(payee.name), payee.code, link)


def currencies_of(session: Session, payee_id: int) -> list[str]:
    """In which currencies a payee got money, most of it first."""
    found = sums(session, ("spent",), Filter(payee=payee_id), by=("currency",))
    return sorted((one for (one,) in found), key=lambda one: -found[(one,)]["spent"])


def paid_months(session: Session, where: Filter) -> list[PaidMonth]:
    """When a payee got what, the newest month first."""
    found = sums(session, ("spent", "paid"), where, by=("month",))
    months = sorted((month for (month,), row in found.items() if any(row.values())), reverse=True)
    return [
        PaidMonth(
            month,
            [figure(n, found[(month,)][n], where.in_month(month)) for n in ("spent", "paid")],
        )
        for month in months[:MOST_MONTHS]
    ]
