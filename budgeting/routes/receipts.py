"""Finding a ballot by its receipt: open to everybody, as only the holder has the code."""

from __future__ import annotations

import segno
from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from budgeting import receipts
from core.db import db
from core.errors import DomainError
from core.i18n import Message
from core.policy import public
from core.text import tidy_line
from core.web import limiter, settings

blueprint = Blueprint("budgeting_receipts", __name__)


@blueprint.get("/receipt")
@limiter.limit("60 per minute")
@public
def receipt() -> ResponseReturnValue:
    """Whether the ballot of a receipt is in the record; never what it says."""
    typed = tidy_line(request.args.get("code"))[:40]
    found: receipts.Found | None = None
    error: Message | None = None
    status = 200
    try:
        found = receipts.find(db.session, typed) if typed else None
    except DomainError as missing:
        error, status = missing.message, missing.status
    page = render_template(
        "budgeting/receipt.html",
        typed=typed,
        found=found,
        error=error,
        qr=_qr(found.code) if found else None,
    )
    response = make_response(page, status)
    # A code in a shared cache would say when somebody looked at their ballot.
    response.headers["Cache-Control"] = "no-store"
    return response


def _qr(code: str) -> str:
    """A picture that leads a phone to this receipt, as a data: address."""
    address = settings().base_url + url_for("budgeting_receipts.receipt", code=code)
    return segno.make(address, error="m").svg_data_uri(scale=4, dark="#1c2530", light="#ffffff")
