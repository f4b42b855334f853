"""Offering for an opening, in steps: shown, kept as a draft, offered; or giving a little."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from core.clock import local_date, now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import XForm, parse_money
from core.i18n import gettext
from core.policy import requires
from core.text import tidy_line
from core.types import MAX_MINOR
from sponsorship.models import Pledge, PledgeKind
from sponsorship.pledges.forms.offering import agreed, give_form, offer_form, offer_of
from sponsorship.pledges.matching import Preview, Sponsor, matches, preview
from sponsorship.pledges.openings import OpeningCase, opening_case
from sponsorship.pledges.queries.page import purpose_of_opening
from sponsorship.pledges.routes import sponsor
from sponsorship.pledges.rules import Offer
from sponsorship.pledges.services import offering
from sponsorship.states import PledgeState

STEPS = ("show", "keep", "offer")


@sponsor.route("/sponsor/openings/<int:opening_id>/offer", methods=["GET", "POST"])
@requires("sponsorship:pledge:offer", opening_case)
def offer(case: OpeningCase) -> ResponseReturnValue:
    """Offer for a business, or give a little as a person."""
    person = not case.businesses or request.args.get("as") == "person"
    form = give_form(case) if person else offer_form(case, _draft(case))
    if request.method == "GET":
        return _page(case, form)
    step = request.form.get("step", "")
    asked = offer_of(form, case, local_date(now())) if form.validate() else None
    if asked is None or (step == "offer" and not agreed(form)):
        return _page(case, form, status=422)
    try:
        return _step(case, form, asked, step if step in STEPS else "show")
    except DomainError as error:
        form.absorb(error)
        seen = None if "amount" in error.fields else _seen(case, asked)
        return _page(case, form, seen, status=error.status)


def _step(case: OpeningCase, form: XForm, asked: Offer, step: str) -> ResponseReturnValue:
    """Do one step; what is refused is raised."""
    at, by = now(), g.actor.id
    if step == "show":
        offering.check(db.session, asked, by, at)
        return _page(case, form, _seen(case, asked))
    with transaction() as session:
        if asked.business_id is None:
            ident = offering.give_small(session, asked, by, at).id
        elif step == "keep":
            ident = offering.save_draft(session, asked, by, at).id
        else:
            ident = offering.offer(session, asked, by, at).id
    if asked.business_id is None:
        flash(gettext("Thank you! One step is left: paying it."), "good")
        return redirect(f"/sponsor/pledges/{ident}/pay", 303)
    said = gettext("Kept as a draft. Only your side sees it.")
    if step == "offer":
        said = gettext("Offered. The office answers, and you are told.")
    flash(said, "good")
    return redirect(f"/sponsor/pledges/{ident}", 303)


@sponsor.get("/sponsor/openings/<int:opening_id>/preview")
@requires("sponsorship:pledge:offer", opening_case)
def look(case: OpeningCase) -> str:
    """What public money would add to what is typed so far: a part of the page."""
    kind = request.args.get("kind", PledgeKind.MONEY)
    chosen = request.args.get("business_id", type=int)
    own = {one.id for one in case.businesses}
    giver = Sponsor(business_id=chosen) if chosen in own else Sponsor(person_id=g.actor.id)
    try:
        amount = parse_money(tidy_line(request.args.get("amount", "")), case.currency)
    except ValueError:
        amount = 0
    seen = None
    if 0 < amount <= MAX_MINOR and matches(case.opening, kind):
        seen = _look(case, giver, amount)
    return render_template("sponsorship/pledges/_preview.html", seen=seen, small=chosen not in own)


def _seen(case: OpeningCase, asked: Offer) -> Preview | None:
    if not matches(case.opening, asked.kind):
        return None
    person = None if asked.business_id else g.actor.id
    return _look(case, Sponsor(asked.business_id, person), asked.amount)


def _look(case: OpeningCase, giver: Sponsor, amount: int) -> Preview:
    on = local_date(now())
    return preview(db.session, case.opening, giver, amount, on, version=case.version)


def _draft(case: OpeningCase) -> Pledge | None:
    """The reader's own draft that the address names, if there is one for this opening."""
    ident = request.args.get("draft", type=int)
    rows = select(Pledge).where(
        Pledge.id == (ident or 0),
        Pledge.opening_id == case.opening.id,
        Pledge.by_id == g.actor.id,
        Pledge.business_id.is_not(None),
        Pledge.state == PledgeState.DRAFT,
    )
    return db.session.scalar(rows) if ident and 0 < ident < 2**63 else None


def _page(
    case: OpeningCase, form: XForm, seen: Preview | None = None, *, status: int = 200
) -> ResponseReturnValue:
    template = "offer" if "business_id" in form else "give"
    page = render_template(
        f"sponsorship/pledges/{template}.html",
        case=case,
        form=form,
        seen=seen,
        purpose=purpose_of_opening(case.opening),
        terms=case.terms,
    )
    return page, status
