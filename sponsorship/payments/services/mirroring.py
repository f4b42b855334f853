"""What a provider says of a payment, taken over: forward only, and only if it is what was asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.i18n import lazy_gettext
from projects.services.moves import advance
from sponsorship.models import Payment
from sponsorship.payments.providers.protocol import Found, Stage
from sponsorship.payments.services.holding import hold_payment
from sponsorship.payments.services.paying import LIVE
from sponsorship.payments.services.settling import settle
from sponsorship.payments.services.telling import alarm, tell_givers
from sponsorship.states import PAYMENT_MOVES, PaymentState

_ENDED = lazy_gettext(
    "The payment of %(amount)s for the pledge %(pledge)s did not go through. You can begin again."
)
_SETTLED = (PaymentState.PAID, Stage.DONE)


def payment_of(session: Session, name: str, found: Found) -> Payment | None:
    """Whose payment a provider speaks of: by the key that we gave it."""
    if not found.key:
        return None
    rows = select(Payment).where(Payment.key == found.key, Payment.provider == name)
    return session.scalar(rows)


def mirror(session: Session, payment_id: int, found: Found, now: datetime) -> str:
    """Take over how far the provider is. Gives what is wrong with what it says, if anything is:
    then nothing is booked, the payment has failed, and the office is told."""
    payment = session.get_one(Payment, payment_id)
    if (payment.state, found.stage) == _SETTLED and not mismatch(payment, found):
        return ""  # for good, so that nothing has to be held
    payment = hold_payment(session, payment_id)
    payment.checked_at = now
    if problem := mismatch(payment, found):
        if payment.state in LIVE:
            advance(payment, PAYMENT_MOVES, "fail")
        alarm(session, payment, problem, now)
    else:
        _go_along(session, payment, found, now)
    return problem


def _go_along(session: Session, payment: Payment, found: Found, now: datetime) -> None:
    payment.provider_ref = payment.provider_ref or found.ref
    payment.page_ref = payment.page_ref or found.page_ref
    if payment.state == PaymentState.CREATED and found.stage in {Stage.OPEN, Stage.AUTHORISED}:
        payment.page_url = found.url
        advance(payment, PAYMENT_MOVES, "ask")
    if found.stage == Stage.DONE:
        settle(session, payment, found.amount, found.fee, now)
    elif found.stage == Stage.AUTHORISED:
        if payment.state == PaymentState.PENDING:
            advance(payment, PAYMENT_MOVES, "authorise")
    elif payment.state in LIVE:
        _end(session, payment, found, now)


def mismatch(payment: Payment, found: Found) -> str:
    """What differs between what was asked for and what the provider has, or nothing."""
    pairs = {
        "key": (payment.key, found.key),
        "payment": (str(payment.id), found.payment),
        "currency": (payment.currency, found.currency),
        "amount": (payment.amount, found.amount),
        "reference": (payment.provider_ref or found.ref, found.ref or payment.provider_ref),
        "page": (payment.page_ref or found.page_ref, found.page_ref or payment.page_ref),
    }
    wrong = [
        f"{name}: {theirs}, not {ours}" for name, (ours, theirs) in pairs.items() if ours != theirs
    ]
    if found.stage == Stage.DONE and not 0 <= found.fee < found.amount:
        wrong.append(f"fee: {found.fee}")
    return "; ".join(wrong)


def _end(session: Session, payment: Payment, found: Found, now: datetime) -> None:
    payment.problem = found.problem or payment.problem
    if found.stage == Stage.OPEN:
        return
    advance(payment, PAYMENT_MOVES, "fail" if found.stage == Stage.FAILED else "cancel")
    tell_givers(session, payment, _ENDED, now, payment.amount)
