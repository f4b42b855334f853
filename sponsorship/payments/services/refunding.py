"""Money on its way back: asked for by one person and approved by another, or by the rules."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import lock
from core.errors import Conflict, Invalid, Refused
from core.i18n import format_money, lazy_gettext
from projects.services.moves import advance
from sponsorship import bookings
from sponsorship.models import Payment, Pledge, Refund
from sponsorship.payments import keys
from sponsorship.payments.services.holding import hold_payment
from sponsorship.payments.services.telling import note, tell_both, tell_givers, tell_office
from sponsorship.payments.services.undoing import undo
from sponsorship.people import speaks_for
from sponsorship.states import (
    PLEDGE_MOVES,
    REFUND_MOVES,
    PaymentState,
    PledgeState,
    RefundState,
)

LATE = "late"  # the reason of what the rules give back because it came too late
_ASKED = lazy_gettext(
    "%(amount)s of the pledge %(pledge)s are to be given back. Please look at it."
)
_SENT = lazy_gettext("%(amount)s of the pledge %(pledge)s are on their way back.")
_DONE = lazy_gettext("%(amount)s of the pledge %(pledge)s have been given back.")
_FAILED = lazy_gettext(
    "%(amount)s of the pledge %(pledge)s could not be given back. The office tries again."
)


def refundable(session: Session, payment: Payment) -> int:
    """What can still be given back of a payment: what came in less what went back, is disputed or
    is asked for already."""
    asked = select(func.coalesce(func.sum(Refund.amount), 0)).where(
        Refund.payment_id == payment.id, Refund.state == RefundState.ASKED
    )
    waiting = int(session.scalar(asked) or 0)
    return payment.captured - payment.refunded - payment.disputed - waiting


def ask(
    session: Session,
    payment_id: int,
    amount: int,
    *,
    reason: str,
    by_id: int,
    now: datetime,
    key: str,
    beyond: bool = False,
) -> Refund:
    """Ask that ``amount`` of a payment be given back; the same ``key`` once. ``beyond`` says that
    the fund bears what is no longer kept for the pledge's purpose.

    Raises ``Refused`` for those who act for the sponsor, ``Invalid`` for more than is there.
    """
    payment = hold_payment(session, payment_id)
    if known := session.scalar(select(Refund).where(Refund.key == key)):
        return known
    _check_office(session, payment.pledge, by_id)
    left = refundable(session, payment)
    if not 0 < amount <= left:
        most = format_money(left, payment.currency)
        problem = lazy_gettext("At most %(most)s of this payment can be given back.", most=most)
        raise Invalid(problem, fields={"amount": problem})
    kept = bookings.kept_for(session, payment.pledge)
    if amount > kept and not beyond:
        problem = lazy_gettext(
            "Only %(kept)s of this pledge are still kept; the rest went to its project or to fees."
            " Please say that the fund bears it.",
            kept=format_money(kept, payment.currency),
        )
        raise Invalid(problem, fields={"beyond": problem})
    refund = _new(payment, amount, reason, key, now)
    refund.asked_by_id = by_id
    session.add(refund)
    session.flush()
    note(session, payment, "refund.asked", now, _body(refund))
    tell_office(session, payment, _ASKED, now, amount)
    return refund


def approve(session: Session, refund_id: int, by_id: int, now: datetime) -> Refund:
    """Approve what another person asked for: it is booked as owed to the sponsor, and sent.

    Raises ``Refused`` for who asked or acts for the sponsor, ``Conflict`` when less is there now.
    """
    refund = hold_refund(session, refund_id)
    _check_office(session, refund.payment.pledge, by_id)
    if refund.asked_by_id == by_id:
        raise Refused(lazy_gettext("You asked for this yourself; somebody else has to approve it."))
    advance(refund, REFUND_MOVES, "send")
    refund.approved_by_id = by_id
    _owe(session, refund, now)
    return refund


def refuse(session: Session, refund_id: int, by_id: int, now: datetime) -> Refund:
    """Refuse what another person asked for. Raises as ``approve``."""
    refund = hold_refund(session, refund_id)
    _check_office(session, refund.payment.pledge, by_id)
    if refund.asked_by_id == by_id:
        raise Refused(lazy_gettext("You asked for this yourself; somebody else has to decide."))
    advance(refund, REFUND_MOVES, "refuse")
    refund.approved_by_id, refund.ended_at = by_id, now
    note(session, refund.payment, "refund.refused", now, _body(refund))
    return refund


def refund_by_rule(session: Session, pledge: Pledge, reason: str, now: datetime) -> list[Refund]:
    """Give back all that came in for a pledge and is still here, as its rules say: nobody asks.
    What was asked for and is not approved yet is refused by that."""
    found: list[Refund] = []
    rows = select(Payment.id).where(
        Payment.pledge_id == pledge.id,
        Payment.state == PaymentState.PAID,
        Payment.late.is_(False),
    )
    for payment_id in session.scalars(rows.order_by(Payment.id)).all():
        payment = hold_payment(session, payment_id)
        _drop_asked(session, payment, now)
        if left := payment.captured - payment.refunded - payment.disputed:
            key = f"refund:{payment.key}:rule:{payment.refunded}"
            found.append(send_back(session, payment, left, reason, key=key, now=now))
    return found


def send_back(
    session: Session, payment: Payment, amount: int, reason: str, *, key: str, now: datetime
) -> Refund:
    """Give back a part of a payment without anybody's asking. Whoever calls holds it."""
    refund = _new(payment, amount, reason, key, now)
    refund.state = RefundState.SENT
    session.add(refund)
    session.flush()
    _owe(session, refund, now)
    return refund


