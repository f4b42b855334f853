"""What comes in from a fake service, and what became of it."""

from __future__ import annotations

from sqlalchemy import func, select

from accounts.models import Notice
from core.db import db
from ledger.models import Transfer
from sponsorship.models import Payment, Pledge
from sponsorship.payments import events, following
from sponsorship.payments.events import Status
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.fake import Fake, message, sign
from tests.sponsorship.payments.ground import begin

WHOLE = 10_000 * YUAN
FEE = 100 * YUAN


def deliver(square: Square, number: str, kind: str, ref: str) -> Status:
    """A message comes in, well signed."""
    payload = message(number, kind, ref, square.at)
    return events.take("stripe", payload, sign(payload), square.at)


def begun(square: Square, fake: Fake) -> tuple[int, int, str]:
    """A pledge, its payment, and what the service calls it; it keeps one percent."""
    fake.fee_percent = 1
    pledge_id = square.add_signed(WHOLE)
    payment_id = begin(square, pledge_id)
    following.ask(payment_id, square.at)
    return pledge_id, payment_id, reference(payment_id)


def reference(payment_id: int) -> str:
    """What the service calls a payment."""
    return db.session.get_one(Payment, payment_id).provider_ref or ""


def settled(square: Square, fake: Fake) -> tuple[int, int, str]:
    """The same, and all of it is in."""
    pledge_id, payment_id, ref = begun(square, fake)
    fake.settle(ref)
    assert deliver(square, "evt_settled", "payment.done", ref) == Status.DONE
    return pledge_id, payment_id, ref


def payment(ident: int) -> Payment:
    return db.session.get_one(Payment, ident, populate_existing=True)


def pledge(ident: int) -> Pledge:
    return db.session.get_one(Pledge, ident, populate_existing=True)


def lines(code: str) -> int:
    """How often something is booked."""
    rows = select(func.count()).select_from(Transfer).where(Transfer.code == code)
    return int(db.session.scalar(rows) or 0)


def told(square: Square, person_id: int) -> list[str]:
    """What somebody was told, in English, the last first."""
    rows = select(Notice.text).where(Notice.person_id == person_id).order_by(Notice.id.desc())
    return [text["en"] for text in db.session.scalars(rows)]
