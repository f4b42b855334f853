"""Saying for what partners are looked for, and ending it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from accounts.notices import tell
from core.clock import local_date
from core.db import hold, lock
from core.errors import Conflict, Invalid
from core.i18n import LOCALES, Message, both, format_money, lazy_gettext
from core.types import Texts
from projects.models import Project
from projects.services.moves import advance
from projects.states import State
from sponsorship.firewall import UNDER_VOTE, check_not_under_vote
from sponsorship.guidance.money import Need, needs
from sponsorship.guidance.queries import current, terms_of
from sponsorship.guidance.services.record import record_opening, sponsors_of
from sponsorship.models import GuidanceCall, Opening, OpeningKind, Pledge
from sponsorship.people import tell_all
from sponsorship.pledges.services.ending import Why, lapse_held
from sponsorship.states import OPENING_MOVES, PLEDGE_MOVES, CallState, OpeningState
from sponsorship.terms import Terms

# In which states a project may be opened, by what it is then.
STATES: dict[OpeningKind, frozenset[State]] = {
    OpeningKind.WINNER: frozenset({State.SELECTED, State.DELIVERING}),
    OpeningKind.RUNNER_UP: frozenset({State.NOT_SELECTED}),
    OpeningKind.SHOWCASE: frozenset({State.ELIGIBLE}),
}
_NOT_FIT: Message = lazy_gettext(
    "Partners are sought for chosen projects that lack money, for runners-up, and for ideas"
    " that were found feasible and are not voted on now. This one is none of them."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What partners are sought for: a project, or what ``category`` names, or (neither) the
    doubling money. ``target`` is what is missing, in minor units."""

    deadline: datetime
    kind: OpeningKind | None = None  # of a project: what it is by its state
    project_id: int | None = None
    target: int | None = None
    category: Texts | None = None
    about: Texts = field(default_factory=dict)


def kind_of(state: str) -> OpeningKind | None:
    """As what a project in this state may be opened."""
    return next((kind for kind, states in STATES.items() if state in states), None)


def open_opening(
    session: Session, call_id: int, wanted: Wanted, by_id: int, now: datetime
) -> Opening:
    """Look for partners under an open call.

    Raises ``Conflict`` for a call that is not open and for a project under vote, ``Invalid`` for
    what does not fit: a project of another area, currency or state or that lacks nothing, a target
    that leaves too little public money, a deadline after the call's, the same thing twice.
    """
    call = hold(session, GuidanceCall, call_id)
    if call.state != CallState.OPEN:
        raise Conflict(lazy_gettext("Only an open call can look for partners."))
    terms = terms_of(current(session, call))
    _check_deadline(wanted.deadline, terms, now)
    opening = Opening(
        call_id=call.id,
        about=dict(wanted.about),
        target=wanted.target,
        deadline=wanted.deadline,
        opened_by_id=by_id,
        opened_at=now,
        state=OpeningState.OPEN,
    )
    if wanted.project_id is not None:
        _for_project(session, call, terms, opening, wanted)
    else:
        _for_all(session, call, terms, opening, wanted)
    session.add(opening)
    session.flush()
    body = {"target": opening.target, "currency": call.currency, "category": opening.category}
    body |= {"deadline": opening.deadline.isoformat()}
    record_opening(session, opening, "opening.opened", body, now)
    _tell_proposer(session, opening, now)
    return opening


def close_opening(
    session: Session, opening_id: int, reason: str, by_id: int, now: datetime
) -> Opening:
    """Stop looking for partners, for a reason that everybody reads.

    Raises ``Conflict`` when it ended already, and while its project is under vote.
    """
    hold(session, GuidanceCall, session.get_one(Opening, opening_id).call_id)
    opening = lock(session, Opening, opening_id)
    check_not_under_vote(session, opening)
    end(session, [opening], reason, now)
    return opening


def end(session: Session, openings: Iterable[Opening], reason: str, now: datetime) -> None:
    """Close openings that are held, and tell those who offered or gave something for them. Pledges
    that depend on a target, which cannot be met any more, lapse; what was paid of them goes back.
    """
    for opening in openings:
        advance(opening, OPENING_MOVES, "close")
        opening.decided_at, opening.reason = now, reason
        record_opening(session, opening, "opening.closed", {"reason": reason}, now)
        message = lazy_gettext("Partners are no longer sought for “%(title)s”: %(reason)s")
        said = both(message, title=title_of(opening), reason=reason)
        tell_all(session, sponsors_of(session, [opening.id]), said, page_of(opening), now)
        for pledge in _dependent(session, opening):
            lapse_held(session, pledge, Why.TARGET, now)


def _dependent(session: Session, opening: Opening) -> Sequence[Pledge]:
    """The pledges that only count if the target is met, held."""
    able = [state for state, verb in PLEDGE_MOVES if verb == "lapse"]
    rows = select(Pledge).where(
        Pledge.opening_id == opening.id, Pledge.only_if_met, Pledge.state.in_(able)
    )
    held = rows.with_for_update().execution_options(populate_existing=True)
    return session.scalars(held.order_by(Pledge.id)).all()


