"""Transfers that have arrived: one person of the office says so, another one confirms it, and only
then they are booked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from core.i18n import both, format_money, lazy_gettext
from sponsorship.models import BankConfirmation, Payment
from sponsorship.payments.services import settling
from sponsorship.payments.services.bank_lines import (
    booking_day,
    check_day,
    check_office,
    check_second,
    match_line,
    take_line,
)
from sponsorship.payments.services.holding import hold_payment
from sponsorship.payments.services.telling import note
from sponsorship.people import APPROVERS, staff_of, tell_all
from sponsorship.states import PaymentState

_TO_CONFIRM = lazy_gettext(
    "A transfer of %(amount)s for the pledge %(pledge)s has arrived. Please look at the statement,"
    " and confirm it."
)
_DROPPED = lazy_gettext("The transfer for the pledge %(pledge)s was not confirmed: %(reason)s")
TO_CONFIRM_PAGE = "/office/partners/transfers"


def ask(
    session: Session,
    payment_id: int,
    by_id: int,
    now: datetime,
    *,
    line_id: int | None = None,
    on: date | None = None,
) -> BankConfirmation:
    """Say that a payment has arrived: by a line of the bank, or on a day without one.

    Raises ``Invalid`` for a line of another amount, currency or account and for an impossible
    day, ``Conflict`` when it is paid or somebody has said so already, ``Refused`` for somebody who
    acts for the sponsor.
    """
    payment = hold_payment(session, payment_id)
    check_office(session, by_id, payment.pledge)
    if payment.provider != "bank":
        raise Invalid(lazy_gettext("This payment is no bank transfer."))
    if payment.state == PaymentState.PAID:
        raise Conflict(lazy_gettext("This payment is in the books already."))
    if line_id is not None:
        line = take_line(session, line_id, payment.amount, payment.pledge)
        on = line.booked_on
    elif on is None:
        problem = lazy_gettext("Please choose a line of the bank, or give the day.")
        raise Invalid(problem, fields={"on": problem})
    else:
        check_day(on, payment.created_at, now)
    made = _add(session, payment, line_id, on, (by_id, now))
    body = {"received": made.amount, "arrived_on": on.isoformat(), "by": by_id}
    note(session, payment, "payment.transfer_seen", now, body)
    area = payment.pledge.opening.call.area.path
    people = [one for one in staff_of(session, area, APPROVERS, now) if one != by_id]
    amount = format_money(payment.amount, payment.currency)
    texts = both(_TO_CONFIRM, amount=amount, pledge=payment.pledge.number)
    tell_all(session, people, texts, TO_CONFIRM_PAGE, now)
    return made


def _add(
    session: Session,
    payment: Payment,
    line_id: int | None,
    on: date,
    by: tuple[int, datetime],
) -> BankConfirmation:
    made = BankConfirmation(
        payment_id=payment.id,
        bank_line_id=line_id,
        amount=payment.amount,
        arrived_on=on,
        asked_by_id=by[0],
        asked_at=by[1],
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as error:
        raise Conflict(
            lazy_gettext("Somebody has said already what this line or this payment is.")
        ) from error
    return made


def confirm(session: Session, confirmation_id: int, by_id: int, now: datetime) -> Payment:
    """Confirm what another one has said: the payment is booked, and its line of the bank matched.

    Raises ``Refused`` for who said it and for somebody who acts for the sponsor, ``Conflict`` when
    it is confirmed already or the line was used for something else.
    """
    payment, said = _held(session, confirmation_id)
    check_second(said.asked_by_id, by_id)
    check_office(session, by_id, payment.pledge)
    if payment.state == PaymentState.PAID:
        raise Conflict(lazy_gettext("This payment is in the books already."))
    if said.bank_line_id is not None:
        take_line(session, said.bank_line_id, said.amount, payment.pledge)
    on = booking_day(payment.pledge.opening.call.fund, said.arrived_on, now)
    said.confirmed_by_id, said.confirmed_at = by_id, now
    people = (said.asked_by_id, by_id)
    settling.settle(session, payment, said.amount, 0, now, on=on, people=people)
    if said.bank_line_id is not None:
        codes = ("settle_bank", "late_bank")
        match_line(session, said.bank_line_id, payment.pledge, codes, (by_id, now))
    return payment


def drop(session: Session, confirmation_id: int, reason: str, by_id: int, now: datetime) -> None:
    """Do not confirm it, with a reason; it can be said anew. Whoever said it may take it back.
    Raises ``Conflict`` when it is confirmed already."""
    payment, said = _held(session, confirmation_id)
    check_office(session, by_id, payment.pledge)
    session.delete(said)
    body = {"reason": reason, "by": by_id}
    note(session, payment, "payment.transfer_dropped", now, body)
    texts = both(_DROPPED, pledge=payment.pledge.number, reason=reason)
    tell_all(session, [said.asked_by_id], texts, TO_CONFIRM_PAGE, now)


def _held(session: Session, confirmation_id: int) -> tuple[Payment, BankConfirmation]:
    """What waits to be confirmed, held, with its payment."""
    of = select(BankConfirmation.payment_id).where(BankConfirmation.id == confirmation_id)
    payment_id = session.scalar(of)
    if payment_id is None:
        raise NotFound(lazy_gettext("Nobody has said that this transfer arrived, or not any more."))
    payment = hold_payment(session, payment_id)
    found = session.scalar(
        select(BankConfirmation)
        .where(BankConfirmation.id == confirmation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(lazy_gettext("Nobody has said that this transfer arrived, or not any more."))
    if found.confirmed_at is not None:
        raise Conflict(lazy_gettext("This transfer is confirmed already."))
    return payment, found
