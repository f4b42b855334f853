"""A whole report: every chapter, of one moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from audit.report.checks import check_sections
from audit.report.model import Report
from audit.report.money import money_sections
from audit.report.scope import load_scope
from audit.report.work import work_sections
from transparency.signing import newest_checkpoint


def load_report(session: Session, area_id: int, year: int, currency: str, now: datetime) -> Report:
    """The report of an area and all below it, in the reader's language. Raises ``NotFound`` for
    an area without books of that year."""
    scope = load_scope(session, area_id, year, currency)
    signed = newest_checkpoint(session)
    sections = [*money_sections(session, scope), *work_sections(session, scope, now)]
    sections += check_sections(session, scope, now)
    return Report(
        scope=scope,
        at=now,
        sections=sections,
        size=signed.size if signed else 0,
        root=signed.root if signed else "",
    )
