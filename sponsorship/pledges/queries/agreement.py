"""An agreement as its page and its paper show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from core.errors import NotFound
from core.i18n import LOCALES, TAGS, Message, language_name, lazy_gettext
from sponsorship.models import Agreement, Pledge
from sponsorship.pledges.services.signing import agreement_of
from transparency.log import Entry, timeline


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed for a side and when; nobody yet where there is no ``at``."""

    side: Message
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Wording:
    """The text in one language."""

    lang: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """The text, the one that holds first; both signatures; where its hash is on record."""

    agreement: Agreement
    pledge: Pledge
    wordings: list[Wording]
    signatures: list[Signature]
    leaf: Entry | None

    @property
    def signed_at(self) -> datetime | None:
        """When the second side signed."""
        days = [one.at for one in self.signatures]
        return max(filter(None, days)) if all(days) else None


def agreement_page(session: Session, pledge: Pledge) -> AgreementPage:
    """The agreement of a pledge, in three queries. Raises ``NotFound`` when none is drawn up."""
    found = agreement_of(session, pledge.id)
    if found is None:
        raise NotFound(lazy_gettext("No agreement is drawn up yet."))
    signers = {found.sponsor_signed_by_id, found.office_signed_by_id} - {None}
    rows = select(Person.id, Person.name).where(Person.id.in_(signers))
    names: dict[int, str] = dict(session.execute(rows).all()) if signers else {}
    drawn = timeline(session, ("pledge", pledge.id), types=("agreement.drawn",), limit=1)
    return AgreementPage(
        agreement=found,
        pledge=pledge,
        wordings=[
            Wording(TAGS[locale], language_name(locale), found.text[locale])
            for locale in LOCALES
            if found.text.get(locale)
        ],
        signatures=[
            Signature(
                lazy_gettext("For the sponsor"),
                names.get(found.sponsor_signed_by_id or 0, ""),
                found.sponsor_signed_at,
            ),
            Signature(
                lazy_gettext("For the authority"),
                names.get(found.office_signed_by_id or 0, ""),
                found.office_signed_at,
            ),
        ],
        leaf=drawn[0] if drawn else None,
    )
