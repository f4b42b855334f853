"""What everybody reads: the list of tenders, each one's page, the proofs, who is excluded."""

from __future__ import annotations

from flask import Response, g, render_template, request

from core.canonical import canonical
from core.clock import local_date, now
from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext
from core.policy import may
from core.policy import public as everybody
from projects.models import Envelope, Tender
from projects.states import BidState, TenderState
from projects.tenders.cases import TenderCase, load_bid, load_tender
from projects.tenders.forms.bids import question_form
from projects.tenders.jobs import open_one
from projects.tenders.policies import acts_for, oversees
from projects.tenders.queries.exclusions import exclusion_rows
from projects.tenders.queries.listing import GROUPS, areas, browse
from projects.tenders.queries.page import tender_page
from projects.tenders.routes import public
from projects.tenders.services.bidding import to_the_second
from transparency.log import timeline


@public.get("/tenders")
@everybody
def index() -> str:
    """What work is sought, what is judged, and who got it."""
    return render_template(
        "projects/tenders/index.html",
        page=browse(db.session, request.args, now()),
        areas=areas(db.session),
        groups=[(name, label) for name, (label, _states) in GROUPS.items()],
    )


@public.get("/tenders/<int:tender_id>")
@everybody
def tender(tender_id: int) -> str:
    """A notice, its questions, and what became of it. Whoever comes first after the deadline finds
    the bids opened by the clock."""
    case = readable(tender_id)
    at = now()
    if due(case.tender):
        open_one(tender_id, at)
        case = readable(tender_id)
    return show(case)


def show(case: TenderCase, question: object = None) -> str:
    """A tender's page, perhaps with a question that was not taken."""
    at = now()
    page = tender_page(
        db.session,
        case,
        at,
        person_id=g.actor.id,
        organisations=acts_for(g.actor),
        oversees=oversees(g.actor, case) is True,
    )
    return render_template(
        "projects/tenders/tender.html",
        case=case,
        tender=case.tender,
        page=page,
        clock=to_the_second(at),
        question=question or question_form(),
    )


def readable(tender_id: int) -> TenderCase:
    """A tender that the reader may know of. Raises ``NotFound``."""
    case = load_tender(tender_id)
    if not may(g.actor, "projects:tender:read", case):
        raise NotFound(lazy_gettext("There is no such tender."))
    return case


def due(found: Tender) -> bool:
    """Whether a tender's bids are to be opened now."""
    return (
        found.state == TenderState.OPEN and found.deadline is not None and now() >= found.deadline
    )


@public.get("/tenders/<int:tender_id>/notice.json")
@everybody
def notice(tender_id: int) -> Response:
    """The notice as it was frozen: the bytes whose SHA-256 is on record."""
    case = readable(tender_id)
    found = timeline(db.session, ("tender", case.tender.id), types=("tender.notice",), limit=1)
    if not found:
        raise NotFound(lazy_gettext("This notice is not published yet."))
    return Response(canonical(found[0].body), mimetype="application/json")


@public.get("/bids/<int:bid_id>/envelope")
@everybody
def envelope(bid_id: int) -> Response:
    """The sealed envelope of an opened bid, to be opened with the published key."""
    case = load_bid(bid_id)
    found = db.session.get(Envelope, case.bid.id)
    if case.bid.state not in {BidState.OPENED, BidState.EXCLUDED} or found is None:
        raise NotFound(lazy_gettext("There is no such page."))
    response = Response(found.sealed, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename=bid-{case.bid.id}.sealed"
    return response


@public.get("/tenders/exclusions")
@everybody
def exclusions() -> str:
    """Which organisations may not bid, until when, and why."""
    rows = exclusion_rows(db.session, local_date(now()))
    return render_template("projects/tenders/exclusions.html", rows=rows)
