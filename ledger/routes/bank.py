"""Finance officers take bank statements in and match their lines; auditors read along."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from accounts.models import Area
from accounts.office_queries import paths_of
from accounts.queries import area_choices
from core.clock import local_date, now
from core.db import db, transaction
from core.errors import DomainError, Invalid, NotFound
from core.forms import options, texts
from core.i18n import gettext, lazy_gettext, localize, ngettext
from core.policy import requires
from ledger.bank_forms import BankAccountForm, FundsForm, MatchForm
from ledger.bank_policies import FINANCE, READERS
from ledger.models import BankAccount, BankLine
from ledger.queries.bank import statement_counts
from ledger.queries.bank_pages import (
    STATES,
    FundChoice,
    fund_choices,
    line_row,
    lines_page,
    missing_page,
    statements_of,
)
from ledger.queries.suggestions import suggestions
from ledger.services import matching
from ledger.services.statements import keep_funds_at, open_bank_account
from ledger.words import LINES

blueprint = Blueprint("ledger_bank", __name__, url_prefix="/ledger/bank")
READ, MANAGE = "ledger:bank:read", "ledger:bank:manage"


def load_account(account_id: int) -> BankAccount:
    """A bank account with its area. Raises ``NotFound``."""
    rows = select(BankAccount).join(BankAccount.area).options(contains_eager(BankAccount.area))
    found = db.session.scalar(rows.where(BankAccount.id == account_id))
    if found is None:
        raise NotFound(lazy_gettext("There is no such bank account."))
    return found


def account_of_line(line_id: int) -> BankAccount:
    """The bank account of a line of a bank. Raises ``NotFound``."""
    found = db.session.get(BankLine, line_id)
    if found is None:
        raise NotFound(lazy_gettext("There is no such line."))
    g.line_id = line_id
    return load_account(found.bank_account_id)


@blueprint.get("")
@requires("ledger:bank:list")
def accounts() -> str:
    """The bank accounts of my areas, and how far each agrees with the ledger."""
    paths = paths_of(g.actor, READERS)
    counts = statement_counts(db.session, local_date(now()), paths=paths)
    return render_template("ledger/bank_accounts.html", counts=counts)


@blueprint.route("/new", methods=["GET", "POST"])
@requires("ledger:bank:create")
def new() -> ResponseReturnValue:
    """Enter a bank account."""
    form = BankAccountForm()
    choices = {
        ident: name
        for path in sorted(paths_of(g.actor, FINANCE))
        for ident, name in area_choices(db.session, path)
    }
    form.area.choices = options(choices.items())
    if form.validate_on_submit():
        try:
            return redirect(url_for(".account", account_id=_open(form)), 303)
        except DomainError as error:
            form.absorb(error)
    page = render_template("ledger/bank_new.html", form=form)
    return page, 422 if form.is_submitted() else 200


def _open(form: BankAccountForm) -> int:
    name = texts({"zh_Hans": form.name_zh.data, "en": form.name_en.data})
    if not name:
        problem = lazy_gettext("Please give a name in at least one language.")
        raise Invalid(problem, fields={"name_zh": problem})
    with transaction() as session:
        return open_bank_account(
            session,
            session.get_one(Area, form.area.data),
            name=name,
            number=form.number.data or "",
            currency=form.currency.data,
            by_id=g.actor.id,
            now=now(),
        ).id


@blueprint.get("/<int:account_id>")
@requires(READ, subject=load_account)
def account(found: BankAccount) -> str:
    """One bank account: what fits, what does not, and its statements."""
    (counts,) = statement_counts(db.session, local_date(now()), account_id=found.id).accounts
    return render_template(
        "ledger/bank_account.html",
        bank=found,
        counts=counts,
        statements=statements_of(db.session, found.id),
        funds=[f for f in _funds(found) if f.here],
    )


def _funds(found: BankAccount) -> list[FundChoice]:
    return fund_choices(db.session, found.id, found.area.path, found.currency)


@blueprint.route("/<int:account_id>/funds", methods=["GET", "POST"])
@requires(MANAGE, subject=load_account)
def funds(found: BankAccount) -> ResponseReturnValue:
    """Say which funds' money lies at the account."""
    ident, choices = found.id, _funds(found)
    form = FundsForm(data={"funds": [fund.id for fund in choices if fund.here]})
    form.funds.choices = options(
        (fund.id, f"{localize(fund.name)} · {localize(fund.area)} · {fund.year}")
        for fund in choices
    )
    if form.validate_on_submit():
        try:
            with transaction() as session:
                keep_funds_at(session, ident, form.funds.data or [], g.actor.id, now())
            return redirect(url_for(".account", account_id=ident), 303)
        except DomainError as error:
            form.absorb(error)
    page = render_template("ledger/bank_funds.html", bank=load_account(ident), form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/<int:account_id>/lines")
@requires(READ, subject=load_account)
def lines(found: BankAccount) -> str:
    """The lines of the bank, those without a line of the ledger first asked for."""
    state = request.args.get("state", STATES[0])
    page = lines_page(
        db.session,
        found.id,
        state if state in STATES else STATES[0],
        request.args.get("page", 1, type=int),
        request.args.get("statement", type=int),
    )
    return render_template("ledger/bank_lines.html", bank=found, page=page)


@blueprint.get("/<int:account_id>/missing")
@requires(READ, subject=load_account)
def missing(found: BankAccount) -> str:
    """The lines of the ledger that the bank does not know."""
    number = request.args.get("page", 1, type=int)
    page = missing_page(db.session, found.id, local_date(now()), number)
    return render_template("ledger/bank_missing.html", bank=found, page=page, words=LINES)


@blueprint.post("/<int:account_id>/match-exact")
@requires(MANAGE, subject=load_account)
def match_exact(found: BankAccount) -> ResponseReturnValue:
    """Match all lines that leave no doubt."""
    ident = found.id
    with transaction() as session:
        count = matching.match_exact(session, ident, g.actor.id, now())
    said = ngettext("%(num)s line was matched.", "%(num)s lines were matched.", count)
    flash(said if count else gettext("No line names a voucher and fits it exactly."), "good")
    return redirect(url_for(".lines", account_id=ident), 303)


@blueprint.get("/lines/<int:line_id>")
@requires(READ, subject=account_of_line)
def line(found: BankAccount) -> ResponseReturnValue:
    """One line of the bank and which line of the ledger it may be."""
    return _line_page(found, MatchForm()), 200


@blueprint.post("/lines/<int:line_id>")
@requires(MANAGE, subject=account_of_line)
def match(found: BankAccount) -> ResponseReturnValue:
    """Match a line of the bank to the chosen line of the ledger."""
    ident, line_id, form = found.id, g.line_id, MatchForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                matching.match(session, line_id, form.transfer.data or 0, g.actor.id, now())
            flash(gettext("Matched."), "good")
            return redirect(url_for(".lines", account_id=ident), 303)
        except DomainError as error:
            form.absorb(error)
    g.line_id = line_id
    return _line_page(load_account(ident), form), 422


@blueprint.post("/lines/<int:line_id>/unmatch")
@requires(MANAGE, subject=account_of_line)
def unmatch(_found: BankAccount) -> ResponseReturnValue:
    """Take a match back."""
    line_id = g.line_id
    with transaction() as session:
        matching.unmatch(session, line_id, g.actor.id, now())
    flash(gettext("The match was taken back. It stays on record."), "good")
    return redirect(url_for(".line", line_id=line_id), 303)


def _line_page(found: BankAccount, form: MatchForm) -> str:
    bank_line = db.session.get_one(BankLine, g.line_id)
    row = line_row(db.session, bank_line.id)
    fitting = [] if row.transfer_id else suggestions(db.session, [bank_line])[bank_line.id]
    return render_template(
        "ledger/bank_line.html", bank=found, line=row, candidates=fitting, form=form, words=LINES
    )
