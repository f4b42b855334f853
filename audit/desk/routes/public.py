"""Findings and samples for everybody."""

from __future__ import annotations

from flask import render_template

from audit.desk.finding_pages import (
    departments_with_findings,
    is_public,
    list_findings,
    public_now,
)
from audit.desk.finding_story import finding_view
from audit.desk.findings import load
from audit.desk.routes.findings import read_filter
from audit.desk.sample_pages import list_samples, sample_view
from audit.desk.sampling import load as load_sample
from audit.desk.words import FINDING_STATES, SEVERITIES, SEVERITY_TONES, VERDICTS
from audit.routes import blueprint
from core.clock import local_date, now
from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext
from core.policy import public


@blueprint.get("/money/findings")
@public
def findings() -> str:
    """What auditors found, and how it ended."""
    seen = public_now(local_date(now()))
    return render_template(
        "audit/desk/public_findings.html",
        page=list_findings(db.session, seen, read_filter()),
        departments=departments_with_findings(db.session, seen),
        states={k: v for k, v in FINDING_STATES.items() if k not in {"draft", "dropped"}},
        severities=SEVERITIES,
        tones=SEVERITY_TONES,
        verdicts=VERDICTS,
    )


@blueprint.get("/money/findings/<int:finding_id>")
@public
def finding(finding_id: int) -> str:
    """One finding, as everybody may read it."""
    found = load(db.session, finding_id)
    if not is_public(found, local_date(now())):
        # Nobody learns from the answer whether there is one.
        raise NotFound(lazy_gettext("There is no such finding."))
    return render_template(
        "audit/desk/public_finding.html",
        view=finding_view(db.session, finding_id, public=True),
        severities=SEVERITIES,
        tones=SEVERITY_TONES,
    )


@blueprint.get("/money/samples")
@public
def samples() -> str:
    """Which payments auditors draw, and by which seed."""
    return render_template("audit/desk/public_samples.html", rows=list_samples(db.session, None))


@blueprint.get("/money/samples/<int:sample_id>")
@public
def sample(sample_id: int) -> str:
    """One sample, with all that is needed to draw it again."""
    view = sample_view(db.session, load_sample(db.session, sample_id))
    return render_template("audit/desk/public_sample.html", view=view)
