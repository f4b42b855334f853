"""A department's side of a review: reading the proposal, answering in private."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.clock import now
from core.db import transaction
from core.errors import Conflict
from core.i18n import gettext
from core.policy import requires
from projects.cases import ReviewCase, load_review
from projects.review_forms import answer_form
from projects.services import Answer, answer_review

blueprint = Blueprint("projects_reviewer", __name__)


@blueprint.route("/reviews/<int:review_id>", methods=["GET", "POST"])
@requires("projects:review:answer", load_review)
def answer(case: ReviewCase) -> ResponseReturnValue:
    """Answer for one's department, or change its answer until it is published."""
    review = case.review
    feasible = {True: "yes", False: "no", None: None}[review.feasible]
    form = answer_form(
        review.project.currency,
        feasible=feasible,
        reason=review.reason,
        cost=review.cost,
        conditions=review.conditions,
    )
    status = 200
    if form.validate_on_submit():
        given = Answer(
            feasible=form["feasible"].data == "yes",
            reason=form["reason"].data,
            cost=form["cost"].data,
            conditions=form["conditions"].data or "",
        )
        try:
            return _save(case, given)
        except Conflict as error:
            form.absorb(error)
            status = error.status
    page = render_template("projects/answer.html", case=case, review=review, form=form)
    return page, 422 if form.errors and status == 200 else status


def _save(case: ReviewCase, given: Answer) -> ResponseReturnValue:
    review_id = case.review.id
    with transaction() as session:
        answer_review(session, review_id, given, g.actor.id, now())
    flash(
        gettext("Saved. Only the office that runs the round sees it until it is published."),
        "good",
    )
    return redirect(url_for("projects_reviewer.answer", review_id=review_id), 303)
