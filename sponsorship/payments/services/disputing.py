"""Payments that a sponsor's bank takes back: kept apart at once, until the provider has decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import lock
from core.i18n import both, datetime_long, format_money, lazy_gettext
from projects.services.moves import advance
from sponsorship import bookings
from sponsorship.models import Dispute, Payment
from sponsorship.payments import keys
from sponsorship.payments.providers.protocol import Disputed, Stage
from sponsorship.payments.services.holding import hold_payment
from sponsorship.payments.services.telling import alarm, note, office_page_of, tell_both
from sponsorship.people import FINANCE, OFFICERS, staff_of, tell_all
from sponsorship.states import DISPUTE_MOVES, DisputeState

_OPENED = lazy_gettext(
    "The sponsor's bank disputes %(amount)s of the pledge %(pledge)s. Please answer in the payment"
    " service by %(until)s."
)
_WON = lazy_gettext(
    "The dispute about %(amount)s of the pledge %(pledge)s is won. The money stays."
)
_LOST = lazy_gettext("The dispute about %(amount)s of the pledge %(pledge)s is lost.")


def mirror_dispute(session: Session, payment_id: int, said: Disputed, now: datetime) -> str:
    """Take over how far a dispute is. Gives what is wrong with what the provider says, if anything
    is; then nothing is booked and the office is told."""
    payment = hold_payment(session, payment_id)
    dispute = session.scalar(select(Dispute).where(Dispute.provider_ref == said.ref))
    if dispute is None:
        if problem := _unlike(payment, said):
            alarm(session, payment, problem, now)
            return problem
        dispute = _open(session, payment, said, now)
    dispute = lock(session, Dispute, dispute.id)
    dispute.payment = payment
    if said.withdrawn and not dispute.withdrawn:
        _take(session, dispute, said, now)
    if said.reinstated and not dispute.reinstated:
        _return(session, dispute, now)
    if said.stage == Stage.DONE and dispute.state == DisputeState.OPEN:
        _win(session, dispute, now)
    elif said.stage == Stage.FAILED and dispute.state == DisputeState.OPEN:
        advance(dispute, DISPUTE_MOVES, "lose")
        dispute.closed_at = now
        note(session, payment, "dispute.lost", now, _body(dispute))
        tell_both(session, payment, _LOST, now, dispute.amount)
    return ""


def _unlike(payment: Payment, said: Disputed) -> str:
    left = payment.captured - payment.refunded - payment.disputed
    if payment.late:
        return f"dispute {said.ref}: of a payment that goes back already"
    if said.currency != payment.currency or not 0 < said.amount <= left:
        return f"dispute {said.ref}: {said.amount} {said.currency}, of {left} {payment.currency}"
    return ""


def _open(session: Session, payment: Payment, said: Disputed, now: datetime) -> Dispute:
    """What is disputed is no longer the project's to spend, as far as it is still here."""
    pledge = payment.pledge
    dispute = Dispute(
        payment_id=payment.id,
        payment=payment,
        provider_ref=said.ref,
        state=DisputeState.OPEN,
        amount=said.amount,
        reason=said.reason[:60],
        respond_by=said.respond_by,
        unrestricted=min(said.amount, bookings.kept_for(session, pledge)),
        opened_at=now,
    )
    session.add(dispute)
    payment.disputed += said.amount
    pledge.disputed += said.amount
    session.flush()
    _book(
        session,
        dispute,
        "opened",
        now,
        ("dispute", said.amount),
        ("unrestrict", dispute.unrestricted),
    )
    note(session, payment, "dispute.opened", now, _body(dispute))
    _tell_opened(session, dispute, now)
    return dispute


def _tell_opened(session: Session, dispute: Dispute, now: datetime) -> None:
    pledge = dispute.payment.pledge
    until = datetime_long(dispute.respond_by) if dispute.respond_by else "–"
    amount = format_money(dispute.amount, pledge.currency)
    people = staff_of(session, pledge.opening.call.area.path, OFFICERS | FINANCE, now)
    texts = both(_OPENED, amount=amount, pledge=pledge.number, until=until)
    tell_all(session, people, texts, office_page_of(dispute.payment), now)


def _take(session: Session, dispute: Dispute, said: Disputed, now: datetime) -> None:
    dispute.withdrawn, dispute.fee = True, said.fee
    _book(
        session, dispute, "taken", now, ("dispute.taken", dispute.amount), ("dispute.fee", said.fee)
    )


def _return(session: Session, dispute: Dispute, now: datetime) -> None:
    dispute.reinstated = True
    _book(session, dispute, "returned", now, ("dispute.returned", dispute.amount))


def _win(session: Session, dispute: Dispute, now: datetime) -> None:
    """The money is the sponsor's gift again, for its purpose."""
    payment = dispute.payment
    if dispute.withdrawn and not dispute.reinstated:
        return  # it is won once the money is back
    advance(dispute, DISPUTE_MOVES, "win")
    dispute.closed_at = now
    payment.disputed -= dispute.amount
    payment.pledge.disputed -= dispute.amount
    parts = (("dispute.won", dispute.amount), ("restrict", dispute.unrestricted))
    _book(session, dispute, "won", now, *parts)
    note(session, payment, "dispute.won", now, _body(dispute))
    tell_both(session, payment, _WON, now, dispute.amount)


def _body(dispute: Dispute) -> dict[str, int]:
    return {"dispute": dispute.id, "back": dispute.amount}


def _book(
    session: Session, dispute: Dispute, step: str, now: datetime, *parts: tuple[str, int]
) -> None:
    key = keys.disputed(dispute, step)
    bookings.book(session, dispute.payment.pledge, parts, now, key=key)
    session.flush()
