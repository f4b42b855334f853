"""Refunds by transfer: one person of the office says that one was sent, another one confirms it,
and only then it is booked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from core.i18n import both, format_money, lazy_gettext
from sponsorship.models import BankReturn, Refund
from sponsorship.payments.services import refunding
from sponsorship.payments.services.bank_lines import (
    booking_day,
    check_day,
    check_office,
    check_second,
    match_line,
    take_line,
)
from sponsorship.payments.services.telling import note
from sponsorship.payments.services.transfers import TO_CONFIRM_PAGE
from sponsorship.people import APPROVERS, staff_of, tell_all
from sponsorship.states import RefundState

_TO_CONFIRM = lazy_gettext(
    "%(amount)s of the pledge %(pledge)s were transferred back. Please look at the statement, and"
    " confirm it."
)
_DROPPED = lazy_gettext(
    "That the pledge %(pledge)s was transferred back was not confirmed: %(reason)s"
)


def ask(
    session: Session,
    refund_id: int,
    by_id: int,
    now: datetime,
    *,
    line_id: int | None = None,
    on: date | None = None,
) -> BankReturn:
    """Say that a refund was transferred back: by a line of the bank, or on a day without one.

    Raises ``Invalid`` for a line of another amount, currency or account and for an impossible
    day, ``Conflict`` when it is done or somebody has said so already, ``Refused`` for somebody who
    acts for the sponsor.
    """
    refund = refunding.hold_refund(session, refund_id)
    payment = refund.payment
    check_office(session, by_id, payment.pledge)
    _check_waits(refund)
    if line_id is not None:
        on = take_line(session, line_id, -refund.amount, payment.pledge).booked_on
    elif on is None:
        problem = lazy_gettext("Please choose a line of the bank, or give the day.")
        raise Invalid(problem, fields={"on": problem})
    else:
        check_day(on, refund.sent_at or refund.asked_at, now)
    said = BankReturn(
        refund_id=refund.id, bank_line_id=line_id, sent_on=on, asked_by_id=by_id, asked_at=now
    )
    try:
        with session.begin_nested():
            session.add(said)
            session.flush()
    except IntegrityError as error:
        raise Conflict(
            lazy_gettext("Somebody has said already what this line is, or that it was sent.")
        ) from error
    note(session, payment, "refund.transfer_seen", now, {"refund": refund.id, "by": by_id})
    area = payment.pledge.opening.call.area.path
    people = [one for one in staff_of(session, area, APPROVERS, now) if one != by_id]
    amount = format_money(refund.amount, payment.currency)
    texts = both(_TO_CONFIRM, amount=amount, pledge=payment.pledge.number)
    tell_all(session, people, texts, TO_CONFIRM_PAGE, now)
    return said


def _check_waits(refund: Refund) -> None:
    if refund.provider != "bank":
        raise Invalid(lazy_gettext("This refund does not go through the bank."))
    if refund.state != RefundState.SENT:
        raise Conflict(lazy_gettext("This refund is not to be transferred, or not any more."))


def confirm(session: Session, refund_id: int, by_id: int, now: datetime) -> Refund:
    """Confirm what another one has said: the refund is booked, and its line of the bank matched.

    Raises ``Refused`` for who said it and for somebody who acts for the sponsor, ``Conflict`` when
    it is confirmed already or the line was used for something else.
    """
    refund, said = _held(session, refund_id)
    pledge = refund.payment.pledge
    check_second(said.asked_by_id, by_id)
    check_office(session, by_id, pledge)
    _check_waits(refund)
    if said.bank_line_id is not None:
        take_line(session, said.bank_line_id, -refund.amount, pledge)
    said.confirmed_by_id, said.confirmed_at = by_id, now
    on = booking_day(pledge.opening.call.fund, said.sent_on, now)
    refunding.finish(session, refund, now, people=(said.asked_by_id, by_id), on=on)
    if said.bank_line_id is not None:
        match_line(session, said.bank_line_id, pledge, ("refunded_bank",), (by_id, now))
    return refund


def drop(session: Session, refund_id: int, reason: str, by_id: int, now: datetime) -> None:
    """Do not confirm it, with a reason; it can be said anew. Whoever said it may take it back.
    Raises ``Conflict`` when it is confirmed already."""
    refund, said = _held(session, refund_id)
    payment = refund.payment
    check_office(session, by_id, payment.pledge)
    session.delete(said)
    body = {"refund": refund.id, "reason": reason, "by": by_id}
    note(session, payment, "refund.transfer_dropped", now, body)
    texts = both(_DROPPED, pledge=payment.pledge.number, reason=reason)
    tell_all(session, [said.asked_by_id], texts, TO_CONFIRM_PAGE, now)


def _held(session: Session, refund_id: int) -> tuple[Refund, BankReturn]:
    """A refund that somebody says was sent, held."""
    nobody = lazy_gettext("Nobody has said that this refund was sent, or not any more.")
    if session.get(BankReturn, refund_id) is None:
        raise NotFound(nobody)
    refund = refunding.hold_refund(session, refund_id)
    rows = select(BankReturn).where(BankReturn.refund_id == refund_id).with_for_update()
    said = session.scalar(rows.execution_options(populate_existing=True))
    if said is None:
        raise NotFound(nobody)
    if said.confirmed_at is not None:
        raise Conflict(lazy_gettext("This transfer is confirmed already."))
    return refund, said
