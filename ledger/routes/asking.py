"""Asking for money to be moved: one page, one form for each kind of voucher."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from core.clock import local_date, now
from core.db import db, transaction
from core.errors import DomainError, NotFound
from core.forms import XForm, options
from core.i18n import gettext, lazy_gettext
from core.policy import requires
from ledger.document_forms import KINDS, DocumentForm
from ledger.documents import NewDocument, add_document, documents_of
from ledger.forms import ask_form, check_payee, chosen_source, new_payee_of, request_of
from ledger.models import DocumentKind
from ledger.policies import paths
from ledger.queries.choices import Source, choices
from ledger.routes import officer
from ledger.rules import FINANCE
from ledger.services.asking import ask
from ledger.services.papers import NEEDED
from ledger.services.requesting import TO_PAYEES
from ledger.voucher_words import LEADS, TASKS

PAPER = "paper-"


@officer.route("/vouchers/new/<kind>", methods=["GET", "POST"])
@requires("ledger:voucher:request")
def new_voucher(kind: str) -> ResponseReturnValue:
    """Ask for a voucher of one kind."""
    if kind not in TASKS:
        raise NotFound(lazy_gettext("There is no such voucher."))
    payee = request.args.get("payee", type=int)
    given = choices(db.session, kind, paths(g.actor, FINANCE), payee)
    source = chosen_source(given.sources)
    form, paper = ask_form(kind, given), paper_form(kind, source.currency if source else "CNY")
    if request.method == "GET":
        _begin(form, payee)
    elif _fits(form, paper, source) and source is not None:
        try:
            return _ask(form, paper, kind, source)
        except DomainError as error:
            _absorb(error, form, paper)
    page = render_template(
        "ledger/new_voucher.html",
        kind=kind,
        form=form,
        paper=paper,
        title=TASKS[kind],
        lead=LEADS[kind],
        given=given,
        needs=NEEDED.get(kind),
        today=local_date(now()),
    )
    return page, 422 if request.method == "POST" else 200


def paper_form(kind: str, currency: str) -> DocumentForm:
    """The fields of a paper on a page with other fields, the kind it needs chosen."""
    needed = {"kind": NEEDED.get(kind, DocumentKind.OTHER)}
    form = DocumentForm(formdata=None, prefix=PAPER, meta={"csrf": False}, data=needed)
    form.amount.currency = currency
    if kind not in TO_PAYEES:
        form.kind.choices = options(
            pair for pair in KINDS.items() if pair[0] != DocumentKind.INVOICE
        )
    if request.method == "POST":
        form.process(CombinedMultiDict([request.files, request.form]), data=needed)
    return form


def paper_of(form: DocumentForm, amount: int) -> NewDocument | None:
    """The paper that was filled in, if any; an invoice without an amount is for ``amount``."""
    new = form.document()
    if new is None or new.kind != DocumentKind.INVOICE or new.amount is not None:
        return new
    return replace(new, amount=amount)


def _begin(form: XForm, payee: int | None) -> None:
    form["effective_on"].data = local_date(now())
    if payee and "payee" in form:
        form["payee"].data = str(payee)


def _fits(form: XForm, paper: DocumentForm, source: Source | None) -> bool:
    """Every part is looked at, so that everything that is wrong is said at once."""
    return all([form.validate_on_submit(), check_payee(form, source), paper.validate()])


def _ask(form: XForm, paper: DocumentForm, kind: str, source: Source) -> ResponseReturnValue:
    asked, payee = request_of(form, kind, source, g.actor.id), new_payee_of(form)
    document = paper_of(paper, asked.amount)
    with transaction() as session:
        voucher = ask(session, asked, payee, g.actor.id, now()).id
        # A form that is sent twice brings its paper once.
        if document is not None and not documents_of(session, voucher):
            add_document(session, voucher, document, g.actor.id, now())
    flash(gettext("Asked for. Somebody else has to approve it now."), "good")
    return redirect(url_for("ledger_officer.voucher", voucher_id=voucher), 303)


def _absorb(error: DomainError, form: XForm, paper: DocumentForm) -> None:
    """Show an error at its field: of the paper, of the form, or above."""
    of_paper = {"original", "public", "number", "issued_on"} & set(error.fields)
    if of_paper or (error.fields and "amount" in error.fields and "amount" not in form):
        paper.absorb(error)
        form.form_errors.append(error.message)
        return
    moved = {name if name in form else "source": text for name, text in error.fields.items()}
    form.absorb(type(error)(error.message, fields=moved))
