"""Public pages: areas, organisations, privacy, accessibility."""

from __future__ import annotations

from flask import render_template

from accounts.queries import all_areas, area_view, organisation_view
from accounts.routes import public
from core.db import db
from core.panels import render_panels
from core.policy import public as open_to_all


@public.get("/areas")
@open_to_all
def areas() -> str:
    """Every area, as a tree."""
    return render_template("accounts/areas.html", areas=all_areas(db.session))


@public.get("/areas/<int:area_id>")
@open_to_all
def area(area_id: int) -> str:
    """One area: where it lies, who acts there, and what other rooms show of it."""
    found = area_view(db.session, area_id)
    panels = render_panels(db.session, "area", found)
    return render_template("accounts/area.html", area=found, panels=panels)


@public.get("/organisations/<int:organisation_id>")
@open_to_all
def organisation(organisation_id: int) -> str:
    """One organisation: what it is and what other rooms show of it."""
    found = organisation_view(db.session, organisation_id)
    panels = render_panels(db.session, "organisation", found)
    return render_template("accounts/organisation.html", organisation=found, panels=panels)


@public.get("/privacy")
@open_to_all
def privacy() -> str:
    """What is kept about people, why, how long, and who sees it."""
    return render_template("accounts/privacy.html")


@public.get("/accessibility")
@open_to_all
def accessibility() -> str:
    """Who can use these pages and what is known not to work yet."""
    return render_template("accounts/accessibility.html")
