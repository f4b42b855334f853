"""What officers see of pledges."""

from __future__ import annotations

from flask import g, render_template, request

from core.clock import now
from core.db import db
from core.policy import requires
from sponsorship.businesses.conflicts import conflicts_of
from sponsorship.pledges.policies import OFFICE
from sponsorship.pledges.queries.listing import GROUPS, calls_of_office, pledges_of_office
from sponsorship.pledges.queries.page import pledge_page
from sponsorship.pledges.routes import office
from sponsorship.pledges.view import PledgeCase, pledge_case


@office.get("/office/partners/pledges")
@requires("sponsorship:pledge:list")
def pledges() -> str:
    """The pledges of one's areas."""
    return render_template(
        "sponsorship/pledges/office_list.html",
        page=pledges_of_office(db.session, g.actor, request.args, OFFICE),
        calls=calls_of_office(db.session, g.actor, OFFICE),
        groups=[(name, label) for name, (label, _) in GROUPS.items()],
    )


@office.get("/office/partners/pledges/<int:pledge_id>")
@requires("sponsorship:pledge:oversee", pledge_case)
def pledge(case: PledgeCase) -> str:
    """One pledge, as the office sees it."""
    page = pledge_page(db.session, case, "sponsorship.pledge.office")
    business, project = case.pledge.business, case.opening.project
    close = conflicts_of(db.session, business, project, now()) if business else []
    return render_template(
        "sponsorship/pledges/pledge_office.html", case=case, page=page, close=close
    )
