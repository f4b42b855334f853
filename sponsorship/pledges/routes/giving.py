"""The sponsors' dashboard: from the pledge to the part of the work that it paid for."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template, request

from core.clock import local_date, now
from core.db import db
from core.policy import requires
from sponsorship.pledges.giving_files import giving_csv, giving_rows, giving_xlsx
from sponsorship.pledges.queries.giving import businesses_of, giving, sums_of

dashboard = Blueprint("sponsor_dashboard", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dashboard.get("/sponsor")
@requires("core:signed-in")
def index() -> str:
    """All pledges of one's businesses and one's own."""
    return render_template(
        "sponsorship/pledges/dashboard.html",
        page=giving(db.session, g.actor.id, request.args.get("page", 1, type=int)),
        sums=sums_of(db.session, g.actor.id),
        businesses=businesses_of(db.session, g.actor.id),
    )


@dashboard.get("/sponsor/giving.csv")
@requires("core:signed-in")
def as_csv() -> Response:
    """The same as a table."""
    text = giving_csv(giving_rows(db.session, g.actor.id))
    return _file(text.encode(), "text/csv; charset=utf-8", "csv")


@dashboard.get("/sponsor/giving.xlsx")
@requires("core:signed-in")
def as_xlsx() -> Response:
    """The same as a workbook."""
    rows = giving_rows(db.session, g.actor.id)
    return _file(giving_xlsx(rows, now()), XLSX, "xlsx")


def _file(data: bytes, mimetype: str, ending: str) -> Response:
    name = f"giving-{local_date(now()).isoformat()}.{ending}"
    response = Response(data, content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
