"""What everybody may know of a business that was verified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area, Organisation
from core.errors import NotFound
from core.i18n import Localized, Message, lazy_gettext, localize
from core.text import mask_name
from core.types import Texts
from sponsorship.businesses.services.relations import relations_of
from sponsorship.businesses.words import RELATIONS, SCHEMES, SECTORS, STATES
from sponsorship.models import Business, Relation
from sponsorship.states import BusinessState
from transparency.log import Entry, timeline


@dataclass(frozen=True, slots=True)
class RelationView:
    """A declared relation. ``person`` is masked in public; ``ended_at`` says it is over."""

    id: int
    kind: Message
    person: str
    company: str
    code: str
    note: str
    since: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Profile:
    """A business as the public sees it. ``verified_by`` is the office that last verified it;
    ``suspended_because`` is empty unless it is suspended."""

    id: int
    organisation_id: int
    name: Localized
    about: Localized
    state: str
    label: Message
    tone: str
    sector: Message
    scheme: Message
    code: str
    area: Localized
    website: str
    verified_at: datetime
    verified_by: Localized
    proof: Entry | None
    suspended_because: str
    relations: tuple[RelationView, ...]


def profile(session: Session, business_id: int) -> Profile:
    """A verified business, or one that was and is suspended. Raises ``NotFound`` for any other.
    Four queries."""
    rows = select(Business, Area.name).join(Area, Area.id == Business.area_id)
    found = session.execute(rows.where(Business.id == business_id)).one_or_none()
    business, area = found or (None, None)
    if business is None or business.organisation_id is None or business.decided_at is None:
        raise NotFound(lazy_gettext("There is no such business."))
    proofs = timeline(session, ("business", business.id), types=("business.verified",), limit=1)
    proof = proofs[0] if proofs else None
    label, tone = STATES[business.state]
    suspended = business.state == BusinessState.SUSPENDED
    return Profile(
        id=business.id,
        organisation_id=business.organisation_id,
        name=localize(business.name),
        about=localize(business.about),
        state=business.state,
        label=label,
        tone=tone,
        sector=SECTORS[business.sector],
        scheme=SCHEMES[business.scheme],
        code=business.code,
        area=localize(area),
        website=business.website,
        verified_at=proof.at if proof else business.decided_at,
        verified_by=localize(_office(session, proof) or area),
        proof=proof,
        suspended_because=business.reason if suspended else "",
        relations=tuple(views(relations_of(session, business.id), masked=True)),
    )


def views(relations: Iterable[Relation], *, masked: bool) -> list[RelationView]:
    """Relations for a page; persons by their masked or their full names."""
    return [
        RelationView(
            id=one.id,
            kind=RELATIONS[one.kind],
            person=(mask_name(one.person_name) if masked else one.person_name)
            if one.person_name
            else "",
            company=one.company_name,
            code=one.company_code,
            note="" if masked and one.person_name else one.note,
            since=one.declared_at,
            ended_at=one.ended_at,
        )
        for one in relations
    ]


def _office(session: Session, proof: Entry | None) -> Texts | None:
    """The department for which the officer verified it, else the area whose officer it was."""
    if proof is None:
        return None
    if office := proof.body.get("office"):
        return session.scalar(select(Organisation.name).where(Organisation.id == office))
    return session.scalar(select(Area.name).where(Area.id == proof.body.get("area")))
