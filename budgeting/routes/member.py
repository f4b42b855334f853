"""A voter's own ballot: seeing, marking and printing it."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from budgeting import ballots
from budgeting.ballot_forms import MarkForm
from budgeting.ballot_views import BallotView, ballot_view
from budgeting.ballots import Version
from budgeting.booth import Booth, find_booth
from budgeting.eligibility import closed_because, eligibility
from budgeting.keys import round_key
from budgeting.marking import Mark
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid
from core.i18n import Message, lazy_gettext
from core.policy import requires
from core.web import settings

blueprint = Blueprint("budgeting_member", __name__)
FRAGMENT = "ballot"


def booth(round_id: int) -> Booth:
    """The vote of a round, for whoever asks."""
    return find_booth(db.session, g.actor, round_id)


@blueprint.get("/rounds/<int:round_id>/ballot")
@requires("budgeting:ballot:view", subject=booth)
def ballot(found: Booth) -> ResponseReturnValue:
    """One's ballot; or what is missing before one can vote; or that voting is not open."""
    needs = eligibility(found, g.actor).needs
    why = closed_because(found, now())
    if needs or why:
        page = render_template("budgeting/ballot_closed.html", booth=found, needs=needs, why=why)
        return page, 403
    return _page(found, _newest(db.session, found))


@blueprint.post("/rounds/<int:round_id>/ballot")
@requires("budgeting:ballot:cast", subject=booth)
def cast(found: Booth) -> ResponseReturnValue:
    """Make one choice; it is stored before anything says so."""
    form = MarkForm()
    try:
        if not form.validate():
            raise Invalid(_unreadable(form))
        version = _cast(found, form.mark())
    except Invalid as error:
        return _page(found, _newest(db.session, found), error.message), error.status
    if _wants_fragment():
        return _page(found, version)
    anchor = f"card-{form.item.data}" if form.item.data else "ballot"
    return redirect(url_for(".ballot", round_id=found.id, _anchor=anchor), 303)


@blueprint.get("/rounds/<int:round_id>/ballot/print")
@requires("budgeting:ballot:cast", subject=booth)
def printed(found: Booth) -> str:
    """One's ballot as a list for paper, or the same list without marks."""
    view = _view(found, _newest(db.session, found))
    empty = request.args.get("empty") == "1"
    return render_template("budgeting/ballot_print.html", booth=found, view=view, empty=empty)


def _cast(found: Booth, mark: Mark) -> Version | None:
    key = round_key(settings().keys, found.id)
    with transaction() as session:
        return ballots.cast(session, found, key, mark, now())


def _newest(session: Session, found: Booth) -> Version | None:
    return ballots.newest_version(session, found.id, _tag(found))


def _tag(found: Booth) -> str:
    return found.tag(round_key(settings().keys, found.id))


def _view(found: Booth, newest: Version | None) -> BallotView:
    slate = ballots.own_slate(db.session, found)
    return ballot_view(db.session, slate, _tag(found), newest)


def _page(found: Booth, newest: Version | None, error: Message | None = None) -> str:
    template = "budgeting/_ballot.html" if _wants_fragment() else "budgeting/ballot.html"
    return render_template(template, booth=found, view=_view(found, newest), error=error, at=now())


def _wants_fragment() -> bool:
    return request.headers.get("X-Requested-With") == FRAGMENT


def _unreadable(form: MarkForm) -> Message:
    if form.points.errors:
        return str(form.points.errors[0])
    return lazy_gettext("This choice could not be read. Please reload the page and try again.")
