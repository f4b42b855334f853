"""What the public record says of findings, and who is told of them.

Before a finding is public the record holds a hash of its text after a salt, and names nobody; once
it is, the text and the salt.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.notices import tell
from audit.desk.models import Finding, FindingEvidence, Visibility
from audit.desk.offices import ANSWERERS, people_of
from core.i18n import both
from transparency import log

# What stands in the record in full only once everybody may read it.
_SAID = ("answer", "reason", "text")


def text_hash(salt: str, *texts: str) -> str:
    """SHA-256 of texts after a salt, a line each, in hexadecimal."""
    return hashlib.sha256("\n".join((salt, *texts)).encode()).hexdigest()


def record(
    session: Session, finding: Finding, event: str, body: dict[str, Any], now: datetime
) -> None:
    """Record a step; what was said as a hash while the finding is not public."""
    public = finding.published_at is not None
    about: dict[str, Any] = {
        "finding": finding.id,
        "number": finding.number,
        "severity": finding.severity,
        "public": public or finding.visibility == Visibility.START,
    }
    for name in _SAID if not public else ():
        if name in body:
            body = body | {f"{name}_sha256": text_hash(finding.salt, body[name])}
            del body[name]
    if event == "finding.issued":
        about["text_sha256"] = text_hash(finding.salt, finding.title, finding.text)
    log.record(session, event, _subjects(session, finding, public), about | body, now)


def publish(session: Session, finding: Finding, now: datetime) -> None:
    """Everybody may read it from now on; the record gets its text and the salt of its hash."""
    finding.published_at = now
    body = {
        "finding": finding.id,
        "number": finding.number,
        "severity": finding.severity,
        "department": finding.department_id,
        "payee": finding.payee_id,
        "company": finding.company_id,
        "title": finding.title,
        "text": finding.text,
        "salt": finding.salt,
    }
    log.record(session, "finding.published", _subjects(session, finding, True), body, now)


def _subjects(session: Session, finding: Finding, public: bool) -> list[log.Subject]:
    found: list[log.Subject] = [("finding", finding.id)]
    if not public:
        return found
    found.append(("organisation", finding.department_id))
    if finding.company_id is not None and finding.company_id != finding.department_id:
        found.append(("organisation", finding.company_id))
    rows = select(FindingEvidence.ref).where(
        FindingEvidence.finding_id == finding.id, FindingEvidence.kind == "project"
    )
    return [*found, *(("project", one) for one in session.scalars(rows))]


def tell_department(session: Session, finding: Finding, text: LazyString, now: datetime) -> None:
    """Tell everybody who answers for the department."""
    words = both(text, number=finding.number)
    for person in people_of(session, finding.department_id, ANSWERERS):
        tell(session, person, words, f"/audit/findings/{finding.id}", now)


def tell_office(session: Session, finding: Finding, text: LazyString, now: datetime) -> None:
    """Tell whoever wrote and issued it."""
    words = both(text, number=finding.number)
    for person in sorted({finding.written_by_id, finding.issued_by_id or finding.written_by_id}):
        tell(session, person, words, f"/audit/findings/{finding.id}", now)
