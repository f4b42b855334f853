"""Bidding: the form, which keeps nothing, the receipt, taking a bid back; asking and objecting."""

from __future__ import annotations

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from core.clock import now
from core.db import db, transaction
from core.errors import DomainError, Invalid, NotFound
from core.forms import XForm
from core.i18n import gettext, lazy_gettext
from core.policy import requires
from core.web import limiter, settings
from ledger import sealing
from ledger.paper_files import take
from projects.models import Envelope
from projects.tenders.cases import BidCase, TenderCase, load_bid, load_tender
from projects.tenders.forms.bids import bid_form, objection_form, offer_of, question_form
from projects.tenders.forms.deciding import confirm_form
from projects.tenders.forms.fields import check_knows, ensure_key
from projects.tenders.policies import acts_for, lives_there
from projects.tenders.queries.exclusions import named
from projects.tenders.queries.own import own_bids, receipt
from projects.tenders.routes import member
from projects.tenders.routes.acting import Act, act, url_of
from projects.tenders.routes.reading import readable, show
from projects.tenders.services import NewBid, ask_question, object_to, submit_bid, withdraw_bid
from projects.tenders.services.bidding import check_open, to_the_second

PDF = "application/pdf"


@member.post("/tenders/<int:tender_id>/questions")
@limiter.limit("20 per hour")
@requires("projects:tender:ask", load_tender)
def ask(case: TenderCase) -> ResponseReturnValue:
    """Ask about a notice."""
    form, tender_id = question_form(), case.tender.id
    if form.validate():
        try:
            with transaction() as session:
                ask_question(session, tender_id, form["text"].data, g.actor.id, now())
        except DomainError as error:
            form.absorb(error)
        else:
            flash(gettext("Sent. It is shown here once it is answered."), "good")
            return redirect(f"/tenders/{tender_id}#questions", 303)
    return show(readable(tender_id), form), 422


@member.route("/tenders/<int:tender_id>/bid", methods=["GET", "POST"])
@requires("projects:tender:bid", load_tender)
def bid(case: TenderCase) -> ResponseReturnValue:
    """Send a bid. What is typed is sealed in memory; it is neither kept nor logged."""
    tender_id = case.tender.id
    form = bid_form(case.tender, named(db.session, acts_for(g.actor)))
    status = 200
    if request.method == "POST":
        made, status = _take(case, form)
        if made is not None:
            return redirect(url_for(".bid_receipt", bid_id=made), 303)
    elif problem := _closed(case):
        form.form_errors.append(problem)
    case = readable(tender_id)
    page = render_template(
        "projects/tenders/bid.html",
        case=case,
        tender=case.tender,
        form=form,
        clock=to_the_second(now()),
    )
    return page, status


def _closed(case: TenderCase) -> str | None:
    try:
        check_open(case.tender, now())
    except DomainError as error:
        return str(error.message)
    return None


def _take(case: TenderCase, form: XForm) -> tuple[int | None, int]:
    """The bid that was taken, or what the form is shown with again; nothing typed is lost."""
    tender_id = case.tender.id
    valid, relations = form.validate(), check_knows(form)
    if not valid or relations is None:
        return None, 422
    try:
        offer = offer_of(form, relations, _paper(form["paper"].data))
        new = NewBid(
            tender_id, form["organisation"].data, g.actor.id, f"bid:{ensure_key(form)}", offer
        )
        with transaction() as session:
            return submit_bid(session, new, now()).id, 303
    except DomainError as error:
        form.absorb(error)
        if form["paper"].data:
            form["paper"].errors = [*form["paper"].errors, gettext("Please choose the file again.")]
        return None, error.status


def _paper(upload: FileStorage | None) -> bytes | None:
    if not upload or not upload.filename:
        return None
    paper = take(upload.stream, upload.filename, "paper")
    if paper.mime != PDF:
        problem = lazy_gettext("Please choose a PDF.")
        raise Invalid(problem, fields={"paper": problem})
    return paper.data


@member.get("/bids")
@requires("projects:bid:list")
def bids() -> str:
    """The bids of one's own organisations."""
    rows = own_bids(db.session, acts_for(g.actor), now())
    return render_template("projects/tenders/bids.html", rows=rows)


@member.get("/bids/<int:bid_id>")
@requires("projects:bid:see", load_bid)
def bid_receipt(case: BidCase) -> str:
    """What proves that a bid is in, though nobody can read it."""
    return render_template(
        "projects/tenders/receipt.html",
        case=case,
        tender=case.tender,
        bid=case.bid,
        receipt=receipt(db.session, case.bid),
        received=to_the_second(case.bid.received_at),
        open=_closed(case) is None,
    )


@member.route("/bids/<int:bid_id>/withdraw", methods=["GET", "POST"])
@requires("projects:bid:see", load_bid)
def withdraw(case: BidCase) -> ResponseReturnValue:
    """Take a bid back, unread."""
    bid_id = case.bid.id
    said = Act(
        title=lazy_gettext("Withdraw this bid?"),
        lead=lazy_gettext(
            "Its envelope is deleted, unread. Until the deadline you can send another."
        ),
        button=lazy_gettext("Yes, withdraw it"),
        done=lazy_gettext("Withdrawn. Nobody has read it."),
        back=url_for(".bid_receipt", bid_id=bid_id),
        to=url_of(case.tender),
        tone="btn-seal",
        facts=[(lazy_gettext("Tender"), case.tender.title)],
    )
    by = g.actor.id
    return act(said, confirm_form(), lambda session: withdraw_bid(session, bid_id, by, now()))


@member.get("/bids/<int:bid_id>/paper")
@requires("projects:bid:paper", load_bid)
def paper(case: BidCase) -> Response:
    """The document of an opened bid."""
    found = db.session.get(Envelope, case.bid.id)
    if found is None or found.paper is None or case.bid.paper_sha256 is None:
        raise NotFound(lazy_gettext("There is no such document."))
    response = Response(sealing.unseal(settings().keys, found.paper), mimetype=PDF)
    response.headers["Content-Disposition"] = f"attachment; filename=bid-{case.bid.id}.pdf"
    return response


@member.route("/tenders/<int:tender_id>/object", methods=["GET", "POST"])
@limiter.limit("20 per hour", methods=["POST"])
@requires("projects:tender:object", load_tender)
def objection(case: TenderCase) -> ResponseReturnValue:
    """Object to an award."""
    tender_id, by = case.tender.id, g.actor.id
    organisations = named(db.session, acts_for(g.actor))
    form = objection_form(organisations, resident=lives_there(g.actor, case))
    said = Act(
        title=lazy_gettext("Object to this award"),
        lead=lazy_gettext("It is public, and answered by somebody who did not write the award."),
        button=lazy_gettext("Send it"),
        done=lazy_gettext("Sent. No contract is signed before it is answered."),
        back=url_of(case.tender),
        fields=("organisation", "text"),
        facts=[(lazy_gettext("Tender"), case.tender.title)],
    )

    def write(session: Session) -> None:
        own = form["organisation"].data or None
        text = form["text"].data
        object_to(session, tender_id, text, by, now(), organisation_id=own)

    return act(said, form, write)
