"""Where a business that gives is close to those who decide on a project, or work on it for money.

Two sides are compared: the business (itself, who acts for it, whom it declares) and the project
(its reviewers, its officials, its bidders and contractors with their owners and people). Accounts
are compared by person; names that were typed, by their letters: somebody else may have the same,
so an officer looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.i18n import Message, gettext, lazy_gettext
from core.text import mask_name
from projects.models import Project
from sponsorship.businesses.sides import (
    Company,
    Human,
    Side,
    business_side,
    name_key,
    others_of,
)
from sponsorship.businesses.words import RELATIONS
from sponsorship.models import Business

# What somebody has to do with a project; the first word of a key is the kind of the conflict.
PARTS: dict[str, Message] = {
    "reviewer.review": lazy_gettext("has reviewed this project"),
    "reviewer.tender": lazy_gettext("judges bids for this project"),
    "official.officer": lazy_gettext("is an officer who may decide here"),
    "official.finance": lazy_gettext("looks after the money here"),
    "official.approver": lazy_gettext("approves payments here"),
    "official.responsible": lazy_gettext("answers for this project's delivery"),
    "bidder.bid": lazy_gettext("bids for work on this project"),
    "bidder.contract": lazy_gettext("works on this project under a contract"),
    "bidder.acts": lazy_gettext(
        "acts for a company that bids for work on this project, or does it"
    ),
    "bidder.declared": lazy_gettext(
        "is declared to be close to a company that bids for work on this project, or does it"
    ),
}
_HOW: dict[str, Message] = {
    "itself": lazy_gettext("the business itself"),
    "seat": lazy_gettext("acts for the business"),
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """One reason to look twice. ``part`` is a key of ``PARTS``; ``how`` says what they are to the
    business: ``itself``, ``seat``, or a kind of relation. ``named`` says that only the name, or
    the number, is the same; ``person`` that ``who`` is a person's name, masked in public."""

    part: str
    how: str
    who: str
    person: bool
    named: bool

    @property
    def kind(self) -> str:
        """``reviewer``, ``official`` or ``bidder``."""
        return self.part.partition(".")[0]

    @property
    def words(self) -> str:
        """Who and why in a sentence, for officers."""
        return self._say(self.who)

    @property
    def public_words(self) -> str:
        """The same for everybody: a private person's name is masked."""
        return self._say(mask_name(self.who) if self.person else self.who)

    def _say(self, who: str) -> str:
        how = _HOW.get(self.how) or gettext(
            "declared by the business as: %(relation)s", relation=RELATIONS[self.how]
        )
        words = gettext("%(who)s (%(how)s) %(part)s.")
        if self.named and self.person:
            words = gettext("%(who)s (%(how)s) has the same name as somebody who %(part)s.")
        elif self.named:
            words = gettext("%(who)s (%(how)s) has the same name as a company that %(part)s.")
        return words % {"who": who, "how": how, "part": PARTS[self.part]}


def conflicts_of(
    session: Session, business: Business, project: Project | None, now: datetime
) -> list[Conflict]:
    """Every conflict of a business with a project, each once; none where there is no project.

    Sealed bids stay out of it: that there are any is nobody's to know before they are opened.
    """
    if project is None:
        return []
    own, others = business_side(session, business), others_of(session, business, project, now)
    found = [*_among_people(own, others), *_among_companies(own, others)]
    return list(dict.fromkeys(found))


def _among_people(own: Side, others: Side) -> Iterator[Conflict]:
    by_id: dict[int, list[Human]] = {}
    by_name: dict[str, list[Human]] = {}
    for one in others.people:
        if one.person_id is not None:
            by_id.setdefault(one.person_id, []).append(one)
        by_name.setdefault(name_key(one.name), []).append(one)
    by_name.pop("", None)
    for mine in own.people:
        same = by_id.get(mine.person_id, []) if mine.person_id is not None else []
        yield from (Conflict(one.part, mine.part, mine.name, True, False) for one in same)
        for one in by_name.get(name_key(mine.name), []):
            # Two accounts are two people, whatever their names.
            if mine.person_id is None or one.person_id is None:
                yield Conflict(one.part, mine.part, mine.name, True, True)


def _among_companies(own: Side, others: Side) -> Iterator[Conflict]:
    for mine in own.companies:
        for one in others.companies:
            if _surely(mine, one):
                yield Conflict(one.part, mine.part, mine.name, False, False)
            elif not (mine.code and one.code) and _keys(mine.names) & _keys(one.names):
                yield Conflict(one.part, mine.part, mine.name, False, True)


def _surely(one: Company, other: Company) -> bool:
    if one.organisation_id is not None and one.organisation_id == other.organisation_id:
        return True
    return bool(one.code) and one.code == other.code


def _keys(names: Iterable[str]) -> set[str]:
    return {key for name in names if (key := name_key(name))}
