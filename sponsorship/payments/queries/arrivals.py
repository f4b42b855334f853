"""What has arrived at the bank for calls, and which payment it may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from accounts.models import Area
from accounts.queries import within
from ledger.models import BankLine, BankMatch, Fund
from ledger.queries.bank import live_match_of_line
from sponsorship.models import (
    BankConfirmation,
    BankReturn,
    GuidanceCall,
    Opening,
    Payment,
    Pledge,
    Refund,
)
from sponsorship.payments.queries.transfers import MOST, Paths
from sponsorship.payments.references import references_in
from sponsorship.states import PAYABLE, PaymentState

_EXPECTED = (PaymentState.CREATED, PaymentState.PENDING)


class Fits(StrEnum):
    """What a line of the bank is, as far as its words and its amount say."""

    YES = "yes"
    LATE = "late"  # for a pledge that has ended: it is booked, and goes back
    BY_AMOUNT = "by_amount"  # no code, but somebody is expected to pay this much
    OTHER_AMOUNT = "other_amount"
    OTHER_ACCOUNT = "other_account"
    TWICE = "twice"  # what it pays is paid already
    UNKNOWN = "unknown"  # a code of no payment


@dataclass(frozen=True, slots=True)
class Arrived:
    """A line of a bank that no line of the ledger is, and the payment that it may be."""

    line_id: int
    booked_on: date
    amount: int
    currency: str
    counterparty: str
    said: str
    fits: Fits
    payment_id: int | None = None
    pledge_id: int | None = None
    reference: str = ""
    expected: int | None = None

    @property
    def can_be_asked(self) -> bool:
        """Whether it can be booked as that payment."""
        return self.fits in {Fits.YES, Fits.LATE}


def arrived(session: Session, paths: Paths) -> list[Arrived]:
    """The newest incoming lines without a line of the ledger at the accounts of calls' funds in
    these areas, as far as they name a code or are of an amount that somebody is to pay."""
    rows = _open_lines(paths).order_by(BankLine.booked_on.desc(), BankLine.id.desc()).limit(MOST)
    lines = list(session.scalars(rows))
    if not lines:
        return []
    codes = {line.id: references_in(_words(line)) for line in lines}
    known = _payments(session, {code for some in codes.values() for code in some}, lines)
    by_code = {row.reference: row for row in known}
    by_amount: dict[tuple[int, int, str], list[Row[Any]]] = {}
    for row in known:
        if row.state != PaymentState.PAID:
            key = (row.bank_account_id, row.amount, row.currency)
            by_amount.setdefault(key, []).append(row)
    found = []
    for line in lines:
        named = next((by_code[code] for code in codes[line.id] if code in by_code), None)
        same = by_amount.get((line.bank_account_id, line.amount, line.currency), [])
        found.append(_arrived(line, codes[line.id], named, same))
    return [one for one in found if one is not None]


def _words(line: BankLine) -> str:
    return f"{line.reference} {line.text}"


def _arrived(
    line: BankLine, codes: list[str], named: Row[Any] | None, same: Sequence[Row[Any]]
) -> Arrived | None:
    if named is not None:
        return _as(line, _fit(line, named), named)
    if codes:
        return _as(line, Fits.UNKNOWN, None, codes[0])
    return _as(line, Fits.BY_AMOUNT, same[0] if len(same) == 1 else None) if same else None


def _fit(line: BankLine, row: Row[Any]) -> Fits:
    if row.state == PaymentState.PAID:
        return Fits.TWICE
    if (line.amount, line.currency) != (row.amount, row.currency):
        return Fits.OTHER_AMOUNT
    if line.bank_account_id != row.bank_account_id:
        return Fits.OTHER_ACCOUNT
    return Fits.YES if row.pledge_state in PAYABLE else Fits.LATE


def _as(line: BankLine, fits: Fits, row: Row[Any] | None, code: str = "") -> Arrived:
    return Arrived(
        line_id=line.id,
        booked_on=line.booked_on,
        amount=line.amount,
        currency=line.currency,
        counterparty=line.counterparty,
        said=_words(line).strip(),
        fits=fits,
        payment_id=row.id if row else None,
        pledge_id=row.pledge_id if row else None,
        reference=row.reference if row else code,
        expected=row.amount if row else None,
    )


def _open_lines(paths: Paths) -> Select[BankLine]:
    """Incoming lines that are in no match and that nobody has entered, with a code or with an
    amount that is waited for."""
    of_calls = (
        select(Fund.bank_account_id)
        .join(GuidanceCall, GuidanceCall.fund_id == Fund.id)
        .join(Area, Area.id == GuidanceCall.area_id)
        .where(within(paths))
    )
    return (
        select(BankLine)
        .outerjoin(BankMatch, live_match_of_line())
        .where(
            BankMatch.id.is_(None),
            BankLine.amount > 0,
            BankLine.bank_account_id.in_(of_calls),
            ~exists().where(BankConfirmation.bank_line_id == BankLine.id),
            or_(_names_a_code(), _is_waited_for()),
        )
    )


def _names_a_code() -> ColumnElement[bool]:
    said = (BankLine.reference, BankLine.text)
    return or_(
        *(column.ilike(f"%{letters}%") for column in said for letters in ("PL", "ＰＬ", "ｐｌ"))
    )


def _is_waited_for() -> ColumnElement[bool]:
    """Whether some transfer of this amount is expected."""
    return exists().where(
        Payment.provider == "bank",
        Payment.state.in_(_EXPECTED),
        Payment.amount == BankLine.amount,
        Payment.currency == BankLine.currency,
    )


def _payments(session: Session, codes: set[str], lines: Sequence[BankLine]) -> list[Row[Any]]:
    """The payments of these codes, and those waited for whose amount a line has; one query."""
    waited = and_(
        Payment.state.in_(_EXPECTED),
        Payment.amount.in_({line.amount for line in lines}),
    )
    rows = (
        select(
            Payment.id,
            Payment.pledge_id,
            Payment.reference,
            Payment.state,
            Payment.amount,
            Payment.currency,
            Pledge.state.label("pledge_state"),
            Fund.bank_account_id,
        )
        .join(Pledge, Pledge.id == Payment.pledge_id)
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .join(Fund, Fund.id == GuidanceCall.fund_id)
        .where(Payment.provider == "bank", or_(Payment.reference.in_(codes), waited))
        .order_by(Payment.id)
        .limit(10 * MOST)
    )
    return list(session.execute(rows))


def lines_for(session: Session, payment: Payment) -> list[BankLine]:
    """The lines that a payment may be: unmatched, of its amount, at its fund's account."""
    account = payment.pledge.opening.call.fund.bank_account_id
    return _free_lines(session, account, payment.amount, payment.currency)


def lines_back(session: Session, refund: Refund) -> list[BankLine]:
    """The lines by which a refund may have gone out."""
    account = refund.payment.pledge.opening.call.fund.bank_account_id
    return _free_lines(session, account, -refund.amount, refund.payment.currency)


def _free_lines(
    session: Session, account: int | None, amount: int, currency: str
) -> list[BankLine]:
    rows = (
        select(BankLine)
        .outerjoin(BankMatch, live_match_of_line())
        .where(
            BankLine.bank_account_id == account,
            BankLine.amount == amount,
            BankLine.currency == currency,
            BankMatch.id.is_(None),
            ~exists().where(BankConfirmation.bank_line_id == BankLine.id),
            ~exists().where(BankReturn.bank_line_id == BankLine.id),
        )
        .order_by(BankLine.booked_on.desc(), BankLine.id.desc())
        .limit(20)
    )
    return list(session.scalars(rows))
