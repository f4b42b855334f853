"""Between us and the providers: whatever asks one of them, between transactions and never in one.

Each of these may be killed at any point and called again: what the provider did is asked for, or
asked for again under the same key.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from core.db import db, transaction
from core.errors import Conflict, DomainError
from core.i18n import lazy_gettext
from projects.services.moves import advance
from sponsorship.models import Payment, Refund
from sponsorship.payments.providers import provider
from sponsorship.payments.providers.protocol import (
    Declined,
    Found,
    PaymentProvider,
    Stage,
    Unreachable,
)
from sponsorship.payments.services.holding import hold_payment
from sponsorship.payments.services.mirroring import mirror
from sponsorship.payments.services.paying import (
    ASK_AGAIN,
    LIVE,
    PAGE_LASTS,
    ask_of,
    begun,
)
from sponsorship.payments.services.refunding import fail, hold_refund
from sponsorship.payments.services.returning import mirror_refund, provider_key
from sponsorship.payments.services.telling import alarm
from sponsorship.states import PAYABLE, PAYMENT_MOVES, PaymentState, RefundState

log = structlog.get_logger()


class Silent(DomainError):
    """The provider does not answer now."""

    status = 503


SILENT = lazy_gettext(
    "The payment service does not answer. Nothing is lost: please try again in a few minutes."
)


def ask(payment_id: int, now: datetime) -> None:
    """Have the provider begin a payment that is noted here, and note what it gives.

    Raises ``Silent``; then the same is asked again later.
    """
    payment = _read(payment_id)
    if payment.state != PaymentState.CREATED:
        return
    wanted, name = ask_of(payment), payment.provider
    db.session.rollback()
    try:
        said = provider(name).begin(wanted)
    except Unreachable as error:
        raise Silent(SILENT) from error
    except Declined as error:
        _refused(payment_id, str(error), now)
        return
    with transaction() as session:
        begun(hold_payment(session, payment_id), said)


def follow(payment_id: int, now: datetime) -> None:
    """Ask the provider how far a payment is, take that over, and do what comes next.

    Raises ``Silent``.
    """
    payment = _read(payment_id)
    one, known = provider(payment.provider), payment.page_ref or payment.provider_ref
    if payment.state == PaymentState.PAID:
        return
    key, created = payment.key, payment.created_at
    db.session.rollback()
    try:
        found = one.fetch(known) if known else one.find(key, created)
        if found is None:
            _missing(payment_id, now, known=bool(known))
        else:
            take_over(one, payment_id, found, now)
    except Unreachable as error:
        raise Silent(SILENT) from error


def take_over(one: PaymentProvider, payment_id: int, found: Found, now: datetime) -> str:
    """Take over what the provider has, and collect what it holds. Gives what is wrong with it, if
    anything is. May raise ``Unreachable`` once the first is done."""
    with transaction() as session:
        problem = mirror(session, payment_id, found, now)
    if not problem:
        go_on(one, payment_id, found, now)
    return problem


def go_on(one: PaymentProvider, payment_id: int, found: Found, now: datetime) -> None:
    """What follows from how far the provider is: capture what it holds for a pledge that is still
    to be paid, let go of what it holds for another, end a page that nobody used."""
    if found.stage not in {Stage.AUTHORISED, Stage.OPEN}:
        return
    payment = _read(payment_id)
    payable = payment.state in LIVE and payment.pledge.state in PAYABLE
    missing = payment.instalment.amount - payment.instalment.paid
    payable = payable and payment.amount <= missing
    overdue = payment.state in LIVE and now > payment.created_at + PAGE_LASTS
    amount, key, ref = payment.amount, payment.key, found.ref
    db.session.rollback()
    if found.stage == Stage.AUTHORISED and ref:
        if payable:
            _try(lambda: one.capture(ref, amount, f"{key}:capture"))
        else:
            _try(lambda: one.cancel(ref, f"{key}:cancel"))
    elif found.stage == Stage.OPEN and (overdue or not payable):
        page = found.page_ref or ref
        _try(lambda: one.cancel(page, f"{key}:cancel") if page else None)
    else:
        return
    again = one.fetch(found.page_ref or ref or "")
    if again is not None and again.stage != found.stage:
        with transaction() as session:
            mirror(session, payment_id, again, now)


def give_up(payment_id: int, now: datetime) -> None:
    """End a payment that the payer does not want any more. What the provider has settled or holds
    stays, and is taken over. Raises ``Silent``, and ``Conflict`` for one that has ended."""
    payment = _read(payment_id)
    if payment.state not in {PaymentState.CREATED, PaymentState.PENDING}:
        raise Conflict(lazy_gettext("This payment has ended already."))
    one, known, key = (
        provider(payment.provider),
        payment.page_ref or payment.provider_ref,
        payment.key,
    )
    created = payment.created_at
    db.session.rollback()
    try:
        if not known and (found := one.find(key, created)):
            known = found.page_ref or found.ref
        if known:
            _try(lambda: one.cancel(known, f"{key}:cancel"))
        found = one.fetch(known) if known else None
    except Unreachable as error:
        raise Silent(SILENT) from error
    if found is not None:
        take_over(one, payment_id, found, now)
    else:
        _cancel(payment_id)


def send(refund_id: int, now: datetime) -> None:
    """Have the provider give back what was approved. Raises ``Silent``."""
    refund = db.session.get_one(Refund, refund_id, populate_existing=True)
    ref, payment_id = refund.payment.provider_ref, refund.payment_id
    if (
        refund.state != RefundState.SENT
        or refund.provider_ref
        or refund.provider == "bank"
        or not ref
    ):
        return
    one, key, amount = provider(refund.provider), provider_key(refund), refund.amount
    db.session.rollback()
    try:
        said = one.refund(ref, amount, key)
    except Unreachable as error:
        raise Silent(SILENT) from error
    except Declined as error:
        log.error("payments.refund_declined", refund=refund_id, reason=str(error))
        with transaction() as session:
            held = hold_refund(session, refund_id)
            if held.state == RefundState.SENT:
                fail(session, held, now)
        return
    with transaction() as session:
        mirror_refund(session, payment_id, said, now)


def _read(payment_id: int) -> Payment:
    return db.session.get_one(Payment, payment_id, populate_existing=True)


def _try(call: Callable[[], object]) -> None:
    """A clear no means that it has moved on over there: it is asked how far it is in any case."""
    try:
        call()
    except Declined as error:
        log.info("payments.declined", reason=str(error))


def _missing(payment_id: int, now: datetime, *, known: bool) -> None:
    """The provider has no such payment. One that it never got is asked for again in its first
    minutes; after them it has ended."""
    with transaction() as session:
        payment = hold_payment(session, payment_id)
        payment.checked_at = now
        young = now <= payment.created_at + (PAGE_LASTS if known else ASK_AGAIN)
        if payment.state in LIVE and not young:
            advance(payment, PAYMENT_MOVES, "cancel")
    if not known and young:
        ask(payment_id, now)


def _cancel(payment_id: int) -> None:
    with transaction() as session:
        payment = hold_payment(session, payment_id)
        if payment.state in LIVE:
            advance(payment, PAYMENT_MOVES, "cancel")


def _refused(payment_id: int, problem: str, now: datetime) -> None:
    with transaction() as session:
        payment = hold_payment(session, payment_id)
        if payment.state == PaymentState.CREATED:
            advance(payment, PAYMENT_MOVES, "fail")
            alarm(session, payment, problem, now)
