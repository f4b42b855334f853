"""Sending a bank statement: read whole, then taken in whole, or refused with line and column."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.clock import local_date, now
from core.db import transaction
from core.errors import DomainError
from core.i18n import gettext, ngettext
from core.policy import requires
from core.web import limiter
from ledger.bank_forms import UploadForm
from ledger.models import BankAccount
from ledger.routes.bank import MANAGE, load_account
from ledger.services.statements import import_statement
from ledger.statements import CsvMapping, StatementFile, read_camt, read_csv

blueprint = Blueprint("ledger_bank_upload", __name__, url_prefix="/ledger/bank")
# XML begins with a bracket, after a mark of its encoding and blanks.
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"


@blueprint.route("/<int:account_id>/upload", methods=["GET", "POST"])
@requires(MANAGE, subject=load_account)
@limiter.limit("60 per hour", methods=["POST"])
def upload(found: BankAccount) -> ResponseReturnValue:
    """Send a statement; how its CSV is read is remembered for the next one."""
    ident, currency = found.id, found.currency
    kept = CsvMapping.from_json(found.mapping or {})
    form = UploadForm(data=kept.as_json())
    form.opening.currency = form.closing.currency = currency
    if form.validate_on_submit():
        try:
            return _take_in(ident, currency, form)
        except DomainError as error:
            form.absorb(error)
    page = render_template("ledger/bank_upload.html", bank=load_account(ident), form=form)
    return page, 422 if request.method == "POST" else 200


def _take_in(account_id: int, currency: str, form: UploadForm) -> ResponseReturnValue:
    mapping = form.mapping()
    stream = form.file.data.stream if form.file.data else BytesIO()
    is_xml = _is_xml(stream)
    file = _read(stream, currency, form, None if is_xml else mapping)
    with transaction() as session:
        made = import_statement(
            session,
            account_id,
            file,
            by_id=g.actor.id,
            now=now(),
            mapping=None if is_xml else mapping,
            twins=form.twins.data,
        )
        taken, known = made.lines, made.known
    said = ngettext("%(num)s new line.", "%(num)s new lines.", taken)
    if known:
        said += " " + gettext("%(count)s were there already.", count=known)
    flash(said, "good")
    return redirect(url_for("ledger_bank.lines", account_id=account_id), 303)


def _read(
    stream: IO[bytes], currency: str, form: UploadForm, mapping: CsvMapping | None
) -> StatementFile:
    today = local_date(now())
    if mapping is None:
        return read_camt(stream, currency=currency, latest=today)
    return read_csv(
        stream,
        mapping,
        currency=currency,
        latest=today,
        opening=form.opening.data,
        closing=form.closing.data,
    )


def _is_xml(stream: IO[bytes]) -> bool:
    start = stream.read(200)
    stream.seek(0)
    return start.lstrip(_BEFORE_XML).startswith(b"<")
