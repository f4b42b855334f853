"""Vouchers in a list: what waits for somebody, what they asked for, what is to be paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Area, Person
from accounts.queries import within
from core.i18n import Message, localize
from ledger.models import (
    Approval,
    CostCentre,
    Fund,
    Payee,
    Voucher,
    VoucherState,
    voucher_number,
)
from ledger.states import PAYABLE
from ledger.voucher_words import KINDS, STATES, TONES

PER_PAGE = 30
Tab: TypeAlias = Literal["waiting", "mine", "pay", "all"]
TABS: tuple[Tab, ...] = ("waiting", "mine", "pay", "all")
Paths: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose list it is: who they are, and in which areas they see, approve and pay."""

    person_id: int
    sees: Paths
    approves: Paths
    pays: Paths


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for."""

    tab: Tab
    kind: str = ""
    state: str = ""
    fund_id: int | None = None
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """A voucher in a list; amounts in minor units of ``currency``, ``path`` its area's."""

    id: int
    number: str
    kind: Message
    state: Message
    tone: str
    fund: str
    about: str
    purpose: str
    amount: int
    currency: str
    asked_by: str
    asked_at: datetime
    path: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of vouchers."""

    rows: list[VoucherRow]
    total: int
    number: int
    pages: int


def listing(session: Session, reader: Reader, filters: Filters) -> Listing:
    """The page that ``filters`` ask for; one past the last is the last. Two queries."""
    found = _narrow(reader, filters)
    total = session.scalar(select(func.count()).select_from(Voucher).where(*found)) or 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(filters.page, 1), pages)
    rows = _rows().where(*found).order_by(Voucher.id.desc())
    rows = rows.limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Listing([_row(row) for row in session.execute(rows)], total, number, pages)


def counts(session: Session, reader: Reader) -> dict[Tab, int]:
    """How many wait for the reader, and how many are to be paid: one query."""
    tabs: tuple[Tab, ...] = ("waiting", "pay")
    each = [
        select(func.count()).where(*_of_tab(reader, tab)).scalar_subquery().label(tab)
        for tab in tabs
    ]
    row = session.execute(select(*each)).one()
    return dict(zip(tabs, row, strict=True))


def fund_choices(session: Session, paths: Paths) -> list[tuple[int, str]]:
    """Funds of these areas and below, the newest year first."""
    rows = (
        select(Fund.id, Fund.name)
        .join(Area, Area.id == Fund.area_id)
        .where(within(paths))
        .order_by(Fund.year.desc(), Area.path, Fund.id)
        .limit(500)
    )
    return [(ident, localize(name).text) for ident, name in session.execute(rows)]


def funds_in(paths: Paths) -> Select[int]:
    """The funds of areas in or below ``paths``."""
    return select(Fund.id).join(Area, Area.id == Fund.area_id).where(within(paths))


def waiting_for(reader: Reader) -> list[ColumnElement[bool]]:
    """The conditions of vouchers that the reader may decide on, whatever their amount."""
    said = exists().where(Approval.voucher_id == Voucher.id, Approval.person_id == reader.person_id)
    return [
        Voucher.state == VoucherState.REQUESTED,
        Voucher.requested_by_id != reader.person_id,
        Voucher.fund_id.in_(funds_in(reader.approves)),
        ~said,
    ]


def to_be_paid(reader: Reader) -> list[ColumnElement[bool]]:
    """The conditions of approved vouchers whose money the reader has to send."""
    return [
        Voucher.state == VoucherState.APPROVED,
        Voucher.kind.in_(PAYABLE),
        Voucher.fund_id.in_(funds_in(reader.pays)),
    ]


def _of_tab(reader: Reader, tab: Tab) -> list[ColumnElement[bool]]:
    if tab == "waiting":
        return waiting_for(reader)
    if tab == "pay":
        return to_be_paid(reader)
    if tab == "mine":
        return [Voucher.requested_by_id == reader.person_id]
    seen = funds_in(reader.sees)
    return [or_(Voucher.fund_id.in_(seen), Voucher.to_fund_id.in_(seen))]


def _narrow(reader: Reader, filters: Filters) -> list[ColumnElement[bool]]:
    found = _of_tab(reader, filters.tab)
    if filters.kind:
        found.append(Voucher.kind == filters.kind)
    if filters.state:
        found.append(Voucher.state == filters.state)
    if filters.fund_id is not None:
        which = filters.fund_id
        found.append(or_(Voucher.fund_id == which, Voucher.to_fund_id == which))
    if filters.words:
        found.append(_has(filters.words))
    return found


def _has(words: str) -> ColumnElement[bool]:
    digits = words.upper().removeprefix("PZ-").lstrip("0")
    if digits.isascii() and digits.isdigit() and len(digits) < 10:
        return Voucher.id == int(digits)
    return Voucher.purpose.icontains(words, autoescape=True)


def _rows() -> Select[*tuple[Any, ...]]:
    other = aliased(Fund)
    return (
        select(
            Voucher.id,
            Voucher.kind,
            Voucher.state,
            Voucher.amount,
            Voucher.currency,
            Voucher.purpose,
            Voucher.requested_at,
            Fund.name.label("fund"),
            other.name.label("to_fund"),
            CostCentre.title,
            Payee.name.label("payee"),
            Person.name.label("asked_by"),
            Area.path,
        )
        .join(Fund, Fund.id == Voucher.fund_id)
        .join(Area, Area.id == Fund.area_id)
        .join(Person, Person.id == Voucher.requested_by_id)
        .outerjoin(other, other.id == Voucher.to_fund_id)
        .outerjoin(CostCentre, CostCentre.id == Voucher.cost_centre_id)
        .outerjoin(Payee, Payee.id == Voucher.payee_id)
    )


def _row(row: Any) -> VoucherRow:
    about = [localize(one).text for one in (row.to_fund, row.title, row.payee) if one]
    return VoucherRow(
        id=row.id,
        number=voucher_number(row.id),
        kind=KINDS[row.kind],
        state=STATES[row.state],
        tone=TONES[row.state],
        fund=localize(row.fund).text,
        about=" · ".join(about),
        purpose=row.purpose,
        amount=row.amount,
        currency=row.currency,
        asked_by=row.asked_by,
        asked_at=row.requested_at,
        path=row.path,
    )
