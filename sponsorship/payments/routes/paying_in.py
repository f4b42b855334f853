"""What a sponsor needs to transfer money, and the receipts of what came of it."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from sqlalchemy.orm import Session

from core.db import db
from core.policy import requires
from ledger.models import BankAccount
from sponsorship.payments.cases import PaymentCase, RefundCase
from sponsorship.payments.receipts import (
    payment_receipt,
    receipt_number,
    refund_number,
    refund_receipt,
)
from sponsorship.payments.transfer_cases import (
    load_numbered,
    load_refund_of,
    load_transfer,
)
from sponsorship.pledges.queries.page import purpose_of

blueprint = Blueprint("sponsor_transfers", __name__)


@blueprint.get("/sponsor/payments/<int:payment_id>/transfer")
@requires("sponsorship:transfer:see", load_transfer)
def transfer(case: PaymentCase) -> str:
    """Where to, how much, and exactly what the transfer has to say."""
    return render_template(
        "sponsorship/payments/transfer.html",
        case=case,
        payment=case.payment,
        purpose=purpose_of(case.about.pledge),
        bank=_account(db.session, case),
    )


def _account(session: Session, case: PaymentCase) -> BankAccount | None:
    ident = case.about.call.fund.bank_account_id
    return session.get(BankAccount, ident) if ident is not None else None


@blueprint.get("/sponsor/pledges/<int:pledge_id>/payments/<int:number>/receipt.pdf")
@requires("sponsorship:receipt:read", load_numbered)
def receipt(case: PaymentCase) -> Response:
    """The receipt of a payment."""
    return _paper(payment_receipt(db.session, case.payment), receipt_number(case.payment))


@blueprint.get("/sponsor/pledges/<int:pledge_id>/refunds/<int:refund_id>/receipt.pdf")
@requires("sponsorship:receipt:read", load_refund_of)
def refund(case: RefundCase) -> Response:
    """The receipt of a refund."""
    return _paper(refund_receipt(db.session, case.refund), refund_number(case.refund))


def _paper(data: bytes, name: str) -> Response:
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"attachment; filename={name}.pdf"
    response.headers["Cache-Control"] = "private, no-store"
    return response
