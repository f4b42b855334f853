"""Whom payments are told about, and what the public record says of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from core.i18n import both, format_money, lazy_gettext
from sponsorship.models import Payment, Pledge
from sponsorship.people import FINANCE, OFFICERS, givers, staff_of, tell_all
from sponsorship.recording import record

log = structlog.get_logger()


def note(
    session: Session, payment: Payment, event: str, now: datetime, body: dict[str, Any]
) -> None:
    """Record ``event`` of a payment, by its number."""
    record(session, payment.pledge, event, now, {"payment": payment.id} | body)


def tell_givers(
    session: Session, payment: Payment, message: LazyString, now: datetime, amount: int
) -> None:
    """Tell those on the sponsor's side; ``message`` has places for ``amount`` and ``pledge``."""
    texts = both(message, **_about(payment.pledge, amount))
    tell_all(session, givers(session, payment.pledge), texts, page_of(payment), now)


def tell_office(
    session: Session, payment: Payment, message: LazyString, now: datetime, amount: int
) -> None:
    """Tell the officers and the money people of the call's area."""
    area = payment.pledge.opening.call.area.path
    people = staff_of(session, area, OFFICERS | FINANCE, now)
    texts = both(message, **_about(payment.pledge, amount))
    tell_all(session, people, texts, office_page_of(payment), now)


def tell_both(
    session: Session, payment: Payment, message: LazyString, now: datetime, amount: int
) -> None:
    """Tell both sides."""
    tell_givers(session, payment, message, now, amount)
    tell_office(session, payment, message, now, amount)


_ALARM = lazy_gettext(
    "Something is wrong with a payment of %(amount)s for the pledge %(pledge)s. Nothing was booked."
    " Please look at it."
)


def alarm(session: Session, payment: Payment, problem: str, now: datetime) -> None:
    """Say on the payment what is wrong, in the log why, and to the office that it has to look."""
    log.error("payments.alarm", payment=payment.id, problem=problem)
    if payment.problem == problem:
        return
    payment.problem = problem
    tell_office(session, payment, _ALARM, now, payment.amount)


def page_of(payment: Payment) -> str:
    """Where the sponsor sees how far a payment is."""
    return f"/sponsor/payments/{payment.id}"


def office_page_of(payment: Payment) -> str:
    """Where the office sees it."""
    return f"/office/partners/payments/{payment.id}"


def _about(pledge: Pledge, amount: int) -> dict[str, object]:
    return {"amount": format_money(amount, pledge.currency), "pledge": pledge.number}
