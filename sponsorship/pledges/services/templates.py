"""The texts that agreements are drawn up from: an area's own, or the one that comes with the
platform. A version is never changed once somebody else has published it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.canonical import digest
from core.db import hold, lock
from core.errors import Conflict, Invalid, NotFound, Refused
from core.i18n import LOCALES, Message, lazy_gettext
from core.types import Texts
from sponsorship.models import AgreementTemplate
from sponsorship.pledges.agreement_text import DEFAULT, missing_names, strange_names
from transparency import log

MOST = 20_000  # characters in each language


def template_for(session: Session, area: Area, now: datetime) -> AgreementTemplate:
    """The published template of an area, or of the nearest one above it that has any; else the
    platform's own, kept as a version of no area."""
    above = [int(part) for part in area.path.split("/") if part]
    rows = (
        select(AgreementTemplate)
        .join(Area, Area.id == AgreementTemplate.area_id)
        .where(Area.id.in_(above), AgreementTemplate.published_at.is_not(None))
        .order_by(func.length(Area.path).desc(), AgreementTemplate.number.desc())
    )
    return session.scalar(rows.limit(1)) or _default(session, now)


def _default(session: Session, now: datetime) -> AgreementTemplate:
    rows = select(AgreementTemplate).where(AgreementTemplate.area_id.is_(None))
    known = session.scalar(rows.order_by(AgreementTemplate.number.desc()).limit(1))
    if known is not None and known.text == DEFAULT:
        return known
    made = AgreementTemplate(number=known.number + 1 if known else 1, text=dict(DEFAULT))
    made.written_at = made.published_at = now
    session.add(made)
    session.flush()
    return made


def write_template(
    session: Session, area_id: int, text: Texts, by_id: int, now: datetime
) -> AgreementTemplate:
    """Write an area's next version, or change it until somebody else publishes it.

    Raises ``Invalid`` for a text without the Chinese one, with names in braces that mean nothing,
    or without what every agreement has to say.
    """
    _check(text)
    hold(session, Area, area_id)
    rows = select(AgreementTemplate).where(AgreementTemplate.area_id == area_id)
    known = session.scalar(rows.order_by(AgreementTemplate.number.desc()).limit(1))
    if known is None or known.published_at is not None:
        number = known.number + 1 if known else 1
        known = AgreementTemplate(area_id=area_id, number=number)
        session.add(known)
    known.text, known.written_by_id, known.written_at = text, by_id, now
    session.flush()
    return known


def publish_template(
    session: Session, template_id: int, by_id: int, now: datetime
) -> AgreementTemplate:
    """Publish what somebody else wrote: agreements are drawn up from it from now on; those drawn
    before stay as they are. Raises ``Refused`` for its author, ``Conflict`` when it is published.
    """
    if session.get(AgreementTemplate, template_id) is None:
        raise NotFound(lazy_gettext("There is no such page."))
    template = lock(session, AgreementTemplate, template_id)
    if template.published_at is not None:
        raise Conflict(lazy_gettext("This version is published already."))
    if template.written_by_id == by_id:
        raise Refused(lazy_gettext("You wrote this yourself; somebody else has to publish it."))
    template.published_by_id, template.published_at = by_id, now
    body = {
        "area": template.area_id,
        "template": template.id,
        "number": template.number,
        "sha256": digest(template.text),
    }
    log.record(session, "agreement.template", [("area", template.area_id or 0)], body, now)
    return template


def _check(text: Texts) -> None:
    found: dict[str, Message] = {}
    if not text.get(LOCALES[0]):
        found[LOCALES[0]] = lazy_gettext("Agreements are made in Chinese: please write that text.")
    for locale, one in text.items():
        if len(one) > MOST:
            problem = lazy_gettext("At most %(most)s characters, please.", most=MOST)
        elif strange := strange_names(one):
            names = ", ".join(f"{{{name}}}" for name in strange)
            problem = lazy_gettext("Nothing is known by the names %(names)s.", names=names)
        elif missing := missing_names(one):
            names = ", ".join(f"{{{name}}}" for name in missing)
            problem = lazy_gettext("These names have to stand in it: %(names)s.", names=names)
        else:
            continue
        found[locale] = problem
    if found:
        raise Invalid(next(iter(found.values())), fields=found)
