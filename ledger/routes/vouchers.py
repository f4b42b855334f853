"""One voucher: everything about it, its papers, and the files of these."""

from __future__ import annotations

from io import BytesIO

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import gettext, lazy_gettext
from core.policy import may, requires
from ledger import documents
from ledger.bank_policies import READERS as UNSEALERS
from ledger.document_forms import KINDS as PAPERS
from ledger.document_forms import DocumentForm
from ledger.documents import ENDED, Given, add_document
from ledger.models import Voucher
from ledger.queries.verdicts import approvals, buttons, people_needed
from ledger.queries.voucher_page import about, load_voucher, voucher_page
from ledger.routes import officer
from ledger.routes.asking import paper_form, paper_of
from ledger.rules import rule_for
from ledger.services.papers import missing_papers
from ledger.voucher_words import KINDS, STATES, TONES


def load(voucher_id: int) -> Voucher:
    """A voucher with all that its page names. Raises ``NotFound``."""
    return load_voucher(db.session, voucher_id)


@officer.get("/vouchers/<int:voucher_id>")
@requires("ledger:voucher:see", load)
def voucher(found: Voucher) -> str:
    """Everything about a voucher, and what can be done with it."""
    return show(found)


def show(found: Voucher, paper: DocumentForm | None = None) -> str:
    """The page of a voucher; ``paper`` is a form that could not be taken as it was."""
    session = db.session
    said, rule = approvals(session, found.id), rule_for(session, found.fund.area.path)
    page = voucher_page(session, found)
    takes = may(g.actor, "ledger:document:add", found) and found.state not in ENDED
    return render_template(
        "ledger/voucher.html",
        page=page,
        voucher=found,
        about=about(page),
        kinds=KINDS,
        states=STATES,
        tones=TONES,
        papers=PAPERS,
        buttons=buttons(session, g.actor, found, said, rule),
        people=people_needed(found, said, rule),
        missing=missing_papers(session, found) if found.decided_at is None else None,
        paper=(paper or paper_form(found.kind, found.currency)) if takes else None,
        form=XForm(formdata=None),
    )


@officer.post("/vouchers/<int:voucher_id>/documents")
@requires("ledger:document:add", load)
def add_paper(found: Voucher) -> ResponseReturnValue:
    """Add a paper to a voucher."""
    voucher_id, paper = found.id, paper_form(found.kind, found.currency)
    new = paper_of(paper, found.amount) if paper.validate() else None
    if new is None and not paper.errors:
        paper.original.errors = [lazy_gettext("Please choose a file.")]
    if new is not None:
        try:
            with transaction() as session:
                add_document(session, voucher_id, new, g.actor.id, now())
            flash(gettext("The document is added, and its hash is recorded."), "good")
            return redirect(url_for(".voucher", voucher_id=voucher_id), 303)
        except DomainError as error:
            paper.absorb(error)
    return show(load(voucher_id), paper), 422


def _of_document(document_id: int) -> Voucher:
    """The voucher that a paper belongs to. Raises ``NotFound``."""
    return load(documents.load(db.session, document_id).voucher_id)


def _named() -> int:
    return int((request.view_args or {})["document_id"])


@officer.get("/documents/<int:document_id>")
@requires("ledger:document:read", _of_document)
def public_copy(_voucher: Voucher) -> Response:
    """The copy of a paper that everybody may read."""
    return _send(documents.public_copy(db.session, _named()))


@officer.get("/documents/<int:document_id>/original")
@requires("ledger:document:unseal", _of_document)
def original(_voucher: Voucher) -> Response:
    """The original of a paper, opened from under its seal; that it was opened is recorded."""
    roles = {grant.role for grant in g.actor.grants if grant.role in UNSEALERS}
    with transaction() as session:
        given = documents.open_original(session, _named(), g.actor.id, sorted(roles), now())
    return _send(given)


def _send(given: Given) -> Response:
    """As an attachment, never shown within a page of ours."""
    what = given.path or BytesIO(given.data or b"")
    return send_file(what, given.mime, as_attachment=True, download_name=given.name)