def give_back_late(session: Session, payment: Payment, now: datetime) -> Refund:
    """Send back a payment that came too late: it is owed to the sponsor already. Whoever calls
    holds it."""
    refund = _new(payment, payment.captured, LATE, f"refund:{payment.key}:late", now)
    refund.state, refund.sent_at = RefundState.SENT, now
    payment.refunded = payment.captured
    session.add(refund)
    session.flush()
    return refund


def finish(
    session: Session,
    refund: Refund,
    now: datetime,
    *,
    people: tuple[int | None, int | None] = (None, None),
    on: date | None = None,
) -> None:
    """It has arrived: book that it left, through the bank by two ``people``. Whoever calls holds
    it. What is done already stays as it is."""
    if refund.state == RefundState.DONE:
        return
    payment = refund.payment
    advance(refund, REFUND_MOVES, "finish")
    refund.ended_at = now
    event = "give_back.bank" if refund.provider == "bank" else "give_back.paid"
    key = keys.refund_paid(refund)
    parts = [(event, refund.amount)]
    bookings.book(session, payment.pledge, parts, now, key=key, people=people, on=on)
    session.flush()
    note(session, payment, "refund.done", now, _body(refund))
    tell_givers(session, payment, _DONE, now, refund.amount)
    _end_pledge(session, payment.pledge)


def fail(session: Session, refund: Refund, now: datetime) -> None:
    """It did not arrive, or came back: it stays owed. Whoever calls holds it. What has failed
    already stays as it is."""
    if refund.state == RefundState.FAILED:
        return
    payment = refund.payment
    if refund.state == RefundState.DONE:
        paid = keys.group_of(payment.pledge_id, keys.refund_paid(refund))
        back = keys.group_of(payment.pledge_id, keys.refund_back(refund))
        undo(session, paid, back, [("pledge", payment.pledge_id)], now)
    advance(refund, REFUND_MOVES, "fail")
    refund.ended_at = now
    note(session, payment, "refund.failed", now, _body(refund))
    tell_both(session, payment, _FAILED, now, refund.amount)


def again(session: Session, refund_id: int, by_id: int, now: datetime) -> Refund:
    """Try a refund again that has failed. Raises ``Refused`` and ``Conflict``."""
    refund = hold_refund(session, refund_id)
    _check_office(session, refund.payment.pledge, by_id)
    advance(refund, REFUND_MOVES, "send")
    refund.provider_ref, refund.ended_at = None, None
    refund.tries += 1
    refund.sent_at = now
    note(session, refund.payment, "refund.sent", now, _body(refund))
    return refund


def hold_refund(session: Session, refund_id: int) -> Refund:
    """A refund for change, with all that is above it. Raises ``NoResultFound``."""
    payment_id = session.scalars(select(Refund.payment_id).where(Refund.id == refund_id)).one()
    hold_payment(session, payment_id)
    return lock(session, Refund, refund_id)


def _body(refund: Refund) -> dict[str, int]:
    return {"refund": refund.id, "back": refund.amount}


def _new(payment: Payment, amount: int, reason: str, key: str, now: datetime) -> Refund:
    return Refund(
        key=key,
        payment_id=payment.id,
        payment=payment,
        provider=payment.provider,
        state=RefundState.ASKED,
        amount=amount,
        reason=reason,
        asked_at=now,
    )


def _owe(session: Session, refund: Refund, now: datetime) -> None:
    """Book what goes back, out of what is still kept for the purpose, and say so."""
    payment, amount = refund.payment, refund.amount
    pledge = payment.pledge
    if amount > payment.captured - payment.refunded - payment.disputed:
        raise Conflict(lazy_gettext("There is less left of this payment now. Please ask anew."))
    refund.sent_at = now
    refund.unrestricted = min(amount, bookings.kept_for(session, pledge))
    payment.refunded += amount
    pledge.refunded += amount
    parts = [("give_back", amount), ("unrestrict", refund.unrestricted)]
    people = (refund.asked_by_id, refund.approved_by_id)
    bookings.book(session, pledge, parts, now, key=keys.refund_due(refund), people=people)
    session.flush()
    note(session, payment, "refund.sent", now, _body(refund))
    tell_both(session, payment, _SENT, now, amount)


def _drop_asked(session: Session, payment: Payment, now: datetime) -> None:
    rows = select(Refund).where(Refund.payment_id == payment.id, Refund.state == RefundState.ASKED)
    for one in session.scalars(rows.with_for_update()).all():
        advance(one, REFUND_MOVES, "refuse")
        one.ended_at = now
    session.flush()


def _end_pledge(session: Session, pledge: Pledge) -> None:
    """A pledge of which everything was given back is refunded."""
    under_way = (
        select(Refund.id)
        .join(Payment)
        .where(
            Payment.pledge_id == pledge.id,
            Payment.late.is_(False),
            Refund.state.in_((RefundState.ASKED, RefundState.SENT, RefundState.FAILED)),
        )
    )
    if not pledge.paid or pledge.refunded < pledge.paid or session.scalar(under_way.limit(1)):
        return
    if (PledgeState(pledge.state), "refund") in PLEDGE_MOVES:
        advance(pledge, PLEDGE_MOVES, "refund")


def _check_office(session: Session, pledge: Pledge, by_id: int) -> None:
    if speaks_for(session, by_id, pledge):
        raise Refused(lazy_gettext("Who acts for a sponsor decides nothing about its pledges."))
