"""Findings on the pages of departments, companies and projects, and how they ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from audit.desk.finding_pages import FindingFilter, about, list_findings, public_now
from audit.desk.models import Finding
from audit.desk.words import SEVERITIES, SEVERITY_TONES
from core.clock import local_date, now
from ledger.models import Payee

MOST = 5


def organisation_findings(session: Session, subject: Any) -> dict[str, Any] | None:
    """Findings addressed to an organisation (anything with its ``id``), or about it."""
    paid = select(Payee.id).where(Payee.organisation_id == subject.id)
    concerned = or_(
        Finding.department_id == subject.id,
        Finding.company_id == subject.id,
        Finding.payee_id.in_(paid),
    )
    return _shown(session, concerned)


def payee_findings(session: Session, subject: Any) -> dict[str, Any] | None:
    """Findings about a payee (anything with ``id`` and ``organisation``)."""
    concerned: ColumnElement[bool] = Finding.payee_id == subject.id
    if subject.organisation is not None:
        concerned = or_(concerned, Finding.company_id == subject.organisation[0])
    return _shown(session, concerned)


def project_findings(session: Session, subject: Any) -> dict[str, Any] | None:
    """Findings that rest on something of a project (anything with its ``id``)."""
    return _shown(session, about(("project", subject.id)))


def _shown(session: Session, concerned: ColumnElement[bool]) -> dict[str, Any] | None:
    seen = and_(public_now(local_date(now())), concerned)
    page = list_findings(session, seen, FindingFilter(), size=MOST)
    if not page.total:
        return None
    return {"page": page, "severities": SEVERITIES, "tones": SEVERITY_TONES}
