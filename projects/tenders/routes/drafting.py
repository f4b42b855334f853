"""Writing a notice or a direct award, publishing what somebody else wrote, ending a tender."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import format_money, gettext, lazy_gettext
from core.policy import requires
from core.web import settings
from projects.models import Method, Milestone, Tender
from projects.states import TenderState
from projects.tenders import services
from projects.tenders.books import free_money
from projects.tenders.cases import PlanCase, TenderCase, load_plan, load_tender
from projects.tenders.forms.deciding import confirm_form, reason_form
from projects.tenders.forms.notices import direct_form, direct_of, notice_form, notice_of
from projects.tenders.queries.exclusions import bidders_in
from projects.tenders.routes import officer
from projects.tenders.routes.acting import Act, act, url_of
from projects.tenders.rules import Rule, rule_for
from projects.tenders.services.drafting import free_milestones

Write = Callable[[Session, XForm], Tender]


@officer.route("/projects/<int:project_id>/tenders/new", methods=["GET", "POST"])
@requires("projects:tender:write", load_plan)
def new(case: PlanCase) -> ResponseReturnValue:
    """Write the notice of an open tender."""
    project_id = case.project.id
    form = notice_form(_free(case, None), case.project.currency, _rule(case))

    def write(session: Session, filled: XForm) -> Tender:
        notice = notice_of(filled, gettext("Price"))
        return services.draft_tender(session, project_id, notice, g.actor.id, now())

    return _write(case, None, form, write)


@officer.route("/projects/<int:project_id>/tenders/direct", methods=["GET", "POST"])
@requires("projects:tender:write", load_plan)
def new_direct(case: PlanCase) -> ResponseReturnValue:
    """Write a direct award, with its reason."""
    project_id = case.project.id
    form = direct_form(_free(case, None), case.project.currency, bidders_in(db.session))

    def write(session: Session, filled: XForm) -> Tender:
        return services.draft_direct(session, project_id, direct_of(filled), g.actor.id, now())

    return _write(case, None, form, write)


@officer.route("/tenders/<int:tender_id>/edit", methods=["GET", "POST"])
@requires("projects:tender:edit", load_tender)
def edit(case: TenderCase) -> ResponseReturnValue:
    """Change a draft."""
    tender, ground = case.tender, load_plan(case.tender.project_id)
    tender_id, rows = tender.id, _free(ground, tender.id)
    own = [one.id for one in rows if one.tender_id == tender_id]
    if tender.method == Method.DIRECT:
        form = direct_form(rows, tender.currency, bidders_in(db.session), tender)
    else:
        form = notice_form(rows, tender.currency, _rule(ground), tender)
    if request.method == "GET":
        form["milestones"].data = own
    direct = tender.method == Method.DIRECT

    def write(session: Session, filled: XForm) -> Tender:
        by = g.actor.id
        if direct:
            said = direct_of(filled)
            return services.change_direct(session, tender_id, said, by, now())
        notice = notice_of(filled, gettext("Price"))
        return services.change_tender(session, tender_id, notice, by, now())

    return _write(ground, tender, form, write)


def _write(case: PlanCase, tender: Tender | None, form: XForm, write: Write) -> ResponseReturnValue:
    project_id, status = case.project.id, 200
    ident = tender.id if tender is not None else None
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                with transaction() as session:
                    target = url_of(write(session, form))
                flash(gettext("Saved as a draft. Somebody else has to publish it."), "good")
                return redirect(target, 303)
            except DomainError as error:
                form.absorb(error)
                status = error.status
    case = load_plan(project_id)
    page = render_template(
        "projects/tenders/write.html",
        project=case.project,
        form=form,
        direct="amount" in form,
        tender_id=ident,
        free=format_money(max(0, free_money(db.session, project_id, ident)), case.project.currency),
        rule=_rule(case),
    )
    return page, status


def _free(case: PlanCase, tender_id: int | None) -> list[Milestone]:
    return free_milestones(db.session, case.plan.id, tender_id) if case.plan else []


def _rule(case: PlanCase) -> Rule:
    return rule_for(db.session, case.project.area.path)


@officer.route("/tenders/<int:tender_id>/approve", methods=["GET", "POST"])
@requires("projects:tender:approve", load_tender)
def approve(case: TenderCase) -> ResponseReturnValue:
    """Publish a notice, or a direct award, that somebody else has written."""
    tender, by = case.tender, g.actor.id
    tender_id, direct = tender.id, tender.method == Method.DIRECT
    lead = lazy_gettext(
        "From now on it does not change, and bids come in under seal. Nobody can read them before "
        "the deadline, not even you."
    )
    if direct:
        lead = lazy_gettext(
            "The award is public at once, with its reason. Then comes the contract."
        )
    said = Act(
        title=lazy_gettext("Award this directly?") if direct else lazy_gettext("Publish this?"),
        lead=lead,
        button=lazy_gettext("Yes, award it") if direct else lazy_gettext("Yes, publish it"),
        done=lazy_gettext("Published."),
        back=url_of(tender),
        fields=("code",),
        facts=[
            (lazy_gettext("Tender"), tender.title),
            (lazy_gettext("At most"), format_money(tender.ceiling, tender.currency)),
        ],
    )

    def write(session: Session) -> None:
        if direct:
            services.award_directly(session, tender_id, by, now())
        else:
            services.publish(session, tender_id, by, settings().keys, now())

    return act(said, confirm_form(weighty=True), write)


@officer.route("/tenders/<int:tender_id>/cancel", methods=["GET", "POST"])
@requires("projects:tender:run", load_tender)
def cancel(case: TenderCase) -> ResponseReturnValue:
    """End a tender before a contract is signed."""
    tender, by = case.tender, g.actor.id
    tender_id = tender.id
    form = reason_form(lazy_gettext("Why is it cancelled?"))
    draft = tender.state == TenderState.DRAFT
    said = Act(
        title=lazy_gettext("Cancel this tender?"),
        lead=lazy_gettext("It disappears.")
        if draft
        else lazy_gettext(
            "It stays public, with your reason. Sealed bids can never be read: their key is "
            "destroyed. Everybody who bids is told."
        ),
        button=lazy_gettext("Yes, cancel it"),
        done=lazy_gettext("Cancelled."),
        back=url_of(tender),
        fields=("reason",),
        facts=[(lazy_gettext("Tender"), tender.title)],
        tone="btn-seal",
        to=f"/projects/{tender.project_id}" if draft else None,
    )

    def write(session: Session) -> None:
        why = form["reason"].data
        services.cancel(session, tender_id, why, by, keys=settings().keys, now=now())

    return act(said, form, write)
