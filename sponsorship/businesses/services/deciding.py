"""An officer decides on a business: verified, refused, suspended, restored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation, OrganisationKind
from accounts.services.places import create_organisation
from core.db import lock
from core.errors import Invalid
from core.i18n import Message, lazy_gettext
from projects.services.moves import advance
from sponsorship.businesses.people import (
    check_neutral,
    office_of,
    tell_business,
    tell_office,
)
from sponsorship.models import Business
from sponsorship.states import BUSINESS_MOVES
from transparency import log

LONGEST_REASON = 2000


def verify(
    session: Session,
    business_id: int,
    by_id: int,
    now: datetime,
    *,
    organisation_id: int | None = None,
) -> Business:
    """An officer confirms what a business and its papers say: it becomes a public organisation, or
    the one of ``organisation_id``, which is there already.

    Raises ``Refused`` for whoever registered it or acts for it, ``Invalid`` (field
    ``organisation``) for one that does not fit, ``Conflict`` when it was decided already.
    """
    business = _decide(session, business_id, "verify", by_id, now)
    _link(session, business, organisation_id, now)
    body = {
        "scheme": business.scheme,
        "code": business.code,
        "sector": business.sector,
        "organisation": business.organisation_id,
    }
    _record(session, business, "business.verified", body, now)
    tell_business(
        session, business, lazy_gettext("%(name)s is verified and can now give to projects."), now
    )
    _tell_others(session, business, lazy_gettext("%(name)s was verified as a partner."), now)
    return business


def refuse(session: Session, business_id: int, reason: str, by_id: int, now: datetime) -> Business:
    """An officer says what has to be mended; only the business reads it. Raises as ``verify``,
    and ``Invalid`` (field ``reason``) without a reason."""
    business = _decide(session, business_id, "refuse", by_id, now, reason=_reason(reason))
    _record(session, business, "business.refused", {}, now)
    told = lazy_gettext("%(name)s is not verified yet. The page says what to mend.")
    tell_business(session, business, told, now)
    _tell_others(session, business, lazy_gettext("%(name)s was not verified."), now)
    return business


def suspend(session: Session, business_id: int, reason: str, by_id: int, now: datetime) -> Business:
    """An officer keeps a business from giving anything more for now; everybody reads why. Raises
    as ``refuse``."""
    business = _decide(session, business_id, "suspend", by_id, now, reason=_reason(reason))
    _record(session, business, "business.suspended", {"reason": business.reason}, now)
    told = lazy_gettext("%(name)s is suspended: it can give nothing for now. The page says why.")
    tell_business(session, business, told, now)
    _tell_others(session, business, lazy_gettext("%(name)s was suspended as a partner."), now)
    return business


def restore(session: Session, business_id: int, reason: str, by_id: int, now: datetime) -> Business:
    """An officer lets a suspended business give again; everybody reads why. Raises as
    ``refuse``."""
    business = _decide(session, business_id, "restore", by_id, now, reason=_reason(reason))
    _record(session, business, "business.restored", {"reason": business.reason}, now)
    tell_business(session, business, lazy_gettext("%(name)s can give to projects again."), now)
    _tell_others(session, business, lazy_gettext("%(name)s is a partner again."), now)
    return business


def _decide(
    session: Session,
    business_id: int,
    verb: str,
    by_id: int,
    now: datetime,
    *,
    reason: str = "",
) -> Business:
    business = lock(session, Business, business_id)
    check_neutral(session, business, by_id)
    advance(business, BUSINESS_MOVES, verb)
    business.decided_by_id, business.decided_at, business.reason = by_id, now, reason
    return business


def _link(session: Session, business: Business, organisation_id: int | None, now: datetime) -> None:
    if organisation_id is None:
        business.organisation = create_organisation(
            session,
            business.area,
            kind=OrganisationKind.BUSINESS,
            name=business.name,
            about=business.about,
            now=now,
        )
        session.flush()
        return
    found = lock(session, Organisation, organisation_id)
    problem: Message | None = None
    if found.kind != OrganisationKind.BUSINESS:
        problem = lazy_gettext("Please choose a business.")
    elif known_as(session, organisation_id) not in (None, business.id):
        problem = lazy_gettext("Another registered business is this organisation already.")
    if problem is not None:
        raise Invalid(problem, fields={"organisation": problem})
    business.organisation = found
    session.flush()


def known_as(session: Session, organisation_id: int) -> int | None:
    """The registered business that an organisation is, if one is."""
    return session.scalar(select(Business.id).where(Business.organisation_id == organisation_id))


def _reason(typed: str) -> str:
    reason = typed.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        problem = lazy_gettext(
            "Please give a reason of at most %(most)s characters.", most=LONGEST_REASON
        )
        raise Invalid(problem, fields={"reason": problem})
    return reason


def _record(
    session: Session, business: Business, event: str, body: dict[str, Any], now: datetime
) -> None:
    office = office_of(session, business, business.decided_by_id or 0, now)
    subjects: list[log.Subject] = [("business", business.id)]
    if business.organisation_id is not None:
        subjects.append(("organisation", business.organisation_id))
    log.record(session, event, subjects, {"business": business.id} | office | body, now)


def _tell_others(session: Session, business: Business, message: LazyString, now: datetime) -> None:
    """Tell the other officers, who need not look at it any more."""
    tell_office(session, business, message, now, but=business.decided_by_id or 0)
