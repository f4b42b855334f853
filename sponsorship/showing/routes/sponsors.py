"""The sponsor wall, and each sponsor."""

from __future__ import annotations

from flask import render_template, request

from core.db import db
from core.policy import public as everybody
from sponsorship.businesses.queries import profile
from sponsorship.pledges.view import LARGEST
from sponsorship.showing.filters import page_of
from sponsorship.showing.queries.sponsor import history
from sponsorship.showing.queries.wall import choices, wall
from sponsorship.showing.routes import public


@public.get("/partners/sponsors")
@everybody
def sponsors() -> str:
    """Who gives, by name or the newest first: no ranking by money."""
    return render_template(
        "sponsorship/showing/wall.html",
        page=wall(db.session, request.args),
        options=choices(db.session),
    )


@public.get("/partners/sponsors/<int:business_id>")
@everybody
def sponsor(business_id: int) -> str:
    """One business: what it promised, paid and delivered, for what, and whom it is close to."""
    ident = min(business_id, LARGEST)
    return render_template(
        "sponsorship/showing/sponsor.html",
        who=profile(db.session, ident),
        page=history(db.session, ident, page_of(request.args)),
    )
