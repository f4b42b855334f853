"""A person's own data about payments, and what stays once they are forgotten."""

from __future__ import annotations

from core.db import db, transaction
from sponsorship.models import Payment
from sponsorship.payments.own_data import erase, own_part
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.ground import paid


def test_a_person_sees_what_they_paid_and_is_forgotten_with_it(square: Square) -> None:
    pledge, payment = paid(square)
    (own,) = own_part(db.session, square.payer)
    assert (own["pledge"], own["amount"], own["state"]) == (pledge, 10_000 * YUAN, "paid")
    assert own_part(db.session, square.signatory) == []
    with transaction() as session:
        erase(session, square.payer, square.at)
    assert own_part(db.session, square.payer) == []
    left = db.session.get_one(Payment, payment)
    assert (left.by_id, left.captured) == (None, 10_000 * YUAN)
