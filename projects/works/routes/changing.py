"""Asking for changes of what was promised, and deciding on them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.routes.entering import limit_tries
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError, NotFound
from core.forms import XForm
from core.i18n import gettext, lazy_gettext
from core.policy import may, requires
from projects.models import ChangeKind
from projects.states import ChangeState
from projects.works import services as do
from projects.works.cases import (
    WorkCase,
    load_change,
    load_contract,
    load_milestone,
    load_work,
)
from projects.works.forms import change_form, decide_form
from projects.works.page import change_view
from projects.works.routes.edge import carried_out, gone_on, page
from projects.works.services.change_rules import current
from projects.works.services.site import Site, Target
from projects.works.words import CHANGE_KINDS

blueprint = Blueprint("projects_works_changing", __name__)
K = ChangeKind
OF_MILESTONE = (K.DELAY, K.SCOPE, K.COST, K.CANCEL)
OF_PLAN = (K.DELAY, K.CANCEL)


@blueprint.route("/milestones/<int:milestone_id>/change", methods=["GET", "POST"])
@requires("projects:change:ask", load_milestone)
def ask(work: WorkCase) -> ResponseReturnValue:
    """Ask for a change of one milestone."""
    return _ask(work, OF_MILESTONE)


@blueprint.route("/projects/<int:project_id>/change", methods=["GET", "POST"])
@requires("projects:change:ask", load_work)
def ask_whole(work: WorkCase) -> ResponseReturnValue:
    """Ask for the whole to be finished later, or to be given up."""
    return _ask(work, OF_PLAN)


@blueprint.route("/contracts/<int:contract_id>/retention", methods=["GET", "POST"])
@requires("projects:change:ask", load_contract)
def retention(work: WorkCase) -> ResponseReturnValue:
    """Ask for a contract's retention to be released, or part of it to be kept."""
    return _ask(work, (K.RETENTION,))


def _ask(work: WorkCase, kinds: tuple[ChangeKind, ...]) -> ResponseReturnValue:
    wanted = request.values.get("kind", "")
    kind = next((one for one in kinds if one == wanted), kinds[0])
    if work.plan is None:
        raise NotFound(lazy_gettext("This project has no delivery plan yet."))
    target = Target(Site(work.project, work.plan), work.milestone, work.contract)
    form = change_form(kind, work.call.currency, current(db.session, kind, target))
    made: list[int] = []
    ident, about = work.project.id, _about(work)

    def write(session: Session) -> None:
        after = {
            field.name: _plain(field.data)
            for field in form
            if field.name not in {"reason", "csrf_token"}
        }
        after = after or {"state": "cancelled"}
        asked = do.AskedChange(kind, form["reason"].data, after, **about)
        made.append(do.ask_change(session, ident, asked, g.actor.id, now()).id)

    if carried_out(form, write):
        words = gettext("Asked for. Somebody else has to decide, and everybody can read it.")
        return gone_on(words, f"/changes/{made[0]}")
    return page("change.html", form, work=work, kind=kind, kinds=_kinds(kinds))


def _about(work: WorkCase) -> dict[str, int | None]:
    return {
        "milestone_id": work.milestone.id if work.milestone else None,
        "contract_id": work.contract.id if work.contract else None,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _kinds(kinds: tuple[ChangeKind, ...]) -> list[tuple[str, Any]]:
    return [(str(one), CHANGE_KINDS[one]) for one in kinds]


@blueprint.get("/changes/<int:change_id>")
@requires("projects:change:read", load_change)
def change(work: WorkCase) -> ResponseReturnValue:
    """A change: what was asked for and why, and what was decided."""
    return _change(work, None)


def _change(work: WorkCase, form: XForm | None) -> ResponseReturnValue:
    if work.change is None:
        raise AssertionError
    open_ = work.change.state == ChangeState.ASKED
    decides = open_ and may(g.actor, "projects:change:decide", work)
    if form is None:
        form = decide_form() if decides else XForm()
    milestones = [work.milestone] if work.milestone else []
    return page(
        "change_decide.html",
        form,
        work=work,
        change=change_view(work.change, milestones, work.call.currency),
        decides=decides,
        withdraws=open_ and may(g.actor, "projects:change:withdraw", work),
    )


@blueprint.post("/changes/<int:change_id>")
@limit_tries
@requires("projects:change:decide", load_change)
def decide(work: WorkCase) -> ResponseReturnValue:
    """Approve or refuse what somebody else asked for."""
    form, found = decide_form(), work.change
    if found is None:
        raise AssertionError
    ident = found.id

    def write(session: Session) -> None:
        verdict = do.Verdict(form["approved"].data == "yes", form["answer"].data)
        do.decide_change(session, ident, verdict, g.actor.id, now())

    if carried_out(form, write):
        return gone_on(gettext("Decided. Everybody can read why."), f"/changes/{ident}")
    return _change(load_change(ident), form)


@blueprint.post("/changes/<int:change_id>/withdraw")
@requires("projects:change:withdraw", load_change)
def withdraw(work: WorkCase) -> ResponseReturnValue:
    """Take back what one asked for."""
    if work.change is None:
        raise AssertionError
    ident, form = work.change.id, XForm()
    try:
        with transaction() as session:
            do.withdraw_change(session, ident, g.actor.id, now())
    except DomainError as error:
        form.absorb(error)
        return _change(load_change(ident), form)
    return gone_on(gettext("Taken back."), f"/changes/{ident}")
