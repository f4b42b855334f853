"""Money that has come in: only what a provider, or the bank, says is settled is booked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from core.errors import Invalid
from core.i18n import lazy_gettext
from projects.services.moves import advance
from sponsorship import bookings
from sponsorship.models import Payment
from sponsorship.payments import keys
from sponsorship.payments.services import refunding
from sponsorship.payments.services.telling import note, tell_both
from sponsorship.states import PAYABLE, PAYMENT_MOVES, PLEDGE_MOVES, PaymentState

_SETTLED = lazy_gettext("%(amount)s for the pledge %(pledge)s have arrived. Thank you!")
_LATE = lazy_gettext(
    "%(amount)s arrived for the pledge %(pledge)s after it had ended or was paid already. They go"
    " back to where they came from."
)


def settle(
    session: Session,
    payment: Payment,
    amount: int,
    fee: int,
    now: datetime,
    *,
    on: date | None = None,
    people: tuple[int | None, int | None] = (None, None),
) -> None:
    """Book ``amount`` that has come in for a payment, which is held, less ``fee`` that the provider
    kept, and move the instalment, the pledge and the payment on. Money for a pledge that has ended,
    or for an instalment that is paid, is late: it is booked as owed to the sponsor and goes back.

    A transfer is booked ``on`` its day, by two ``people``: who asked and who approved. A payment
    that is settled already stays as it is. Raises ``Invalid`` for more than was asked for.
    """
    if payment.state == PaymentState.PAID:
        return
    if not 0 <= fee < amount <= payment.amount:
        raise Invalid(lazy_gettext("This is not the amount that was asked for."))
    pledge, instalment = payment.pledge, payment.instalment
    late = pledge.state not in PAYABLE or instalment.paid + amount > instalment.amount
    advance(payment, PAYMENT_MOVES, "settle")
    payment.captured, payment.fee, payment.late = amount, fee, late
    payment.settled_at, payment.problem = now, ""
    kind = "late" if late else "settle"
    if payment.provider == "bank":
        kind += ".bank"
    parts = [(kind, amount), ("fee", fee)] + ([] if late else [("unrestrict", fee)])
    bookings.book(session, pledge, parts, now, key=keys.settled(payment), people=people, on=on)
    if not late:
        _count(payment, amount, fee)
    session.flush()
    body = {"settled": amount, "fee": fee, "provider": payment.provider}
    note(session, payment, "payment.late" if late else "payment.settled", now, body)
    tell_both(session, payment, _LATE if late else _SETTLED, now, amount)
    if late:
        refunding.give_back_late(session, payment, now)


def _count(payment: Payment, amount: int, fee: int) -> None:
    pledge = payment.pledge
    payment.instalment.paid += amount
    pledge.paid += amount
    pledge.fees += fee
    if pledge.paid == pledge.amount:
        advance(pledge, PLEDGE_MOVES, "pay")
