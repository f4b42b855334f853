"""The versions of the texts for agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.i18n import Localized, localize
from core.policy import Actor
from core.types import Texts
from sponsorship.models import AgreementTemplate
from sponsorship.people import OFFICERS
from sponsorship.pledges.agreement_text import DEFAULT


@dataclass(frozen=True, slots=True)
class TextRow:
    """A version in the list; no ``area`` is the platform's own."""

    id: int
    area: Localized | None
    number: int
    published_at: datetime | None


def listed_texts(
    session: Session, actor: Actor
) -> tuple[list[TextRow], list[tuple[int, Localized]]]:
    """The newest versions of the areas that an officer looks after, the platform's own besides,
    and the areas for which they may write; two queries."""
    areas = session.scalars(select(Area).order_by(Area.path).limit(500))
    own = {one.id: localize(one.name) for one in areas if actor.has_role(OFFICERS, one.path)}
    rows = (
        select(AgreementTemplate)
        .where(or_(AgreementTemplate.area_id.is_(None), AgreementTemplate.area_id.in_(own)))
        .order_by(AgreementTemplate.id.desc())
        .limit(200)
    )
    found = [
        TextRow(one.id, own.get(one.area_id or 0), one.number, one.published_at)
        for one in session.scalars(rows)
    ]
    return found, list(own.items())


def latest_text(session: Session, area_id: int) -> Texts:
    """What the next version of an area begins with: its newest one, or the platform's own."""
    rows: Sequence[Texts] = session.scalars(
        select(AgreementTemplate.text)
        .where(AgreementTemplate.area_id == area_id)
        .order_by(AgreementTemplate.number.desc())
        .limit(1)
    ).all()
    return rows[0] if rows else DEFAULT
