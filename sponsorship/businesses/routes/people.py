"""Those who act for a business: invited, there, in another role, gone; and whom it is close to."""

from __future__ import annotations

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.clock import now
from core.db import transaction
from core.errors import DomainError
from core.i18n import gettext, lazy_gettext
from core.policy import requires
from core.web import limiter
from projects.tenders.forms.deciding import confirm_form
from projects.tenders.routes.acting import Act
from sponsorship.businesses import services
from sponsorship.businesses.cases import (
    BusinessCase,
    RelationCase,
    SeatCase,
    load_business,
    load_relation,
    load_seat,
)
from sponsorship.businesses.forms.acting import (
    invite_form,
    relation_form,
    relation_of,
    role_form,
)
from sponsorship.businesses.people import page_of
from sponsorship.businesses.queries.public import views
from sponsorship.businesses.routes import sponsor
from sponsorship.businesses.routes.acting import act
from sponsorship.businesses.words import SHORT_ROLES
from sponsorship.models import SeatRole
from sponsorship.states import SeatState


@sponsor.route("/sponsor/businesses/<int:business_id>/invite", methods=["GET", "POST"])
@limiter.limit("20 per hour", methods=["POST"])
@requires("sponsorship:business:invite", load_business)
def invite(case: BusinessCase) -> ResponseReturnValue:
    """Invite somebody; the answer never tells whether they have an account."""
    ident, by, form = case.business.id, g.actor.id, invite_form()
    back = page_of(ident)
    if not case.manages(by):
        back = url_for("partners_office_businesses.business", business_id=ident)
    said = Act(
        title=lazy_gettext("Invite somebody"),
        lead=lazy_gettext(
            "They find the invitation on their desk, for 30 days. Once they have accepted, they"
            " stand among those who act for the business."
        ),
        button=lazy_gettext("Invite them"),
        done=lazy_gettext(
            "If somebody has an account with this address, they are invited. If not, ask them to"
            " sign in once, and invite them again."
        ),
        back=back,
        fields=("address", "role"),
    )

    def write(session: Session) -> None:
        role = SeatRole(form["role"].data)
        services.invite(session, ident, form["address"].data, by, now(), role=role)

    return act(said, form, case.business, write)


@sponsor.post("/sponsor/seats/<int:seat_id>/accept")
@requires("sponsorship:seat:answer", load_seat)
def accept(case: SeatCase) -> ResponseReturnValue:
    """Say yes to an invitation."""
    ident, business = case.seat.id, case.business.id
    try:
        with transaction() as session:
            services.accept_seat(session, ident, g.actor.id, now())
        flash(gettext("You act for this business now."), "good")
    except DomainError as error:
        flash(str(error.message), "bad")
    return redirect(page_of(business), 303)


@sponsor.route("/sponsor/seats/<int:seat_id>/end", methods=["GET", "POST"])
@requires("sponsorship:seat:end", load_seat)
def end(case: SeatCase) -> ResponseReturnValue:
    """Decline, leave, or end somebody's seat."""
    ident, by, mine = case.seat.id, g.actor.id, case.seat.person_id == g.actor.id
    title, done = lazy_gettext("Should they no longer act for it?"), lazy_gettext("Ended.")
    if mine:
        title, done = lazy_gettext("Stop acting for it?"), lazy_gettext("You no longer act for it.")
    if case.seat.state == SeatState.INVITED:
        title, done = lazy_gettext("Decline the invitation?"), lazy_gettext("Declined.")
    said = Act(
        title=title,
        lead=lazy_gettext("What was done for the business so far stays as it is."),
        button=lazy_gettext("Yes"),
        done=done,
        back=page_of(case.business.id),
        to="/me" if mine else None,
        facts=[
            (lazy_gettext("Who"), case.seat.person.name),
            (lazy_gettext("Role"), SHORT_ROLES[case.seat.role]),
        ],
        tone="btn-seal",
    )

    def write(session: Session) -> None:
        services.end_seat(session, ident, by, now())

    return act(said, confirm_form(), case.business, write)


@sponsor.route("/sponsor/seats/<int:seat_id>/role", methods=["GET", "POST"])
@requires("sponsorship:seat:change", load_seat)
def change_role(case: SeatCase) -> ResponseReturnValue:
    """Give somebody another role."""
    ident, by, form = case.seat.id, g.actor.id, role_form(case.seat.role)
    said = Act(
        title=lazy_gettext("Another role"),
        lead=lazy_gettext("A business has at least one manager."),
        button=lazy_gettext("Give this role"),
        done=lazy_gettext("Done, and they are told."),
        back=f"{page_of(case.business.id)}#people",
        fields=("role",),
        facts=[(lazy_gettext("Who"), case.seat.person.name)],
    )

    def write(session: Session) -> None:
        services.change_role(session, ident, SeatRole(form["role"].data), by, now())

    return act(said, form, case.business, write)


@sponsor.route("/sponsor/businesses/<int:business_id>/relations", methods=["GET", "POST"])
@requires("sponsorship:business:manage", load_business)
def declare(case: BusinessCase) -> ResponseReturnValue:
    """Declare somebody to whom the business is close."""
    ident, by, form = case.business.id, g.actor.id, relation_form()
    said = Act(
        title=lazy_gettext("Whom is the business close to?"),
        lead=lazy_gettext(
            "Owners, directors, their families, companies of the group. They are compared with"
            " those who review, decide on and build a project, and what is found is shown."
        ),
        button=lazy_gettext("Declare it"),
        done=lazy_gettext("Declared."),
        back=f"{page_of(ident)}#relations",
        fields=("kind", "person_name", "company_name", "company_code", "note"),
    )

    def write(session: Session) -> None:
        services.declare(session, ident, relation_of(form), by, now())

    return act(said, form, case.business, write)


@sponsor.route(
    "/sponsor/business-relations/<int:business_relation_id>/end", methods=["GET", "POST"]
)
@requires("sponsorship:business:manage", load_relation)
def end_relation(case: RelationCase) -> ResponseReturnValue:
    """Say that a relation is over."""
    ident, by = case.relation.id, g.actor.id
    (shown,) = views([case.relation], masked=False)
    said = Act(
        title=lazy_gettext("Is this over?"),
        lead=lazy_gettext("It stays visible, with the day on which it ended."),
        button=lazy_gettext("Yes, it is over"),
        done=lazy_gettext("Ended."),
        back=f"{page_of(case.business.id)}#relations",
        facts=[(shown.kind, " · ".join(filter(None, (shown.person, shown.company))))],
        tone="btn-seal",
    )

    def write(session: Session) -> None:
        services.end_relation(session, ident, by, now())

    return act(said, confirm_form(), case.business, write)
