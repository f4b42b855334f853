"""The bank as a provider: it says what a transfer has to carry, and nothing else."""

from __future__ import annotations

import pytest

from core.db import db, transaction
from sponsorship.models import Payment, Pledge
from sponsorship.payments.providers import provider
from sponsorship.payments.providers.protocol import Declined, Forged, Stage
from sponsorship.payments.references import reference_of, references_in
from sponsorship.payments.services import paying
from sponsorship.payments.services.mirroring import mismatch
from sponsorship.states import PaymentState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square


def begin(square: Square, pledge_id: int) -> Payment:
    """Begin to pay by transfer, as the page does."""
    with transaction() as session:
        instalment = session.get_one(Pledge, pledge_id).instalments[0].id
        way = ("bank", "transfer")
        ident = paying.begin(session, instalment, way, square.payer, square.at).id
    said = provider("bank").begin(paying.ask_of(db.session.get_one(Payment, ident)))
    with transaction() as session:
        paying.begun(session.get_one(Payment, ident), said)
    return db.session.get_one(Payment, ident)


def test_a_transfer_is_begun_with_its_code_and_waits_on_a_page_of_ours(square: Square) -> None:
    pledge = square.add_signed(10_000 * YUAN)
    payment = begin(square, pledge)
    assert payment.state == PaymentState.PENDING
    assert payment.reference == reference_of(pledge, 1)
    assert references_in(payment.reference) == [payment.reference]
    assert payment.page_url.endswith(f"/sponsor/payments/{payment.id}/transfer")
    assert begin(square, pledge).id == payment.id


def test_it_neither_captures_nor_speaks(square: Square) -> None:
    bank = provider("bank")
    with pytest.raises(Declined):
        bank.capture("", 1, "")
    with pytest.raises(Forged):
        bank.verify(b"", "", square.at)
    assert list(bank.lines(square.at)) == []
    assert bank.payouts(square.at) == []


def test_asked_how_far_it_is_a_begun_transfer_waits_however_long(square: Square) -> None:
    payment = begin(square, square.add_signed(10_000 * YUAN))
    found = provider("bank").find(payment.key, square.at)
    assert found is not None
    assert mismatch(payment, found) == ""
    assert found.stage == Stage.OPEN
    assert provider("bank").find("another", square.at) is None
