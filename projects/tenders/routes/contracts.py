"""The contract: drawn up, agreed to by the contractor, signed by another officer."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.clock import now
from core.db import db, transaction
from core.errors import DomainError, NotFound
from core.forms import XForm
from core.i18n import Message, format_money, gettext, lazy_gettext
from core.policy import requires
from projects.models import Contract
from projects.tenders import services
from projects.tenders.cases import TenderCase, load_tender
from projects.tenders.forms.deciding import confirm_form, contract_form, terms_of
from projects.tenders.routes import member, officer
from projects.tenders.routes.acting import Act, act, url_of
from projects.tenders.services.contracting import covered, held_up


@officer.route("/tenders/<int:tender_id>/contract/draw", methods=["GET", "POST"])
@requires("projects:contract:draw", load_tender)
def draw(case: TenderCase) -> ResponseReturnValue:
    """Draw up the contract of an award."""
    tender_id, status = case.tender.id, 200
    rows = covered(db.session, tender_id)
    suggested = services.suggested_prices(db.session, case.tender)
    form = contract_form(rows, case.tender.currency, suggested, case.contract)
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                with transaction() as session:
                    terms = terms_of(form, rows)
                    services.draw_contract(session, tender_id, terms, g.actor.id, now())
            except DomainError as error:
                form.absorb(error)
                status = error.status
            else:
                flash(gettext("Drawn up. The contractor has been asked to agree."), "good")
                return redirect(f"/tenders/{tender_id}/contract", 303)
    else:
        _warn(case, form)
    return _draw_page(tender_id, form), status


def _draw_page(tender_id: int, form: XForm) -> str:
    case = load_tender(tender_id)
    return render_template(
        "projects/tenders/draw.html",
        case=case,
        tender=case.tender,
        form=form,
        parts=covered(db.session, tender_id),
    )


def _warn(case: TenderCase, form: XForm) -> None:
    try:
        held_up(db.session, case.tender, now())
    except DomainError as error:
        form.form_errors.append(error.message)


@member.get("/tenders/<int:tender_id>/contract")
@requires("projects:contract:read", load_tender)
def show(case: TenderCase) -> str:
    """What the contract says, and how far it is."""
    return render_template(
        "projects/tenders/contract.html",
        case=case,
        tender=case.tender,
        contract=_contract(case),
        parts=covered(db.session, case.tender.id),
    )


@member.route("/tenders/<int:tender_id>/contract/agree", methods=["GET", "POST"])
@requires("projects:contract:agree", load_tender)
def agree(case: TenderCase) -> ResponseReturnValue:
    """Agree for the contractor."""
    return _agree(
        case,
        lazy_gettext("Do you agree to this contract?"),
        lazy_gettext("You say yes for your organisation. Then an officer signs it."),
        on_paper=False,
    )


@officer.route("/tenders/<int:tender_id>/contract/paper", methods=["GET", "POST"])
@requires("projects:contract:enter", load_tender)
def on_paper(case: TenderCase) -> ResponseReturnValue:
    """Enter that the contractor has agreed on paper."""
    return _agree(
        case,
        lazy_gettext("Has the contractor agreed on paper?"),
        lazy_gettext("Only enter this once the signed paper is in your hands. It is public."),
        on_paper=True,
    )


def _agree(
    case: TenderCase, title: Message, lead: Message, *, on_paper: bool
) -> ResponseReturnValue:
    tender_id, by = case.tender.id, g.actor.id
    said = Act(
        title=title,
        lead=lead,
        button=lazy_gettext("Yes, it is agreed"),
        done=lazy_gettext("Agreed."),
        back=f"/tenders/{tender_id}/contract",
        facts=_facts(case),
    )

    def write(session: Session) -> None:
        services.agree(session, tender_id, by, now(), on_paper=on_paper)

    return act(said, confirm_form(), write)


@officer.route("/tenders/<int:tender_id>/contract/sign", methods=["GET", "POST"])
@requires("projects:contract:sign", load_tender)
def sign(case: TenderCase) -> ResponseReturnValue:
    """Sign what another officer has drawn up."""
    tender_id, by = case.tender.id, g.actor.id
    said = Act(
        title=lazy_gettext("Sign this contract?"),
        lead=lazy_gettext(
            "From now on it does not change, and its amount is promised in the books. Work can "
            "begin."
        ),
        button=lazy_gettext("Yes, sign it"),
        done=lazy_gettext("Signed, and booked."),
        back=f"/tenders/{tender_id}/contract",
        fields=("code",),
        facts=_facts(case),
        to=url_of(case.tender),
    )

    def write(session: Session) -> None:
        services.sign_contract(session, tender_id, by, now())

    return act(said, confirm_form(weighty=True), write)


def _facts(case: TenderCase) -> list[tuple[Message, object]]:
    contract = _contract(case)
    return [
        (lazy_gettext("Contract"), contract.number),
        (lazy_gettext("Work"), case.tender.title),
        (lazy_gettext("Amount"), format_money(contract.amount, contract.currency)),
        (lazy_gettext("Terms"), contract.terms),
    ]


def _contract(case: TenderCase) -> Contract:
    if case.contract is None:
        raise NotFound(lazy_gettext("No contract is drawn up yet."))
    return case.contract
