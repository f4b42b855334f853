"""Rounds as everybody reads them."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template

from budgeting.life import life
from budgeting.limit_words import limits_in_words
from budgeting.models import PhaseKind, Round, RoundState
from budgeting.phases import allows, phase_of
from budgeting.queries import (
    Card,
    budgets,
    card,
    cards,
    is_stuck,
    load_round,
    phase_steps,
    some_projects,
)
from budgeting.words import rules_in_words, who_may_vote
from core.clock import now
from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext, localize
from core.panels import render_panels
from core.policy import may, public

blueprint = Blueprint("budgeting_public", __name__)
SLOTS = ("round.actions", "round.result", "round.money")


@blueprint.get("/rounds")
@public
def rounds() -> str:
    """Every round: open now, coming, and past."""
    groups: dict[str, list[Card]] = {"open": [], "coming": [], "past": []}
    for found in cards(db.session, now()):
        groups[found.when].append(found)
    return render_template("budgeting/rounds.html", **groups)


@blueprint.get("/rounds/<int:round_id>")
@public
def round_page(round_id: int) -> str:
    """One round: what can be done now, its money, rules, projects and life."""
    return show_round(_readable(round_id))


@blueprint.get("/rounds/<int:round_id>/manifest.json")
@public
def manifest(round_id: int) -> Response:
    """The sealed rules, byte for byte as they were hashed."""
    round_ = _readable(round_id)
    if round_.manifest is None:
        raise NotFound(lazy_gettext("The rules are sealed when voting opens."))
    return Response(round_.manifest, mimetype="application/json")


def _readable(round_id: int) -> Round:
    round_ = load_round(db.session, round_id)
    if not may(g.actor, "budgeting:round:read", round_):
        raise NotFound(lazy_gettext("There is no such round."))
    return round_


def show_round(round_: Round, *, preview: bool = False) -> str:
    """The page of a loaded round."""
    at = now()
    money = budgets(db.session, round_)
    count = sum(budget.projects for budget in money)
    slots = SLOTS if round_.state != RoundState.DRAFT else ()
    panels = {slot.partition(".")[2]: render_panels(db.session, slot, round_) for slot in slots}
    return render_template(
        "budgeting/round.html",
        round=round_,
        card=card(round_, at, count),
        steps=phase_steps(round_, at),
        budgets=money,
        rules=rules_in_words(round_) + limits_in_words(db.session, round_),
        voters=who_may_vote(round_, str(localize(round_.area.name))),
        life=life(db.session, round_.id),
        panels=panels,
        preview=preview,
        proposing=allows(round_, "propose", at),
        projects=some_projects(db.session, round_.id) if count else [],
        stuck=phase_of(round_.phases, PhaseKind.VOTING) if is_stuck(round_, at) else None,
    )
