"""Which areas and which audit office somebody acts for, and who answers for a department."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Membership, Role, in_force
from core.clock import local_date, now
from core.policy import Actor

AUDITORS = frozenset({Role.AUDITOR})
ADMINS = frozenset({Role.ADMIN})
# Who answers for a department: whoever holds one of these for it.
ANSWERERS = frozenset({Role.OFFICER, Role.REVIEWER, Role.FINANCE, Role.APPROVER})


def paths_of(actor: Any) -> tuple[str, ...]:
    """The areas in which somebody is an auditor."""
    return tuple(grant.area_path for grant in actor.grants if grant.role in AUDITORS)


def offices_of(actor: Any) -> frozenset[int]:
    """The audit offices that somebody belongs to."""
    found: frozenset[int] = actor.organisations(AUDITORS)
    return found


def office_of(actor: Any) -> int | None:
    """The audit office for which somebody writes; None for auditors without one."""
    return min(offices_of(actor), default=None)


def departments_of(actor: Any) -> frozenset[int]:
    """The departments for which somebody answers."""
    found: frozenset[int] = actor.organisations(ANSWERERS)
    return found


def is_auditor(actor: Actor) -> bool:
    """Whether somebody is an auditor anywhere."""
    return actor.has_role(AUDITORS, None)


def people_of(session: Session, organisation_id: int, roles: frozenset[Role]) -> list[int]:
    """Who holds one of ``roles`` for an organisation today."""
    rows = (
        select(Membership.person_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role.in_(sorted(roles)),
            in_force(local_date(now())),
        )
        .distinct()
        .order_by(Membership.person_id)
    )
    return list(session.scalars(rows))
