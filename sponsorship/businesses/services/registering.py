"""Registering a business: a draft that is kept as far as it is, and what it takes to submit it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.addresses import normalise_address, normalise_email
from accounts.models import Area
from accounts.services.places import change_organisation
from core.db import lock
from core.errors import Conflict, Invalid
from core.i18n import Message, lazy_gettext
from core.types import Texts
from projects.services.moves import advance
from sponsorship.businesses.codes import check_code
from sponsorship.businesses.people import check_manager, tell_business, tell_office
from sponsorship.models import Business, BusinessPaper, Scheme, Seat, SeatRole, Sector
from sponsorship.states import BUSINESS_MOVES, BusinessState, SeatState
from transparency import log

# Drafts that one person may have waiting; who registers businesses for others does it one by one.
MOST_DRAFTS = 5
DRAFTS = frozenset({BusinessState.DRAFT, BusinessState.REFUSED})
_TAKEN: Message = lazy_gettext(
    "A business with this number is registered here already. Please ask whoever manages it for an"
    " invitation. If you do not know who that is, ask the office of its area."
)

_WHOM: Message = lazy_gettext(
    "Please say whom the office can ask, with a phone number or an e-mail."
)


@dataclass(frozen=True, slots=True)
class Details:
    """What a business says of itself. Its name, number, sector and area are checked by the office;
    the rest may change later. Empty texts are for a draft."""

    name: Texts
    scheme: Scheme
    code: str
    area_id: int
    sector: Sector | None = None
    about: Texts | None = None
    address: str = ""
    website: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""


_CHECKED = frozenset({"name", "scheme", "code", "area_id", "sector"})
_CONTACT = ("contact_name", "contact_phone", "contact_email")


def register(session: Session, details: Details, by_id: int, now: datetime) -> Business:
    """Keep a new business as a draft that whoever registers it manages.

    Raises ``Invalid`` (fields as in ``Details``) for a number, website or contact that does not
    fit, and ``Conflict`` (field ``code``) for a business that is registered already.
    """
    drafts = select(func.count()).where(
        Business.created_by_id == by_id, Business.state == BusinessState.DRAFT
    )
    if (session.scalar(drafts) or 0) >= MOST_DRAFTS:
        raise Conflict(
            lazy_gettext("You have %(most)s drafts already. Submit one first.", most=MOST_DRAFTS)
        )
    made = Business(created_by_id=by_id, created_at=now, **_values(session, details))
    _keep(session, made)
    session.add(
        Seat(
            business_id=made.id,
            person_id=by_id,
            role=SeatRole.MANAGER,
            state=SeatState.ACTIVE,
            invited_by_id=by_id,
            invited_at=now,
            accepted_at=now,
        )
    )
    session.flush()
    return made


def change(
    session: Session, business_id: int, details: Details, by_id: int, now: datetime
) -> Business:
    """Change what a business says of itself. What the office checks changes only before it is
    submitted, and after it was refused. Raises as ``register``."""
    business = lock(session, Business, business_id)
    check_manager(session, business_id, by_id)
    values = _values(session, details)
    if business.state not in DRAFTS:
        if any(getattr(business, name) != values[name] for name in _CHECKED):
            raise Conflict(
                lazy_gettext(
                    "Name, number, sector and area stay as the office checks them. If they have"
                    " changed, please ask the office."
                )
            )
        if not _can_be_asked(*(values[name] for name in _CONTACT)):
            raise Invalid(_WHOM, fields={"contact_name": _WHOM})
    for name, value in values.items():
        setattr(business, name, value)
    _keep(session, business)
    shown = business.organisation
    if shown is not None and shown.about != business.about:
        change_organisation(session, shown.id, shown.name, business.about, now)
    return business


def submit(session: Session, business_id: int, by_id: int, now: datetime) -> Business:
    """Ask the office to verify a business.

    Raises ``Invalid`` for what is missing, ``Conflict`` unless it is a draft or was refused.
    """
    business = lock(session, Business, business_id)
    check_manager(session, business_id, by_id)
    papers = select(func.count()).where(
        BusinessPaper.business_id == business_id, BusinessPaper.removed_at.is_(None)
    )
    if missing := missing_for(business, session.scalar(papers) or 0):
        raise Invalid(missing[0])
    advance(business, BUSINESS_MOVES, "submit")
    business.submitted_at = now
    business.decided_by_id, business.decided_at, business.reason = None, None, ""
    body = {"business": business.id, "area": business.area_id}
    log.record(session, "business.submitted", [("business", business.id)], body, now)
    tell_office(session, business, lazy_gettext("%(name)s asks to be verified as a partner."), now)
    told = lazy_gettext("%(name)s is submitted. The office looks at it, and you hear from it here.")
    tell_business(session, business, told, now)
    return business


def missing_for(business: Business, papers: int) -> list[Message]:
    """What has to be there before a business with so many papers is submitted and is not, in
    sentences."""
    missing: list[Message] = []
    if business.sector not in set(Sector):
        missing.append(lazy_gettext("Please choose the sector of the business."))
    if not business.address:
        missing.append(lazy_gettext("Please write the address of the business."))
    if not _can_be_asked(business.contact_name, business.contact_phone, business.contact_email):
        missing.append(_WHOM)
    if not papers:
        missing.append(
            lazy_gettext("Please add a paper that proves the business, such as its licence.")
        )
    return missing


def _values(session: Session, details: Details) -> dict[str, Any]:
    """The columns for what was said, tidy and checked; every problem is told at once."""
    values = {one.name: getattr(details, one.name) for one in fields(details)}
    values |= {"about": details.about or {}, "sector": details.sector or ""}
    wrong: dict[str, Message] = {}
    tidy: dict[str, Callable[[str], str]] = {
        "code": partial(check_code, details.scheme),
        "website": _website,
        "contact_phone": _phone,
        "contact_email": _email,
    }
    for name, check in tidy.items():
        try:
            values[name] = check(values[name])
        except Invalid as error:
            wrong[name] = error.message
    if not any(details.name.values()):
        wrong["name_zh"] = lazy_gettext("Please write the name in Chinese, in English, or in both.")
    if session.get(Area, details.area_id) is None:
        wrong["area_id"] = lazy_gettext("Please choose the area of the business.")
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)
    return values


def _can_be_asked(name: str, phone: str, email: str) -> bool:
    return bool(name and (phone or email))


def _website(typed: str) -> str:
    if typed and not typed.lower().startswith(("https://", "http://")):
        typed = f"https://{typed}"
    host = typed.partition("//")[2].partition("/")[0]
    if typed and ("." not in host or " " in typed or "@" in host):
        raise Invalid(
            lazy_gettext("This does not look like a website. An example: www.example.com")
        )
    return typed


def _phone(typed: str) -> str:
    if not typed:
        return ""
    if "@" in typed:
        raise Invalid(lazy_gettext("Please write a phone number here."))
    return normalise_address(typed)


def _email(typed: str) -> str:
    return normalise_email(typed) if typed else ""


def _keep(session: Session, business: Business) -> None:
    """Write the row; the database refuses a number that is registered already."""
    try:
        with session.begin_nested():
            session.add(business)
            session.flush()
    except IntegrityError as error:
        raise Conflict(_TAKEN, fields={"code": _TAKEN}) from error
