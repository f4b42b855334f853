"""Registering a business, and its page for those who act for it."""

from __future__ import annotations

from io import BytesIO

from flask import Response, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.actor import SignedIn
from accounts.queries import area_choices
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import gettext, lazy_gettext
from core.policy import requires
from core.web import limiter
from ledger.documents import Upload
from projects.tenders.forms.deciding import confirm_form
from projects.tenders.routes.acting import Act
from sponsorship.businesses import services
from sponsorship.businesses.cases import BusinessCase, PaperCase, load_business, load_paper
from sponsorship.businesses.forms.acting import PaperForm
from sponsorship.businesses.forms.details import details_form, details_of
from sponsorship.businesses.people import page_of
from sponsorship.businesses.queries.page import business_page
from sponsorship.businesses.routes import sponsor
from sponsorship.businesses.routes.acting import act
from sponsorship.businesses.services.registering import DRAFTS
from sponsorship.businesses.services.seats import has_lapsed
from sponsorship.businesses.words import ROLES
from sponsorship.models import Seat
from sponsorship.people import OFFICERS
from sponsorship.states import SeatState


@sponsor.route("/sponsor/businesses/new", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
@requires("sponsorship:business:register")
def new() -> ResponseReturnValue:
    """Begin to register a business; what is typed is kept as a draft."""
    form, status = details_form(area_choices(db.session)), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                with transaction() as session:
                    made = services.register(session, details_of(form), g.actor.id, now()).id
                flash(gettext("Your draft is saved. Next, add its papers."), "good")
                return redirect(url_for(".business", business_id=made, _anchor="papers"), 303)
            except DomainError as error:
                form.absorb(error)
                status = error.status
    page = render_template("sponsorship/businesses/details.html", form=form, case=None, name=None)
    return page, status


@sponsor.route("/sponsor/businesses/<int:business_id>/edit", methods=["GET", "POST"])
@requires("sponsorship:business:manage", load_business)
def edit(case: BusinessCase) -> ResponseReturnValue:
    """Change what a business says of itself."""
    business, ident, status = case.business, case.business.id, 200
    fixed = case.state not in DRAFTS
    areas = [] if fixed else area_choices(db.session)
    form = details_form(areas, business, fixed=fixed)
    if request.method == "POST":
        status = 422
        if form.validate():
            details = details_of(form, business)
            try:
                with transaction() as session:
                    services.change(session, ident, details, g.actor.id, now())
                flash(gettext("Saved."), "good")
                return redirect(page_of(ident), 303)
            except DomainError as error:
                form.absorb(error)
                status = error.status
    page = business_page(db.session, load_business(ident))
    return render_template(
        "sponsorship/businesses/details.html", form=form, case=case, name=page.name, page=page
    ), status


@sponsor.get("/sponsor/businesses/<int:business_id>")
@requires("sponsorship:business:see", load_business)
def business(case: BusinessCase) -> str:
    """A business for those who act for it; whoever is invited sees to what."""
    seat = case.seat_of(g.actor.id)
    if seat is not None and seat.state == SeatState.INVITED:
        return _invitation(case, seat)
    return _show(case, PaperForm(formdata=None))


def _show(case: BusinessCase, paper: XForm) -> str:
    return render_template(
        "sponsorship/businesses/business.html",
        case=case,
        page=business_page(db.session, case),
        paper=paper,
        manages=case.manages(g.actor.id),
        own=case.seat_of(g.actor.id),
    )


def _invitation(case: BusinessCase, seat: Seat) -> str:
    return render_template(
        "sponsorship/businesses/invitation.html",
        business=case.business,
        seat=seat,
        role=ROLES[seat.role],
        lapsed=has_lapsed(seat, now()),
        form=confirm_form(),
    )


@sponsor.route("/sponsor/businesses/<int:business_id>/submit", methods=["GET", "POST"])
@requires("sponsorship:business:submit", load_business)
def submit(case: BusinessCase) -> ResponseReturnValue:
    """Ask the office to verify it."""
    ident, by = case.business.id, g.actor.id
    page = business_page(db.session, case)
    said = Act(
        title=lazy_gettext("Ask to be verified"),
        lead=lazy_gettext(
            "An officer compares what you wrote with your papers. Until then name, number, sector"
            " and area stay as they are."
        ),
        button=lazy_gettext("Send it to the office"),
        done=lazy_gettext("Sent. You hear from the office here and by message."),
        back=page_of(ident),
        facts=[
            (lazy_gettext("Name of the business"), page.name),
            (page.scheme, page.business.code),
            (lazy_gettext("Sector"), page.sector or ""),
            (lazy_gettext("Area"), page.area),
            (lazy_gettext("Papers"), ", ".join(one.title for one in page.papers)),
        ],
    )

    def write(session: Session) -> None:
        services.submit(session, ident, by, now())

    return act(said, confirm_form(), case.business, write)


@sponsor.post("/sponsor/businesses/<int:business_id>/papers")
@limiter.limit("60 per hour")
@requires("sponsorship:business:manage", load_business)
def add_paper(case: BusinessCase) -> ResponseReturnValue:
    """Add a paper."""
    ident, form = case.business.id, PaperForm()
    valid, sent = form.validate(), form.file.data
    if not sent or not sent.filename:
        form.file.errors = [gettext("Please choose a file.")]
    elif valid:
        try:
            with transaction() as session:
                upload = Upload(sent.stream, sent.filename)
                title = form.title.data or ""
                services.add_paper(session, ident, upload, g.actor.id, now(), title=title)
            flash(gettext("The paper is added, under seal."), "good")
            return redirect(url_for(".business", business_id=ident, _anchor="papers"), 303)
        except DomainError as error:
            form.absorb(error)
    return _show(load_business(ident), form), 422


@sponsor.get("/sponsor/business-papers/<int:business_paper_id>")
@requires("sponsorship:business-paper:open", load_paper)
def open_paper(case: PaperCase) -> Response:
    """A paper, opened from under its seal; that it was is recorded."""
    ident = case.paper.id
    with transaction() as session:
        given = services.open_paper(session, ident, g.actor.id, _roles(case), now())
    return send_file(
        BytesIO(given.data or b""), given.mime, as_attachment=True, download_name=given.name
    )


def _roles(case: PaperCase) -> list[str]:
    """As what somebody opens a paper."""
    if case.manages(g.actor.id) or not isinstance(g.actor, SignedIn):
        return ["manager"]
    return [grant.role for grant in g.actor.grants if grant.role in OFFICERS][:1]


@sponsor.route("/sponsor/business-papers/<int:business_paper_id>/remove", methods=["GET", "POST"])
@requires("sponsorship:business:manage", load_paper)
def remove_paper(case: PaperCase) -> ResponseReturnValue:
    """Take a paper away."""
    ident, by = case.paper.id, g.actor.id
    said = Act(
        title=lazy_gettext("Remove this paper?"),
        lead=lazy_gettext("Its file is destroyed. You can add another one."),
        button=lazy_gettext("Yes, remove it"),
        done=lazy_gettext("Removed."),
        back=f"{page_of(case.business.id)}#papers",
        facts=[(lazy_gettext("Paper"), case.paper.title)],
        tone="btn-seal",
    )

    def write(session: Session) -> None:
        services.remove_paper(session, ident, by, now())

    return act(said, confirm_form(), case.business, write)
