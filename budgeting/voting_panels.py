"""Voting as other pages show it: the way to the ballot on a round's page, duties, own data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, url_for
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from budgeting.booth import find_booth
from budgeting.electors import person_hmac
from budgeting.eligibility import BALLOT, closed_because, eligibility
from budgeting.keys import round_key, voter_tag
from budgeting.models import Ballot, Elector, Phase, PhaseKind, Round, RoundState
from core.clock import now
from core.desk import Duty
from core.errors import Conflict
from core.i18n import lazy_gettext, localize
from core.policy import Actor
from core.web import settings


def round_panel(session: Session, subject: Any) -> dict[str, Any] | None:
    """Voting on the page of a round (anything with its ``id``): the button, or what is missing.

    Nothing once voting is over; the result speaks then.
    """
    booth = find_booth(session, g.actor, subject.id)
    at = now()
    if booth.starts_at is None or booth.over(at) or booth.state == RoundState.CANCELLED:
        return None
    return {
        "booth": booth,
        "open": booth.open(at),
        "why": closed_because(booth, at),
        "needs": eligibility(booth, g.actor).needs,
    }


def vote_duties(session: Session, actor: Actor, at: datetime) -> list[Duty]:
    """The open votes in which somebody is an elector and has not begun a ballot."""
    if actor.id is None:
        return []
    running = session.execute(
        select(Round.id, Round.title, Phase.ends_at)
        .join(Phase, and_(Phase.round_id == Round.id, Phase.kind == PhaseKind.VOTING))
        .where(Round.state == RoundState.FROZEN, Phase.starts_at <= at, Phase.ends_at > at)
    ).all()
    unvoted = _without_ballot(session, actor.id, [row.id for row in running])
    return [
        Duty(
            lazy_gettext("You can vote: %(round)s", round=localize(row.title).text),
            url_for(BALLOT, round_id=row.id),
            row.ends_at,
        )
        for row in running
        if row.id in unvoted
    ]


def _without_ballot(session: Session, person_id: int, rounds: list[int]) -> set[int]:
    """Those of ``rounds`` in which a person is an elector without any ballot."""
    names = {ident: person_hmac(ident, person_id) for ident in rounds}
    mine = [
        and_(Elector.round_id == ident, Elector.person_hmac == name)
        for ident, name in names.items()
    ]
    if not mine:
        return set()
    entered = set(session.scalars(select(Elector.round_id).where(or_(*mine))))
    cast = [
        and_(Ballot.round_id == ident, Ballot.voter_tag == tag)
        for ident in entered
        if (tag := _tag(ident, names[ident]))
    ]
    begun = session.scalars(select(Ballot.round_id).where(or_(*cast))) if cast else ()
    return entered - set(begun)


def _tag(round_id: int, name: str) -> str | None:
    """``None`` when the key is gone: the round is just being closed."""
    try:
        return voter_tag(round_key(settings().keys, round_id), name)
    except Conflict:
        return None


def own_part(session: Session, person_id: int) -> dict[str, Any]:
    """What a person's copy of their data says about voting, and why no ballot is in it."""
    rounds = session.execute(select(Round.id, Round.title).order_by(Round.id)).all()
    names = {person_hmac(row.id, person_id): row for row in rounds}
    entered = session.scalars(select(Elector.person_hmac).where(Elector.person_hmac.in_(names)))
    listed = sorted((names[name] for name in entered), key=lambda row: row.id)
    return {
        "on_the_list_of_voters_of": [{"round": row.id, "title": row.title} for row in listed],
        "ballots": str(
            lazy_gettext(
                "Ballots are kept apart from people, so that nobody can read how you voted. That "
                "is why none can be in this copy. While voting is open you see yours on the "
                "ballot page; afterwards nobody can tell whose a ballot was."
            )
        ),
    }
