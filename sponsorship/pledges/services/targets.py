"""Targets: at an opening's deadline, what was given is counted against what was missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import hold
from core.i18n import both, format_money, lazy_gettext
from core.types import Texts
from projects.services.moves import advance
from sponsorship.firewall import may_be_voted_on, not_under_vote, under_vote
from sponsorship.models import GuidanceCall, GuidanceVersion, Opening, Pledge, PledgeKind
from sponsorship.people import FINANCE, OFFICERS, givers, staff_of, tell_all
from sponsorship.pledges.services.ending import Why, lapse_held
from sponsorship.states import BINDING, OPENING_MOVES, PLEDGE_MOVES, OpeningState, PledgeState
from transparency import log

# In kind, what is signed counts: it is owed in things.
_PROMISED = frozenset({PledgeState.SIGNED, PledgeState.DUE, PledgeState.DELIVERED})


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts towards a target, in minor units: money that came in and was not given back or
    disputed, the public money that goes with it, and the agreed value of gifts in kind."""

    paid: int = 0
    match: int = 0
    in_kind: int = 0

    @property
    def total(self) -> int:
        """All of it together, for the target only: a gift in kind is no money."""
        return self.paid + self.match + self.in_kind


def counted(pledges: Iterable[Pledge]) -> Counted:
    """What pledges count towards the target of their opening. Public money counts as far as the
    pledge it goes with is paid."""
    paid = match = in_kind = 0
    for pledge in pledges:
        if PledgeState(pledge.state) not in BINDING:
            continue
        if pledge.kind != PledgeKind.MONEY:
            in_kind += pledge.amount if pledge.state in _PROMISED else 0
            continue
        own = pledge.paid - pledge.refunded - pledge.disputed
        paid += own
        match += pledge.match * own // pledge.amount
    return Counted(paid, match, in_kind)


def due_openings(session: Session, now: datetime) -> Sequence[int]:
    """The openings with a target whose deadline has passed, without those under vote."""
    rows = select(Opening.id).where(
        Opening.state == OpeningState.OPEN,
        Opening.target.is_not(None),
        Opening.deadline <= now,
        not_under_vote(),
    )
    return session.scalars(rows.order_by(Opening.deadline, Opening.id)).all()


def settle_opening(session: Session, opening_id: int, now: datetime) -> bool:
    """Say whether an opening's target was met. If it was not, every pledge that depends on it
    lapses, and what was paid of them goes back.

    Does nothing, and says so, before the deadline, under vote, without a target, or when it was
    said already.
    """
    call_id = session.scalar(select(Opening.call_id).where(Opening.id == opening_id))
    hold(session, GuidanceCall, call_id)
    opening = hold(session, Opening, opening_id)
    if opening.state != OpeningState.OPEN or opening.target is None or opening.deadline > now:
        return False
    if opening.project is not None:
        session.refresh(opening.project, ["state"])
    if under_vote(opening):
        return False
    pledges = _pledges(session, opening)
    found = counted(pledges)
    met = found.total >= opening.target
    advance(opening, OPENING_MOVES, "meet" if met else "miss")
    opening.decided_at = now
    session.flush()
    _record(session, opening, found, now)
    depend = [] if met else [one for one in pledges if one.only_if_met and _lapses(one)]
    rest = [one for one in pledges if one not in depend and PledgeState(one.state) in BINDING]
    _tell(session, opening, rest, found, now)
    for pledge in depend:
        lapse_held(session, pledge, Why.TARGET, now)
    return True


def _pledges(session: Session, opening: Opening) -> Sequence[Pledge]:
    """All pledges of an opening, held: what is paid from now on is late."""
    rows = select(Pledge).where(Pledge.opening_id == opening.id).order_by(Pledge.id)
    held = rows.with_for_update().execution_options(populate_existing=True)
    return session.scalars(held).all()


def _lapses(pledge: Pledge) -> bool:
    return (PledgeState(pledge.state), "lapse") in PLEDGE_MOVES


def _record(session: Session, opening: Opening, found: Counted, now: datetime) -> None:
    subjects: list[log.Subject] = [("opening", opening.id), ("call", opening.call_id)]
    if opening.project_id is not None and not may_be_voted_on(opening):
        subjects.append(("project", opening.project_id))
    body = {
        "opening": opening.id,
        "target": opening.target,
        "paid": found.paid,
        "match": found.match,
        "in_kind": found.in_kind,
        "currency": opening.call.currency,
    }
    log.record(session, f"opening.{opening.state}", subjects, body, now)


_MET: LazyString = lazy_gettext("The target of %(target)s for “%(title)s” is met. Thank you!")
_MISSED: LazyString = lazy_gettext(
    "The target of %(target)s for “%(title)s” was not met. Pledges that depended on it go back;"
    " the others stay."
)


def _tell(
    session: Session, opening: Opening, pledges: Sequence[Pledge], found: Counted, now: datetime
) -> None:
    words = _MET if opening.state == OpeningState.MET else _MISSED
    target = format_money(opening.target or 0, opening.call.currency)
    texts = both(words, target=target, title=title_of(session, opening))
    people = [person for pledge in pledges for person in givers(session, pledge)]
    people += staff_of(session, opening.call.area.path, OFFICERS | FINANCE, now)
    if opening.project is not None and opening.project.proposer_id is not None:
        people.append(opening.project.proposer_id)
    tell_all(session, people, texts, f"/partners/openings/{opening.id}", now)


def title_of(session: Session, opening: Opening) -> Texts:
    """What an opening is for: its project, its category, or the call itself."""
    if opening.project is not None:
        return opening.project.title
    if opening.category:
        return opening.category
    rows = select(GuidanceVersion.title).where(
        GuidanceVersion.call_id == opening.call_id, GuidanceVersion.published_at.is_not(None)
    )
    return session.scalars(rows.order_by(GuidanceVersion.number.desc()).limit(1)).one()
