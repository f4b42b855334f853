"""What public money adds to a pledge: what is reserved already, and what it would be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from core.i18n import Message, date_long, format_money, lazy_gettext
from sponsorship.bookings import pool_left
from sponsorship.guidance.queries import current, terms_of
from sponsorship.matching import Limit, Match, Matched, match_for
from sponsorship.models import GuidanceVersion, Opening, OpeningKind, Pledge, PledgeKind
from sponsorship.states import BINDING
from sponsorship.terms import Terms


@dataclass(frozen=True, slots=True)
class Sponsor:
    """Whoever gives: a business, or a person."""

    business_id: int | None = None
    person_id: int | None = None

    @classmethod
    def of(cls, pledge: Pledge) -> Sponsor:
        """The one who gives a pledge."""
        return cls(pledge.business_id, pledge.person_id)

    def own(self) -> ColumnElement[bool]:
        """The condition on ``Pledge`` for what this one gives."""
        if self.business_id is not None:
            return Pledge.business_id == self.business_id
        return Pledge.person_id == self.person_id


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be added to ``amount`` now, and the words that say why it is not more."""

    amount: int
    match: Match
    terms: Terms
    currency: str

    @property
    def together(self) -> int:
        """What the project would get in all."""
        return self.amount + self.match.amount

    @property
    def words(self) -> str:
        """What decides on the match, in a sentence."""
        return explain(self.match, self.terms, self.currency)


def matched(session: Session, opening: Opening, sponsor: Sponsor) -> Matched:
    """What is reserved in the opening's call: for the opening's project, for this sponsor and in
    all, and what is free in the books. An opening is one project's only one in its call, or stands
    for a category."""

    def of(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, Pledge.match), else_=0)), 0)

    rows = (
        select(
            of(Pledge.opening_id == opening.id),
            of(sponsor.own()),
            func.coalesce(func.sum(Pledge.match), 0),
        )
        .join(Opening, Opening.id == Pledge.opening_id)
        .where(Opening.call_id == opening.call_id, Pledge.state.in_(BINDING))
    )
    project, own, total = session.execute(rows).one()
    free = pool_left(session, opening.call)
    return Matched(project=int(project), sponsor=int(own), total=int(total), free=free)


def matches(opening: Opening, kind: str) -> bool:
    """Whether pledges of a kind for this opening are matched at all: only money is, and what is
    given for doubling is not doubled itself."""
    return kind == PledgeKind.MONEY and opening.kind != OpeningKind.POOL


def match_of(session: Session, pledge: Pledge, terms: Terms, on: date) -> Match:
    """The match of a pledge that is accepted ``on`` a day, by the ``terms`` it was offered under.
    Whoever reserves it holds the call's row."""
    if not matches(pledge.opening, pledge.kind):
        return Match(0, Limit.NO_MATCH)
    already = matched(session, pledge.opening, Sponsor.of(pledge))
    return match_for(pledge.amount, terms, already, on)


def preview(
    session: Session,
    opening: Opening,
    sponsor: Sponsor,
    amount: int,
    on: date,
    *,
    version: GuidanceVersion | None = None,
) -> Preview:
    """What would be added to a pledge of ``amount`` of money accepted ``on`` a day, by the version
    of the call that holds or the given one."""
    terms = terms_of(version or current(session, opening.call))
    match = Match(0, Limit.NO_MATCH)
    if matches(opening, PledgeKind.MONEY):
        match = match_for(amount, terms, matched(session, opening, sponsor), on)
    return Preview(amount, match, terms, opening.call.currency)


def explain(match: Match, terms: Terms, currency: str) -> str:
    """What decides on a match, in a sentence."""
    caps = {Limit.SPONSOR: terms.match_sponsor_most, Limit.PROJECT: terms.match_project_most}
    return str(_WORDS[match.limit, match.amount > 0]) % {
        "percent": terms.match_percent,
        "money": format_money(match.amount, currency),
        "most": format_money(caps.get(match.limit) or 0, currency),
        "day": date_long(terms.match_until) if terms.match_until else "",
    }


_NONE: Message = lazy_gettext("No public money is added to this.")
_LATE: Message = lazy_gettext("Public money was added only to what was accepted by %(day)s.")
# By what limits it, and whether anything is added.
_WORDS: dict[tuple[Limit, bool], Message] = {
    (Limit.NONE, True): lazy_gettext("The call adds %(percent)s %% of public money: %(money)s."),
    (Limit.NONE, False): lazy_gettext("This is too little for public money to be added."),
    (Limit.NO_MATCH, False): _NONE,
    (Limit.TOO_LATE, False): _LATE,
    (Limit.SPONSOR, True): lazy_gettext(
        "Only %(money)s is added: the call adds at most %(most)s to all that one sponsor gives."
    ),
    (Limit.SPONSOR, False): lazy_gettext(
        "Nothing is added: the call adds at most %(most)s to all that one sponsor gives, and this"
        " one has had that."
    ),
    (Limit.PROJECT, True): lazy_gettext(
        "Only %(money)s is added: the call adds at most %(most)s for one project."
    ),
    (Limit.PROJECT, False): lazy_gettext(
        "Nothing is added: the call adds at most %(most)s for one project, and it has had that."
    ),
    (Limit.POOL, True): lazy_gettext(
        "Only %(money)s is added: no more public money is left in this call."
    ),
    (Limit.POOL, False): lazy_gettext("Nothing is added: no public money is left in this call."),
}
