"""What is done with a finding: issue, answer, ask again, follow up, close."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from audit.desk import drafts, findings
from audit.desk.findings import Said
from audit.desk.forms import CloseForm, FollowForm, ReturnForm, SayForm
from audit.desk.models import Finding, Verdict
from audit.desk.offices import departments_of
from audit.desk.routes import blueprint
from audit.desk.routes.findings import find, show
from core.clock import now
from core.db import transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import Message, gettext
from core.policy import requires

Step = Callable[[Session], object]


@blueprint.post("/findings/<int:finding_id>/issue")
@requires("audit:finding:write", find)
def issue(found: Finding) -> ResponseReturnValue:
    """Send a finding to the department."""
    ident = found.id
    return _pressed(
        ident,
        lambda session: findings.issue(session, ident, g.actor.id, now()),
        gettext("Issued. The department has been told."),
    )


@blueprint.post("/findings/<int:finding_id>/drop")
@requires("audit:finding:write", find)
def drop(found: Finding) -> ResponseReturnValue:
    """Drop a draft."""
    ident = found.id
    return _pressed(
        ident,
        lambda session: drafts.drop(session, ident),
        gettext("Dropped. Its flags are open again."),
    )


def _pressed(ident: int, step: Step, done: Message) -> ResponseReturnValue:
    try:
        with transaction() as session:
            step(session)
        flash(done, "good")
    except DomainError as error:
        flash(error.message, "bad")
    return redirect(url_for(".finding", finding_id=ident), 303)


@blueprint.post("/findings/<int:finding_id>/answer")
@requires("audit:finding:answer", find)
def answer(found: Finding) -> ResponseReturnValue:
    """Answer for the department."""
    form = SayForm()
    return _filled(
        found.id,
        ("answering", form),
        lambda session: findings.answer(session, found.id, _said(form)),
        gettext("Answered. The auditors have been told."),
    )


@blueprint.post("/findings/<int:finding_id>/return")
@requires("audit:finding:judge", find)
def send_back(found: Finding) -> ResponseReturnValue:
    """Ask again."""
    form = ReturnForm()
    return _filled(
        found.id,
        ("returning", form),
        lambda session: findings.send_back(
            session, found.id, _said(form), form.answer_days.data or 0
        ),
        gettext("Sent back. The department has been told."),
    )


@blueprint.post("/findings/<int:finding_id>/follow-up")
@requires("audit:finding:follow", find)
def follow_up(found: Finding) -> ResponseReturnValue:
    """Add what has happened since."""
    form = FollowForm()
    ours = found.department_id in departments_of(g.actor)
    return _filled(
        found.id,
        ("following", form),
        lambda session: findings.follow_up(session, found.id, _said(form), by_department=ours),
        gettext("Added."),
    )


@blueprint.post("/findings/<int:finding_id>/close")
@requires("audit:finding:judge", find)
def close(found: Finding) -> ResponseReturnValue:
    """Close a finding with a verdict."""
    form = CloseForm()
    return _filled(
        found.id,
        ("closing", form),
        lambda session: findings.close(session, found.id, Verdict(form.verdict.data), _said(form)),
        gettext("Closed."),
    )


def _said(form: SayForm | FollowForm | ReturnForm | CloseForm) -> Said:
    return Said(form.text.data or "", g.actor.id, now())


def _filled(ident: int, named: tuple[str, XForm], step: Step, done: Message) -> ResponseReturnValue:
    """Take a form, or show it again on the page with what is wrong with it."""
    name, form = named
    if form.validate_on_submit():
        try:
            with transaction() as session:
                step(session)
            flash(done, "good")
            return redirect(url_for(".finding", finding_id=ident), 303)
        except DomainError as error:
            form.absorb(error)
            return show(find(ident), **{name: form}), error.status
    return show(find(ident), **{name: form}), 422
