"""What officers see of pledges and do with them."""

from __future__ import annotations

from flask import render_template

from core.db import db
from core.policy import requires
from sponsorship.pledges.queries.page import pledge_page
from sponsorship.pledges.routes import office
from sponsorship.pledges.view import PledgeCase, pledge_case


@office.get("/office/partners/pledges/<int:pledge_id>")
@requires("sponsorship:pledge:oversee", pledge_case)
def pledge(case: PledgeCase) -> str:
    """One pledge, as the office sees it."""
    page = pledge_page(db.session, case, "sponsorship.pledge.office")
    return render_template("sponsorship/pledges/pledge_office.html", case=case, page=page)
