"""Findings before they are issued: written, changed, dropped."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.models import Organisation, OrganisationKind
from audit.desk.evidence import projects_of
from audit.desk.models import (
    Finding,
    FindingEvidence,
    FindingState,
    SampleItem,
    Severity,
    Visibility,
)
from audit.desk.states import move
from audit.desk.texts import LONGEST_TITLE, check_days, check_text
from audit.flags.models import Flag
from audit.flags.rule import Ref
from audit.flags.states import move as move_flag
from core.db import lock
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext


@dataclass(frozen=True, slots=True)
class Draft:
    """What auditors write; ``flags`` and ``item_id`` are what it comes from."""

    department_id: int
    severity: Severity
    visibility: Visibility
    title: str
    text: str
    answer_days: int
    evidence: Sequence[Ref]
    payee_id: int | None = None
    company_id: int | None = None
    flags: Sequence[int] = ()
    item_id: int | None = None


def write(
    session: Session, draft: Draft, office_id: int | None, by_id: int, now: datetime
) -> Finding:
    """Write a draft. Raises ``Invalid`` for what does not fit, and ``Conflict`` for a flag that
    was dealt with already."""
    department = _check(session, draft)
    made = Finding(
        area_id=department.area_id,
        office_id=office_id,
        department_id=department.id,
        salt=secrets.token_hex(16),
        written_by_id=by_id,
        written_at=now,
        **_values(draft),
    )
    session.add(made)
    session.flush()
    for flag_id in draft.flags:
        flag = lock(session, Flag, flag_id)
        flag.finding_id = made.id
        move_flag(flag, "raise")
    if draft.item_id is not None:
        lock(session, SampleItem, draft.item_id).finding_id = made.id
    _keep_evidence(session, made, [*draft.evidence, *(("flag", one) for one in draft.flags)])
    return made


def change(session: Session, ident: int, draft: Draft) -> Finding:
    """Change a draft. Raises as ``write``, and ``Conflict`` once it is issued."""
    finding = lock(session, Finding, ident)
    if finding.state != FindingState.DRAFT:
        raise Conflict(lazy_gettext("This finding was issued; it does not change any more."))
    department = _check(session, draft)
    finding.department_id, finding.area_id = department.id, department.area_id
    for name, value in _values(draft).items():
        setattr(finding, name, value)
    flags = select(FindingEvidence.ref).where(
        FindingEvidence.finding_id == ident, FindingEvidence.kind == "flag"
    )
    kept: list[Ref] = [("flag", one) for one in session.scalars(flags)]
    session.execute(delete(FindingEvidence).where(FindingEvidence.finding_id == ident))
    _keep_evidence(session, finding, [*draft.evidence, *kept])
    return finding


def drop(session: Session, ident: int) -> None:
    """Drop a draft; its flags are open again."""
    finding = lock(session, Finding, ident)
    move(finding, "drop")
    for flag in session.scalars(select(Flag).where(Flag.finding_id == ident).with_for_update()):
        flag.finding_id = None
        move_flag(flag, "drop")
    for item in session.scalars(select(SampleItem).where(SampleItem.finding_id == ident)):
        item.finding_id = None


def _values(draft: Draft) -> dict[str, object]:
    return {
        "payee_id": draft.payee_id,
        "company_id": draft.company_id,
        "severity": draft.severity,
        "visibility": draft.visibility,
        "title": draft.title,
        "text": draft.text,
        "answer_days": draft.answer_days,
    }


def _check(session: Session, draft: Draft) -> Organisation:
    department = session.get(Organisation, draft.department_id)
    if department is None or department.kind != OrganisationKind.DEPARTMENT:
        problem = lazy_gettext("Please choose the department that has to answer.")
        raise Invalid(problem, fields={"department": problem})
    if not 5 <= len(draft.title) <= LONGEST_TITLE:
        problem = lazy_gettext("Please say in 5 to 200 characters what it is about.")
        raise Invalid(problem, fields={"title": problem})
    check_text(draft.text)
    check_days(draft.answer_days)
    return department


def _keep_evidence(session: Session, finding: Finding, refs: Sequence[Ref]) -> None:
    every = dict.fromkeys([*refs, *projects_of(session, refs)])
    session.add_all(
        FindingEvidence(finding_id=finding.id, kind=kind, ref=ref, position=place)
        for place, (kind, ref) in enumerate(every)
    )
    session.flush()
