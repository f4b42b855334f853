"""Excluding an organisation from bidding for a time, and lifting that; both public."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from accounts.models import Organisation
from core.clock import local_date
from core.db import hold, lock
from core.errors import Conflict, Invalid, Refused
from core.i18n import lazy_gettext
from projects.models import Exclusion
from projects.tenders.people import ever_of, may_bid
from transparency import log


def exclude(
    session: Session,
    organisation_id: int,
    *,
    reason: str,
    starts_on: date,
    ends_on: date,
    by_id: int,
    now: datetime,
) -> Exclusion:
    """Exclude an organisation from the first to the last day.

    Raises ``Invalid`` for dates that do not fit or an organisation that cannot bid anyway,
    ``Refused`` for one's own.
    """
    organisation = hold(session, Organisation, organisation_id)
    if not may_bid(organisation):
        problem = lazy_gettext("Only businesses and social organisations bid.")
        raise Invalid(problem, fields={"organisation": problem})
    _check_other(session, by_id, organisation_id)
    if ends_on < max(starts_on, local_date(now)):
        problem = lazy_gettext("The last day lies before the first, or in the past.")
        raise Invalid(problem, fields={"ends_on": problem})
    made = Exclusion(
        organisation_id=organisation_id,
        reason=reason,
        starts_on=starts_on,
        ends_on=ends_on,
        decided_by_id=by_id,
        decided_at=now,
    )
    session.add(made)
    session.flush()
    body = {
        "by": "officer",
        "exclusion": made.id,
        "organisation": organisation_id,
        "from": starts_on.isoformat(),
        "to": ends_on.isoformat(),
        "reason": reason,
    }
    log.record(session, "exclusion.set", [("organisation", organisation_id)], body, now)
    return made


def lift(session: Session, exclusion_id: int, reason: str, by_id: int, now: datetime) -> Exclusion:
    """End an exclusion before its last day. Raises ``Conflict`` when it is over already."""
    found = lock(session, Exclusion, exclusion_id)
    _check_other(session, by_id, found.organisation_id)
    if found.lifted_at is not None or found.ends_on < local_date(now):
        raise Conflict(lazy_gettext("This exclusion is over already."))
    found.lifted_at, found.lifted_reason = now, reason
    body = {"by": "officer", "exclusion": found.id, "reason": reason}
    log.record(session, "exclusion.lifted", [("organisation", found.organisation_id)], body, now)
    return found


def _check_other(session: Session, by_id: int, organisation_id: int) -> None:
    if ever_of(session, by_id, [organisation_id]):
        raise Refused(lazy_gettext("You act for this organisation; somebody else decides."))
