"""Beginning to pay: the row comes before the provider is asked, and there is one at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import lock
from core.errors import Conflict, Invalid, Refused
from core.i18n import lazy_gettext
from core.web import settings
from projects.services.moves import advance
from sponsorship.firewall import check_not_under_vote
from sponsorship.models import Instalment, Payment, Pledge, SeatRole
from sponsorship.payments.providers import provider, providers
from sponsorship.payments.providers.protocol import Ask, Begun
from sponsorship.people import speaks_for
from sponsorship.states import PAYABLE, PAYMENT_MOVES, PaymentState

LIVE = (PaymentState.CREATED, PaymentState.PENDING, PaymentState.AUTHORISED)
# A page to pay on lasts an hour; asking a provider for it again makes sense in the first minutes.
PAGE_LASTS = timedelta(hours=1)
ASK_AGAIN = timedelta(minutes=20)


def ways_to_pay(currency: str) -> list[tuple[str, str]]:
    """The providers and their methods for a currency."""
    return [(one.name, method) for one in providers().values() for method in one.methods(currency)]


def begin(
    session: Session, instalment_id: int, way: tuple[str, str], by_id: int, now: datetime
) -> Payment:
    """Note an attempt to pay what is missing of an instalment, by a provider and its method. While
    one is under way, that one is given back: a button pressed twice pays once.

    Raises ``Refused`` for somebody who does not pay for the sponsor, ``Conflict`` when there is
    nothing to pay now, ``Invalid`` for a way that is not set up.
    """
    about = select(Instalment.pledge_id).where(Instalment.id == instalment_id)
    pledge = lock(session, Pledge, session.scalars(about).one())
    if not speaks_for(session, by_id, pledge, SeatRole.PAYER):
        raise Refused(lazy_gettext("Only those who pay for this sponsor can do this."))
    instalment = lock(session, Instalment, instalment_id)
    if known := live_payment(session, instalment.id):
        return known
    check_payable(session, pledge, instalment)
    if way not in ways_to_pay(pledge.currency):
        problem = lazy_gettext("Please choose another way to pay.")
        raise Invalid(problem, fields={"way": problem})
    number = _attempts(session, pledge.id) + 1
    payment = Payment(
        pledge_id=pledge.id,
        instalment_id=instalment.id,
        attempt=number,
        key=f"pledge:{pledge.id}:attempt:{number}",
        provider=way[0],
        method=way[1],
        state=PaymentState.CREATED,
        amount=instalment.amount - instalment.paid,
        currency=pledge.currency,
        by_id=by_id,
        created_at=now,
    )
    session.add(payment)
    session.flush()
    return payment


def check_payable(session: Session, pledge: Pledge, instalment: Instalment) -> None:
    """Raise ``Conflict``, saying why, when an instalment cannot be paid now."""
    check_not_under_vote(session, pledge.opening)
    if pledge.state not in PAYABLE:
        raise Conflict(lazy_gettext("This pledge cannot be paid now."))
    if instalment.paid >= instalment.amount:
        raise Conflict(lazy_gettext("This instalment is paid already. Thank you!"))


def ask_of(payment: Payment) -> Ask:
    """What the provider is asked for: the same whenever it is asked."""
    return Ask(
        key=payment.key,
        payment=payment.id,
        amount=payment.amount,
        currency=payment.currency,
        method=payment.method,
        label=payment.pledge.number,
        back_url=f"{settings().base_url}/sponsor/payments/{payment.id}",
        ends_at=payment.created_at + PAGE_LASTS,
    )


def begun(payment: Payment, said: Begun) -> None:
    """Note what the provider gave. Whoever calls holds the payment; of several answers the first
    counts."""
    if payment.state != PaymentState.CREATED:
        return
    payment.provider_ref, payment.page_ref = said.ref, said.page_ref
    payment.page_url, payment.reference = said.url, said.reference
    advance(payment, PAYMENT_MOVES, "ask")


def live_payment(session: Session, instalment_id: int) -> Payment | None:
    """The attempt that is under way for an instalment."""
    return session.scalar(
        select(Payment).where(Payment.instalment_id == instalment_id, Payment.state.in_(LIVE))
    )


def pages_of(name: str) -> str:
    """The origin of a provider's pages; empty where they are ours."""
    return provider(name).pages


def _attempts(session: Session, pledge_id: int) -> int:
    last = select(func.coalesce(func.max(Payment.attempt), 0)).where(Payment.pledge_id == pledge_id)
    return int(session.scalar(last) or 0)
