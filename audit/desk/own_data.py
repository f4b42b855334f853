"""What the desk keeps about a person, for their own download. It is office work: it stays when
somebody's data is erased, as the public record needs it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.own_data import contributes
from audit.desk.models import FindingEntry, Look, WorkingPaper


def own_entries(session: Session, person_id: int) -> list[dict[str, Any]]:
    """What a person said about findings, as an auditor or for a department."""
    rows = select(FindingEntry).where(FindingEntry.by_id == person_id).order_by(FindingEntry.id)
    return [
        {"finding": one.finding_id, "kind": one.kind, "text": one.text, "at": one.at}
        for one in session.scalars(rows)
    ]


def own_looks(session: Session, person_id: int) -> list[dict[str, Any]]:
    """What a person looked at as an auditor."""
    rows = select(Look.at, Look.path).where(Look.person_id == person_id).order_by(Look.id)
    return [{"at": at, "path": path} for at, path in session.execute(rows)]


def own_papers(session: Session, person_id: int) -> list[dict[str, Any]]:
    """When a person wrote working papers; what they say belongs to the audit office."""
    rows = select(WorkingPaper.id, WorkingPaper.at).where(WorkingPaper.by_id == person_id)
    return [{"paper": ident, "at": at} for ident, at in session.execute(rows)]


contributes("audit findings", own_entries)
contributes("what I looked at as an auditor", own_looks)
contributes("working papers", own_papers)
