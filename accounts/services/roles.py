"""Roles are given for a time and ended, never deleted; nobody gives any to themselves."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area, Membership, Organisation, OrganisationKind, Role
from core.clock import local_date
from core.db import lock
from core.errors import Conflict, Invalid, Refused
from core.i18n import Message, lazy_gettext
from transparency.log import record

# Which kind of organisation a role is held for; roles not named here need none.
KIND_OF_ROLE: dict[str, OrganisationKind] = {
    Role.REVIEWER: OrganisationKind.DEPARTMENT,
    Role.COMMITTEE: OrganisationKind.COMMITTEE,
    Role.PARTY: OrganisationKind.PARTY,
    Role.BUSINESS: OrganisationKind.BUSINESS,
    Role.SOCIAL: OrganisationKind.SOCIAL,
}
# Roles that are held for an area, and may be for an organisation of this kind besides.
MAY_BE_FOR: dict[str, OrganisationKind] = {
    Role.OFFICER: OrganisationKind.DEPARTMENT,
    Role.FINANCE: OrganisationKind.DEPARTMENT,
    Role.APPROVER: OrganisationKind.DEPARTMENT,
    Role.AUDITOR: OrganisationKind.AUDIT,
}
_ONESELF: Message = lazy_gettext("Nobody can give a role to themselves.")


def grant(
    session: Session,
    *,
    person_id: int,
    role: Role,
    area: Area,
    organisation: Organisation | None,
    starts_on: date,
    ends_on: date | None,
    by_id: int | None,
    now: datetime,
) -> Membership:
    """Give a role in ``area`` from the first to the last day (``None``: until it is ended).

    ``by_id`` is ``None`` for the command line only. Raises ``Refused`` for oneself,
    ``Invalid`` for dates or an organisation that do not fit, ``Conflict`` for a role held
    already.
    """
    if by_id == person_id:
        raise Refused(_ONESELF)
    _check_dates(starts_on, ends_on, local_date(now))
    _check_organisation(role, area, organisation)
    made = Membership(
        person_id=person_id,
        role=role.value,
        area_id=area.id,
        organisation_id=organisation.id if organisation else None,
        starts_on=starts_on,
        ends_on=ends_on,
        granted_by_id=by_id,
        granted_at=now,
    )
    _check_new(session, made)
    session.add(made)
    session.flush()
    _record_grant(session, made, now)
    return made


def _record_grant(session: Session, made: Membership, now: datetime) -> None:
    body = {
        "membership": made.id,
        "role": made.role,
        "area": made.area_id,
        "organisation": made.organisation_id,
        "from": made.starts_on.isoformat(),
        "to": made.ends_on.isoformat() if made.ends_on else None,
        "by": "command line" if made.granted_by_id is None else Role.ADMIN.value,
    }
    record(session, "role.granted", [("membership", made.id), ("area", made.area_id)], body, now)


def _check_dates(starts_on: date, ends_on: date | None, today: date) -> None:
    if ends_on is not None and ends_on < max(starts_on, today):
        problem = lazy_gettext("The last day lies before the first, or in the past.")
        raise Invalid(problem, fields={"ends_on": problem})


def _check_organisation(role: Role, area: Area, organisation: Organisation | None) -> None:
    kind = KIND_OF_ROLE.get(role)
    if kind is None and organisation is None:
        return
    kind = kind or MAY_BE_FOR.get(role)
    if kind is None:
        problem = lazy_gettext("This role is held for the area, not for an organisation.")
    elif organisation is None or organisation.kind != kind:
        problem = lazy_gettext("Please choose an organisation of the kind that this role is for.")
    elif not organisation.area.path.startswith(area.path):
        problem = lazy_gettext("This organisation lies outside the area.")
    else:
        return
    raise Invalid(problem, fields={"organisation": problem})


def _check_new(session: Session, made: Membership) -> None:
    held = select(Membership.id).where(
        Membership.person_id == made.person_id,
        Membership.role == made.role,
        Membership.area_id == made.area_id,
        Membership.organisation_id.is_not_distinct_from(made.organisation_id),
        Membership.ends_on.is_(None) | (Membership.ends_on >= made.starts_on),
    )
    if session.scalar(held) is not None:
        raise Conflict(lazy_gettext("This person has that role already."))


def end(session: Session, membership_id: int, *, by: str, now: datetime) -> None:
    """End a role at once; ``by`` is the role of whoever ends it (recorded).

    A role that has not begun yet, or began today, counts no day. Raises ``Conflict`` when
    it has ended already.
    """
    held = lock(session, Membership, membership_id)
    yesterday = local_date(now) - timedelta(days=1)
    if held.ends_on is not None and held.ends_on <= yesterday:
        raise Conflict(lazy_gettext("This role has ended already."))
    # The last day may not lie before the first, so a role of today is moved back by a day.
    held.starts_on = min(held.starts_on, yesterday)
    held.ends_on = yesterday
    subjects = [("membership", held.id), ("area", held.area_id)]
    body = {"membership": held.id, "role": held.role, "area": held.area_id, "by": by}
    record(session, "role.ended", subjects, body, now)
