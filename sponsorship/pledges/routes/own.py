"""What whoever gives sees of a pledge and does with it."""

from __future__ import annotations

from flask import render_template

from core.db import db
from core.policy import requires
from sponsorship.pledges.queries.page import pledge_page
from sponsorship.pledges.routes import sponsor
from sponsorship.pledges.view import PledgeCase, pledge_case


@sponsor.get("/sponsor/pledges/<int:pledge_id>")
@requires("sponsorship:pledge:see", pledge_case)
def pledge(case: PledgeCase) -> str:
    """One pledge, from the offer to the good that it did."""
    page = pledge_page(db.session, case, "sponsorship.pledge")
    return render_template("sponsorship/pledges/pledge.html", case=case, page=page)
