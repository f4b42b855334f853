"""Messages of providers: each is taken once, with its effect in the same transaction.

They are repeated for days and come in any order, so a message says only what to look at: how far
that is, the provider is asked anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.db import db, is_sqlite, lock, transaction
from core.errors import Conflict, DomainError
from core.i18n import lazy_gettext
from sponsorship.models import Payment, ProviderEvent
from sponsorship.payments.following import SILENT, Silent, go_on
from sponsorship.payments.providers import provider
from sponsorship.payments.providers.protocol import (
    Declined,
    Message,
    PaymentProvider,
    Topic,
    Unreachable,
)
from sponsorship.payments.services import mirroring, returning
from sponsorship.payments.services.disputing import mirror_dispute
from sponsorship.payments.services.mirroring import mirror
from sponsorship.payments.services.paying_out import mirror_payout
from sponsorship.payments.services.returning import mirror_refund

log = structlog.get_logger()


class Status(StrEnum):
    """What became of a message."""

    WAITING = "waiting"  # for the provider, which did not answer
    DONE = "done"
    IGNORED = "ignored"  # about nothing of ours
    FAILED = "failed"  # what it says does not fit, or could not be booked


_ENDED = (Status.DONE, Status.IGNORED, Status.FAILED)
# Gives what is wrong, empty for nothing, None for what is none of ours.
Effect = Callable[[Session], str | None]
After = Callable[[], None]


def take(name: str, payload: bytes, signature: str, now: datetime) -> Status:
    """Take a message as it comes in.

    Raises ``providers.protocol.Forged``; ``Conflict`` for a known number with another content;
    ``Silent`` when the provider does not say how far its object is: the message is kept then, and
    worked on when it comes again, or by ``work``.
    """
    message = provider(name).verify(payload, signature, now)
    digest = hashlib.sha256(payload).hexdigest()
    db.session.rollback()
    known = db.session.get(ProviderEvent, message.id)
    if known is not None:
        check_same(known, digest)
        if known.status in _ENDED:
            return Status(known.status)
    return _work(provider(name), message, digest, now)


def check_same(known: ProviderEvent, digest: str) -> None:
    """Raise ``Conflict`` for another content under a number that is known."""
    if known.payload_sha256 != digest:
        log.error("payments.event_differs", number=known.event_id)
        raise Conflict(lazy_gettext("This message was taken already, with another content."))


def work(event_id: str, now: datetime) -> Status:
    """Work on a message that was kept, whatever became of it before: what it is about is looked at
    again, and what is done already stays. Raises ``Silent``."""
    event = db.session.get_one(ProviderEvent, event_id)
    one = provider(event.provider)
    topic = one.topic(event.type)
    message = Message(event_id, event.type, topic, event.object_ref, event.created_at)
    return _work(one, message, event.payload_sha256, now, again=True)


def look_again(one: PaymentProvider, topic: Topic, ref: str, now: datetime) -> str | None:
    """Take over how far something is without any message about it. Gives what is wrong, empty for
    nothing, None for what is none of ours. Raises ``Unreachable`` and ``Declined``."""
    effect, after = _LOOK[topic](one, ref, now)
    with transaction() as session:
        problem = effect(session)
    if problem == "":
        _afterwards(after)
    return problem


def _work(
    one: PaymentProvider, message: Message, digest: str, now: datetime, *, again: bool = False
) -> Status:
    db.session.rollback()
    try:
        effect, after = _LOOK[message.topic](one, message.object_ref, now)
    except (Unreachable, Declined) as error:
        _keep(one.name, message, digest, now, str(error))
        raise Silent(SILENT) from error
    try:
        with transaction() as session:
            event = _claim(session, one.name, message, digest, now)
            if event.status in _ENDED and not again:
                return Status(event.status)
            problem = effect(session)
            event.status = _status(problem)
            event.problem, event.done_at = problem or "", now
            event.tries += 1
            status = event.status
    except DomainError as error:
        log.error("payments.event_failed", number=message.id, reason=str(error.message))
        _keep(one.name, message, digest, now, str(error.message), status=Status.FAILED)
        return Status.FAILED
    if status == Status.DONE:
        _afterwards(after)
    return Status(status)


def _status(problem: str | None) -> Status:
    if problem is None:
        return Status.IGNORED
    return Status.FAILED if problem else Status.DONE


def _afterwards(after: After) -> None:
    """The message has done its part; what asks the provider once more is tried again each minute
    where it does not work now."""
    try:
        after()
    except (Unreachable, DomainError) as error:
        log.warning("payments.afterwards", reason=str(error))


def _claim(
    session: Session, name: str, message: Message, digest: str, now: datetime
) -> ProviderEvent:
    """The row of a message, held: whoever else takes the same one waits here."""
    make = sqlite.insert if is_sqlite(session) else postgresql.insert
    row = {
        "event_id": message.id,
        "provider": name,
        "type": message.type[:60],
        "object_ref": message.object_ref[:120],
        "payload_sha256": digest,
        "status": Status.WAITING,
        "problem": "",
        "tries": 0,
        "created_at": message.created_at,
        "received_at": now,
    }
    made = make(ProviderEvent).values(row).on_conflict_do_nothing().returning(ProviderEvent)
    event = session.scalar(made)
    if event is None:
        event = lock(session, ProviderEvent, message.id)
        check_same(event, digest)
    return event


def _keep(
    name: str,
    message: Message,
    digest: str,
    now: datetime,
    problem: str,
    *,
    status: Status = Status.WAITING,
) -> None:
    with transaction() as session:
        event = _claim(session, name, message, digest, now)
        if event.status != Status.DONE:
            event.status, event.problem = status, problem
            event.tries += 1


def _nothing() -> None:
    """Nothing follows."""


def _look_at_payment(one: PaymentProvider, ref: str, now: datetime) -> tuple[Effect, After]:
    found = one.fetch(ref)
    payments: list[int] = []

    def effect(session: Session) -> str | None:
        payment = mirroring.payment_of(session, one.name, found) if found else None
        if payment is None or found is None:
            return None
        payments.append(payment.id)
        return mirror(session, payment.id, found, now)

    def after() -> None:
        for payment_id in payments:
            if found is not None:
                go_on(one, payment_id, found, now)

    return effect, after


def _look_at_refund(one: PaymentProvider, ref: str, now: datetime) -> tuple[Effect, After]:
    said = one.refunds(ref)

    def effect(session: Session) -> str | None:
        pairs = [(returning.payment_of(session, one.name, one_of), one_of) for one_of in said]
        ours = [(payment, refund) for payment, refund in pairs if payment is not None]
        if not ours:
            return None
        problems = [mirror_refund(session, payment.id, refund, now) for payment, refund in ours]
        return "; ".join(filter(None, problems))

    return effect, _nothing


def _look_at_dispute(one: PaymentProvider, ref: str, now: datetime) -> tuple[Effect, After]:
    said = one.fetch_dispute(ref)

    def effect(session: Session) -> str | None:
        if said is None:
            return None
        rows = select(Payment.id).where(
            Payment.provider == one.name, Payment.provider_ref == said.payment_ref
        )
        payment_id = session.scalar(rows)
        return None if payment_id is None else mirror_dispute(session, payment_id, said, now)

    return effect, _nothing


def _look_at_payout(one: PaymentProvider, ref: str, now: datetime) -> tuple[Effect, After]:
    said = one.fetch_payout(ref)
    lines = list(one.lines_of(ref)) if said else []

    def effect(session: Session) -> str | None:
        return mirror_payout(session, one.name, said, lines, now) if said else None

    return effect, _nothing


def _look_at_nothing(_one: PaymentProvider, _ref: str, _now: datetime) -> tuple[Effect, After]:
    return (lambda _session: None), _nothing


_LOOK: dict[Topic, Callable[[PaymentProvider, str, datetime], tuple[Effect, After]]] = {
    Topic.PAYMENT: _look_at_payment,
    Topic.REFUND: _look_at_refund,
    Topic.DISPUTE: _look_at_dispute,
    Topic.PAYOUT: _look_at_payout,
    Topic.NOTHING: _look_at_nothing,
}
