"""Releasing money of pledges: one officer asks, another approves."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.clock import now
from core.db import db
from core.i18n import Message, format_money, lazy_gettext, localize
from core.policy import requires
from sponsorship import bookings
from sponsorship.models import Opening, OpeningKind
from sponsorship.pledges.afterwards_cases import ReleaseCase, load_opening, load_release
from sponsorship.pledges.forms.afterwards import confirm_form, reason_form, release_form
from sponsorship.pledges.queries.releasing import places, releases_of
from sponsorship.pledges.routes import office
from sponsorship.pledges.routes.acting import Deed, act
from sponsorship.pledges.routes.ending import facts_of
from sponsorship.pledges.services import releasing
from sponsorship.pledges.services.carrying import carry as carry_opening
from sponsorship.pledges.services.targets import title_of
from sponsorship.pledges.view import PledgeCase, pledge_case


@office.route("/office/partners/pledges/<int:pledge_id>/release", methods=["GET", "POST"])
@requires("sponsorship:release:ask", pledge_case)
def ask(case: PledgeCase) -> ResponseReturnValue:
    """Ask that money of a pledge go to its project."""
    pledge_id, currency, by = case.pledge.id, case.pledge.currency, g.actor.id
    project_id, pool = case.opening.project_id, case.opening.kind == OpeningKind.POOL
    free = max(releasing.releasable(db.session, case.pledge), 0)
    projects, milestones = places(db.session, case.pledge)
    form = release_form(projects, milestones, free, currency)
    back = f"/office/partners/pledges/{pledge_id}"
    match = bookings.match_left(db.session, case.pledge)
    said = Deed(
        title=lazy_gettext("Release money of this pledge"),
        lead=lazy_gettext("Another officer has to approve it. Then it is committed, and stays so."),
        button=lazy_gettext("Ask for it"),
        done=lazy_gettext("Asked for. Another officer is told."),
        back=back,
        fields=("amount", "project_id", "milestone_id"),
        facts=[
            *facts_of(case),
            (lazy_gettext("Can be released now"), format_money(free, currency)),
            (lazy_gettext("Public money with it"), format_money(match, currency)),
        ],
        note=lazy_gettext("It goes to the pool that doubles what others give.") if pool else None,
        crumbs=[(case.pledge.number, back), (lazy_gettext("Release"), None)],
    )

    def write(session: Session) -> None:
        where = form["project_id"].data if "project_id" in form else project_id
        part = form["milestone_id"].data if "milestone_id" in form else 0
        key, amount = form["key"].data, form["amount"].data
        asked = releasing.AskedRelease(key, amount, where or None, part or None)
        releasing.ask(session, pledge_id, asked, by, now())

    return act(said, form, write)


@office.route("/office/partners/releases/<int:release_id>", methods=["GET", "POST"])
@requires("sponsorship:release:approve", load_release)
def approve(subject: ReleaseCase) -> ResponseReturnValue:
    """Approve what another officer asked for."""
    release_id, by, form = subject.release.id, g.actor.id, confirm_form()
    back = f"/office/partners/pledges/{subject.case.pledge.id}"
    said = Deed(
        title=lazy_gettext("Release this money?"),
        lead=lazy_gettext("It is committed to the project then, and the sponsor is told."),
        button=lazy_gettext("Yes, release it"),
        done=lazy_gettext("It is released."),
        back=back,
        fields=("code",),
        facts=_facts(subject),
        other=(lazy_gettext("No, leave it"), f"/office/partners/releases/{release_id}/refuse"),
        crumbs=[(subject.case.pledge.number, back), (lazy_gettext("Release"), None)],
    )
    return act(said, form, lambda session: releasing.approve(session, release_id, by, now()))


@office.route("/office/partners/releases/<int:release_id>/refuse", methods=["GET", "POST"])
@requires("sponsorship:release:refuse", load_release)
def refuse(subject: ReleaseCase) -> ResponseReturnValue:
    """Leave the money where it is."""
    release_id, by = subject.release.id, g.actor.id
    form = reason_form(lazy_gettext("Why is it not released?"))
    back = f"/office/partners/pledges/{subject.case.pledge.id}"
    said = Deed(
        title=lazy_gettext("Leave this money where it is?"),
        lead=lazy_gettext("It stays kept for the pledge's purpose. Your reason is public."),
        button=lazy_gettext("Yes, leave it"),
        done=lazy_gettext("It stays where it is."),
        back=back,
        fields=("reason",),
        facts=_facts(subject),
        crumbs=[(subject.case.pledge.number, back), (lazy_gettext("Release"), None)],
        tone="btn-seal",
    )

    def write(session: Session) -> None:
        releasing.refuse(session, release_id, by, form["reason"].data, now())

    return act(said, form, write)


def _facts(subject: ReleaseCase) -> list[tuple[Message, object]]:
    pledge = subject.case.pledge
    (view,) = [
        one for one in releases_of(db.session, pledge.id)[pledge.id] if one.id == subject.release.id
    ]
    found = [
        *facts_of(subject.case),
        (lazy_gettext("To be released"), format_money(view.amount, pledge.currency)),
        (lazy_gettext("Public money with it"), format_money(view.match, pledge.currency)),
    ]
    if view.project:
        found.append((lazy_gettext("To the project"), view.project))
    if view.milestone:
        found.append((lazy_gettext("For the part"), view.milestone))
    return found


@office.route("/office/partners/openings/<int:opening_id>/carry", methods=["GET", "POST"])
@requires("sponsorship:opening:carry", load_opening)
def carry(opening: Opening) -> ResponseReturnValue:
    """Say that a project goes ahead because partners pay for it."""
    opening_id = opening.id
    form = reason_form(lazy_gettext("Why does it go ahead?"), weighty=True)
    back = f"/partners/openings/{opening_id}"
    title = lazy_gettext("Let this project go ahead?")
    said = Deed(
        title=title,
        lead=lazy_gettext(
            "The vote did not choose it, and its result stays as it is. Partners pay for it: it is"
            " planned, put out to tender and paid like a chosen one, without the round's money."
        ),
        button=lazy_gettext("Yes, it goes ahead"),
        done=lazy_gettext("It goes ahead. Now it needs a plan, and the partners' money."),
        back=back,
        to=f"/projects/{opening.project_id}",
        fields=("reason", "code"),
        facts=[
            (lazy_gettext("Project"), str(_title(opening))),
            (
                lazy_gettext("Target"),
                format_money(opening.target or 0, opening.call.currency),
            ),
        ],
        crumbs=[(_title(opening), back), (title, None)],
    )

    def write(session: Session) -> None:
        carry_opening(session, opening_id, form["reason"].data, now())

    return act(said, form, write)


def _title(opening: Opening) -> object:
    return localize(title_of(db.session, opening))
