"""Receipts say what the books have, in figures and in capitals, with Chinese type."""

from __future__ import annotations

import io

import pytest
from flask_babel import force_locale
from pypdf import PdfReader

from core.db import db
from core.errors import NotFound
from sponsorship.models import Payment
from sponsorship.payments.receipts import payment_receipt, refund_receipt
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.counter import WHOLE, Counter
from tests.sponsorship.payments.ground import add_payment, paid


def text_of(data: bytes) -> str:
    """What a PDF says."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def receipt(payment_id: int, locale: str) -> str:
    """What a payment's receipt says."""
    with force_locale(locale):
        payment = db.session.get_one(Payment, payment_id)
        return text_of(payment_receipt(db.session, payment))


def test_a_receipt_names_payer_amount_purpose_and_proof(square: Square) -> None:
    _pledge, payment = paid(square, 10_005 * YUAN, 100 * YUAN)
    said = receipt(payment, "en")
    for expected in (
        f"SJ-{payment:06d}",
        "¥10,005.00",
        "人民币壹万零伍元整",
        "Lantern Ltd",
        "Benches by the river",
        "in the public record",
        "no tax invoice",
        "¥100.00",
    ):
        assert expected in said
    assert "明灯公司" in receipt(payment, "zh_Hans")


def test_who_is_not_named_is_not_named_on_paper_either(square: Square) -> None:
    resident = square.make.person(square.community)
    pledge = square.add_signed(100 * YUAN, person_id=resident, anonymous=True)
    ident = add_payment(square, pledge, provider="bank", method="transfer", provider_ref=None)
    counter = Counter(square)
    counter.confirm(counter.ask(ident, on=square.today()))
    said = receipt(ident, "en")
    assert "Somebody who gives without being named" in said
    assert "张三" not in said


def test_a_refund_has_a_receipt_once_it_is_done(square: Square) -> None:
    counter = Counter(square)
    payment = counter.lapsed()
    counter.confirm(counter.ask(payment, on=square.today()))
    assert "goes back" in receipt(payment, "en")
    refund = counter.refund_of(payment)
    with pytest.raises(NotFound):
        refund_receipt(db.session, refund)
    counter.send(refund.id, on=square.today())
    counter.confirm_sent(refund.id)
    with force_locale("en"):
        said = text_of(refund_receipt(db.session, counter.refund_of(payment)))
    assert f"TK-{refund.id:06d}" in said
    assert f"SJ-{payment:06d}" in said
    assert "人民币壹万元整" in said
    assert WHOLE == 10_000 * YUAN


def test_what_has_not_arrived_has_no_receipt(square: Square) -> None:
    waiting = add_payment(square, square.add_signed(WHOLE))
    with pytest.raises(NotFound):
        receipt(waiting, "en")
