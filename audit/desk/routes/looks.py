"""What auditors looked at, for auditors and administrators."""

from __future__ import annotations

from flask import render_template, request

from audit.desk.looks import lookers, looks
from audit.desk.routes import blueprint
from core.db import db
from core.policy import requires


@blueprint.get("/looks")
@requires("audit:looks:see")
def looked_at() -> str:
    """Who opened what, and when."""
    person = request.args.get("person", type=int)
    typed = request.args.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else None
    rows, older = looks(db.session, person=person, before=before)
    return render_template(
        "audit/desk/looks.html",
        rows=rows,
        older=older,
        person=person,
        people=lookers(db.session),
    )
