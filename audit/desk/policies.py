"""Who does what at the auditor's desk. Auditors see everything of their areas, and change nothing
outside of this room."""

from __future__ import annotations

from typing import Any

from accounts.models import Area
from audit.desk.models import Finding, FindingState, Sample, WorkingPaper
from audit.desk.offices import (
    ADMINS,
    AUDITORS,
    departments_of,
    is_auditor,
    offices_of,
)
from audit.flags.models import Flag
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission

OPEN = frozenset({FindingState.ISSUED, FindingState.RETURNED, FindingState.ANSWERED})
_NO_OFFICE = lazy_gettext(
    "Working papers belong to an audit office. An administrator can give you your role for one."
)


def _of_office(actor: Any, office_id: int | None) -> bool:
    return office_id is None or office_id in offices_of(actor)


def _audits(actor: Actor, path: str) -> bool:
    return actor.has_role(AUDITORS, path)


def _own(actor: Actor, finding: Finding) -> bool:
    return _audits(actor, finding.area.path) and _of_office(actor, finding.office_id)


@permission("audit:desk:see")
def see_desk(actor: Actor, subject: object) -> Answer:
    """Auditors have a desk with flags, samples and findings."""
    return is_auditor(actor)


@permission("audit:flag:see")
def see_flag(actor: Actor, flag: Flag) -> Answer:
    """Auditors see the flags of their areas and below, and those of no single area."""
    return is_auditor(actor) if flag.area is None else _audits(actor, flag.area.path)


@permission("audit:flag:dismiss")
def dismiss_flags(actor: Actor, subject: object) -> Answer:
    """Auditors dismiss flags, each only those that they see."""
    return is_auditor(actor)


@permission("audit:run:start")
def start_run(actor: Actor, subject: object) -> Answer:
    """Auditors let the rules look."""
    return is_auditor(actor)


@permission("audit:sample:ask")
def ask_sample(actor: Actor, area: Area | None) -> Answer:
    """Auditors ask for samples of the vouchers of their areas (``None``: of any)."""
    return actor.has_role(AUDITORS, area.path if area is not None else None)


@permission("audit:sample:see")
def see_sample(actor: Actor, sample: Sample) -> Answer:
    """Auditors see the samples of their areas and below."""
    return _audits(actor, sample.area.path)


@permission("audit:sample:work")
def work_sample(actor: Actor, sample: Sample) -> Answer:
    """Auditors of the office that asked for a sample draw it and work through it."""
    return _audits(actor, sample.area.path) and _of_office(actor, sample.office_id)


@permission("audit:finding:write")
def write_finding(actor: Actor, finding: Finding | None) -> Answer:
    """Auditors write findings, and change or drop their office's drafts (``None``: a new one)."""
    if finding is None:
        return is_auditor(actor)
    if not _own(actor, finding):
        return False
    if finding.state != FindingState.DRAFT:
        return lazy_gettext("This finding was issued; it does not change any more.")
    return True


@permission("audit:finding:read")
def read_finding(actor: Actor, finding: Finding) -> Answer:
    """Auditors of the area read what was issued, their office its drafts, and the department what
    was issued to it."""
    if finding.state in {FindingState.DRAFT, FindingState.DROPPED}:
        return _own(actor, finding)
    return _audits(actor, finding.area.path) or finding.department_id in departments_of(actor)


@permission("audit:finding:list")
def list_findings(actor: Actor, subject: object) -> Answer:
    """Auditors list the findings of their areas, departments those that were issued to them."""
    return is_auditor(actor) or (actor.id is not None and bool(departments_of(actor)))


@permission("audit:finding:answer")
def answer_finding(actor: Actor, finding: Finding) -> Answer:
    """Officers, reviewers, finance officers and approvers of the department answer."""
    return finding.department_id in departments_of(actor)


@permission("audit:finding:judge")
def judge_finding(actor: Actor, finding: Finding) -> Answer:
    """Auditors of the office judge the answer, unless they are of the department themselves."""
    if not _own(actor, finding):
        return False
    if finding.department_id in departments_of(actor):
        return lazy_gettext("You belong to this department; somebody else has to judge.")
    return True


@permission("audit:finding:follow")
def follow_finding(actor: Actor, finding: Finding) -> Answer:
    """The office's auditors and the department add what has happened since, until it is closed."""
    if finding.state not in OPEN:
        return False
    return _own(actor, finding) or finding.department_id in departments_of(actor)


@permission("audit:paper:write")
def write_paper(actor: Actor, subject: object) -> Answer:
    """Auditors of an audit office write its working papers."""
    return is_auditor(actor) and (bool(offices_of(actor)) or _NO_OFFICE)


@permission("audit:paper:read")
def read_paper(actor: Actor, paper: WorkingPaper) -> Answer:
    """Nobody but the auditors of its office reads a working paper."""
    return paper.office_id in offices_of(actor)


@permission("audit:looks:see")
def see_looks(actor: Actor, subject: object) -> Answer:
    """Auditors and administrators see what auditors looked at."""
    return actor.has_role(AUDITORS | ADMINS, None)
