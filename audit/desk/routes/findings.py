"""Findings in the office: the list, and one with everything that was said."""

from __future__ import annotations

from enum import StrEnum

from flask import g, render_template, request

from audit.desk.finding_pages import (
    FindingFilter,
    departments_with_findings,
    list_findings,
    of_auditor,
    of_departments,
)
from audit.desk.finding_story import finding_view
from audit.desk.findings import load
from audit.desk.forms import CloseForm, FollowForm, PaperForm, ReturnForm, SayForm
from audit.desk.models import Finding, FindingState, Severity, Verdict
from audit.desk.offices import departments_of, is_auditor, offices_of, paths_of
from audit.desk.papers import papers_about
from audit.desk.routes import blueprint
from audit.desk.states import can
from audit.desk.words import (
    FINDING_STATES,
    SEVERITIES,
    SEVERITY_TONES,
    VERDICTS,
    VISIBILITIES,
)
from core.db import db
from core.forms import XForm
from core.policy import may, requires
from core.text import tidy_line


def find(finding_id: int) -> Finding:
    """The finding of an address."""
    return load(db.session, finding_id)


def read_filter() -> FindingFilter:
    """The filter in the address."""
    args = request.args

    def among(name: str, known: type[StrEnum]) -> str:
        value = args.get(name, "")
        return value if value in set(known) else ""

    return FindingFilter(
        state=among("state", FindingState),
        severity=among("severity", Severity),
        verdict=among("verdict", Verdict),
        department=args.get("department", type=int),
        late=args.get("late") == "1",
        words=tidy_line(args.get("q", ""))[:80],
        page=min(max(args.get("page", 1, type=int), 1), 10_000),
    )


@blueprint.get("/findings")
@requires("audit:finding:list")
def findings() -> str:
    """Findings of an auditor's areas, or those that a department has to answer."""
    if is_auditor(g.actor):
        seen = of_auditor(paths_of(g.actor), sorted(offices_of(g.actor)))
    else:
        seen = of_departments(sorted(departments_of(g.actor)))
    return render_template(
        "audit/desk/findings.html",
        page=list_findings(db.session, seen, read_filter()),
        departments=departments_with_findings(db.session, seen),
        states=FINDING_STATES,
        severities=SEVERITIES,
        tones=SEVERITY_TONES,
        verdicts=VERDICTS,
        auditor=is_auditor(g.actor),
    )


@blueprint.get("/findings/<int:finding_id>")
@requires("audit:finding:read", find)
def finding(found: Finding) -> str:
    """One finding: everything said and done about it, and what can be done now."""
    return show(found)


def show(found: Finding, **forms: XForm) -> str:
    """The page of a finding; ``forms`` are those that could not be taken as they were."""
    return render_template(
        "audit/desk/finding.html",
        view=finding_view(db.session, found.id, public=False),
        papers=papers_about(db.session, "finding", found.id, offices_of(g.actor)),
        auditor=is_auditor(g.actor),
        can=_can(found),
        severities=SEVERITIES,
        tones=SEVERITY_TONES,
        visibilities=VISIBILITIES,
        form=XForm(formdata=None),
        paper=PaperForm(formdata=None),
        **_forms() | forms,
    )


def _forms() -> dict[str, XForm]:
    return {
        "answering": SayForm(formdata=None),
        "returning": ReturnForm(formdata=None),
        "closing": CloseForm(formdata=None),
        "following": FollowForm(formdata=None),
    }


def _can(found: Finding) -> set[str]:
    """What the reader can do with a finding as it stands."""
    writes = may(g.actor, "audit:finding:write", found)
    judges = may(g.actor, "audit:finding:judge", found)
    answers = may(g.actor, "audit:finding:answer", found)
    known = {
        "write": writes,
        "issue": writes and can(found, "issue"),
        "answer": answers and can(found, "answer"),
        "return": judges and can(found, "return"),
        "close": judges and (can(found, "close") or can(found, "close_unanswered")),
        "follow": may(g.actor, "audit:finding:follow", found),
        "paper": may(g.actor, "audit:paper:write"),
    }
    return {name for name, allowed in known.items() if allowed}