def title_of(opening: Opening) -> Texts:
    """What an opening is called: as its project, its category, or the doubling money."""
    if opening.project is not None:
        return opening.project.title
    return opening.category or both(lazy_gettext("Money that doubles other gifts"))


def page_of(opening: Opening) -> str:
    """An opening's public page."""
    return f"/partners/openings/{opening.id}"


def _check_deadline(deadline: datetime, terms: Terms, now: datetime) -> None:
    if deadline <= now:
        _refuse("deadline", lazy_gettext("This time is over. Please choose one to come."))
    if local_date(deadline) > terms.closes_on:
        _refuse("deadline", lazy_gettext("The call ends before that. Please choose a day before."))


def _for_project(
    session: Session, call: GuidanceCall, terms: Terms, opening: Opening, wanted: Wanted
) -> None:
    project = hold(session, Project, wanted.project_id)
    if project.state == State.ON_BALLOT:
        raise Conflict(UNDER_VOTE)
    kind = kind_of(project.state)
    if kind is None or wanted.kind not in {None, kind}:
        _refuse("project", _NOT_FIT)
    if not in_areas(call, terms, project.area.path):
        _refuse("project", lazy_gettext("This project is not in an area of this call."))
    if project.currency != call.currency:
        _refuse("project", lazy_gettext("This project is counted in another currency."))
    _check_not_twice(session, call, project)
    opening.project, opening.kind = project, kind
    opening.target = _target(needs(session, [project])[project.id], wanted, terms, call.currency)


def in_areas(call: GuidanceCall, terms: Terms, path: str) -> bool:
    """Whether an area belongs to a call: to its area and, where it names some, to one of those."""
    named = any(f"/{ident}/" in path for ident in terms.area_ids)
    return path.startswith(call.area.path) and (named or not terms.area_ids)


def _check_not_twice(session: Session, call: GuidanceCall, project: Project) -> None:
    of_project = Opening.project_id == project.id
    before = exists().where(of_project, Opening.call_id == call.id)
    if session.scalar(select(before)):
        _refuse("project", lazy_gettext("This call has looked for partners for it already."))
    running = (OpeningState.OPEN, OpeningState.MET)
    elsewhere = exists().where(of_project, Opening.state.in_(running))
    if session.scalar(select(elsewhere)):
        _refuse("project", lazy_gettext("Another call looks for partners for it, or found them."))


def _target(need: Need, wanted: Wanted, terms: Terms, currency: str) -> int:
    if not need.missing:
        _refuse("project", lazy_gettext("This project lacks no money."))
    most = need.most(terms.public_least)
    if not most:
        _refuse(
            "project",
            lazy_gettext("Sponsors give as much for this project as the call lets them already."),
        )
    target = most if wanted.target is None else wanted.target
    if target <= 0:
        _refuse("target", lazy_gettext("Please give an amount above zero."))
    if target > need.missing:
        missing = format_money(need.missing, currency)
        _refuse("target", lazy_gettext("Only %(missing)s are missing.", missing=missing))
    if target > most:
        problem = lazy_gettext(
            "At least %(least)s %% of the cost stay public money, so that sponsors may be asked for"
            " %(most)s at most.",
            least=terms.public_least,
            most=format_money(most, currency),
        )
        _refuse("target", problem)
    return target


def _for_all(
    session: Session, call: GuidanceCall, terms: Terms, opening: Opening, wanted: Wanted
) -> None:
    opening.kind = wanted.kind or (OpeningKind.CATEGORY if wanted.category else OpeningKind.POOL)
    opening.category = dict(wanted.category) if wanted.category else None
    if opening.kind == OpeningKind.CATEGORY and not opening.category:
        problem = lazy_gettext("Please fill this in, in one language at least.")
        _refuse(f"category_{LOCALES[0]}", problem)
    if opening.target is not None and opening.target <= 0:
        _refuse("target", lazy_gettext("Please give an amount above zero."))
    if opening.kind == OpeningKind.POOL and not terms.match_percent:
        raise Conflict(lazy_gettext("This call doubles nothing, so there is nothing to add to."))
    rows = select(Opening.category).where(
        Opening.call_id == call.id,
        Opening.kind == opening.kind,
        Opening.state == OpeningState.OPEN,
    )
    if any(_alike(one, opening.category) for one in session.scalars(rows)):
        _refuse("category", lazy_gettext("This call looks for partners for that already."))


def _alike(one: Texts | None, other: Texts | None) -> bool:
    """Whether two categories have the same name in some language; two pools always."""
    names = {(lang, name.casefold()) for lang, name in (one or {}).items()}
    return one == other or any((la, na.casefold()) in names for la, na in (other or {}).items())


def _refuse(name: str, problem: Message) -> NoReturn:
    raise Invalid(problem, fields={name: problem})


def _tell_proposer(session: Session, opening: Opening, now: datetime) -> None:
    project = opening.project
    if project is not None and project.proposer_id is not None:
        message = lazy_gettext("Partners are sought for your project “%(title)s”.")
        said = both(message, title=project.title)
        tell(session, project.proposer_id, said, page_of(opening), now)
