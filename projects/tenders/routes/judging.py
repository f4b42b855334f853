"""Judging: first whom one knows, then points in private."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import gettext
from core.policy import requires
from projects.tenders.cases import TenderCase, load_judged
from projects.tenders.forms.fields import check_knows
from projects.tenders.forms.judging import declaration_form, score_form, scores_of
from projects.tenders.queries.judging import judging_page
from projects.tenders.routes import member
from projects.tenders.services import declare, hand_in, save_scores
from projects.tenders.services.judging import to_score


@member.get("/tenders/<int:tender_id>/judge")
@requires("projects:tender:judge", load_judged)
def judge(case: TenderCase) -> ResponseReturnValue:
    """What a reviewer has to do: declare, give points, hand them in."""
    return _page(case, None)


def _page(case: TenderCase, form: XForm | None, status: int = 200) -> tuple[str, int]:
    page = judging_page(db.session, case.tender, g.actor.id)
    if form is None:
        form = score_form(page.pairs, page.known) if page.may_score else declaration_form()
    html = render_template(
        "projects/tenders/judge.html", case=case, tender=case.tender, page=page, form=form
    )
    return html, status


@member.post("/tenders/<int:tender_id>/judge/declare")
@requires("projects:tender:judge", load_judged)
def say(case: TenderCase) -> ResponseReturnValue:
    """Say whom of the bidders one knows."""
    tender_id, form = case.tender.id, declaration_form()
    valid, relation = form.validate(), check_knows(form)
    if not valid or relation is None:
        return _page(case, form, 422)
    try:
        with transaction() as session:
            said = declare(session, tender_id, g.actor.id, relation, now())
            excused = said.excused_at is not None
    except DomainError as error:
        form.absorb(error)
        return _page(load_judged(tender_id), form, error.status)
    flash(
        gettext("Thank you. Others judge these bids.") if excused else gettext("Thank you."), "good"
    )
    return redirect(f"/tenders/{tender_id}" if excused else f"/tenders/{tender_id}/judge", 303)


@member.post("/tenders/<int:tender_id>/judge")
@requires("projects:tender:judge", load_judged)
def give(case: TenderCase) -> ResponseReturnValue:
    """Keep points as a draft, or hand them in."""
    tender_id = case.tender.id
    pairs = to_score(db.session, tender_id)
    form = score_form(pairs, {})
    if not form.validate():
        return _page(case, form, 422)
    finished = request.form.get("action") == "hand_in"
    verb = hand_in if finished else save_scores
    try:
        with transaction() as session:
            verb(session, tender_id, g.actor.id, scores_of(form, pairs), now())
    except DomainError as error:
        form.absorb(error)
        return _page(load_judged(tender_id), form, error.status)
    done = gettext("Handed in. Thank you.") if finished else gettext("Saved. Only you see it.")
    flash(done, "good")
    return redirect(f"/tenders/{tender_id}/judge", 303)
