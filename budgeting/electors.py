"""Who may vote in a round, and what somebody who may not yet has to do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, func, insert, select, true
from sqlalchemy.orm import Session, aliased

from accounts.models import Area, Person
from accounts.secrecy import keyed_hash
from budgeting.models import Elector, Phase, PhaseKind, Round
from core.clock import local_date
from transparency import log


def person_hmac(round_id: int, person_id: int) -> str:
    """The keyed hash under which a person stands among a round's electors.

    Only this installation's secret key leads from a person to it; another round has another.
    """
    return keyed_hash("elector", str(round_id), str(person_id))


def enrol(session: Session, round_id: int, now: datetime) -> int:
    """Enter everybody who may vote in a round among its electors; returns how many are new.

    Idempotent: called when the rules freeze, and again for those verified since. Nobody is
    ever taken out, and the residence that counts is the one at the time of entering. It must
    not share a transaction with a ballot: PostgreSQL marks every row with its transaction.
    """
    # Two at once would both enter the same people; casting a vote is not held up by this.
    session.execute(select(Round.id).where(Round.id == round_id).with_for_update(key_share=True))
    known = set(session.scalars(select(Elector.person_hmac).where(Elector.round_id == round_id)))
    people = {person_hmac(round_id, row.id): row.area_id for row in _entitled(session, round_id)}
    # In the order of the hashes, which says nothing about who came first.
    rows = [
        {"round_id": round_id, "person_hmac": name, "area_id": people[name]}
        for name in sorted(people.keys() - known)
    ]
    if rows:
        session.execute(insert(Elector), rows)
        body = {"round": round_id, "added": len(rows), "electors": len(known) + len(rows)}
        log.record(session, "round.electors_entered", [("round", round_id)], body, now)
    return len(rows)


def count(session: Session, round_id: int) -> int:
    """How many electors a round has."""
    rows = select(func.count()).select_from(Elector).where(Elector.round_id == round_id)
    return session.scalar(rows) or 0


def voting_year(starts_at: datetime) -> int:
    """The year in which somebody must reach the least age: the one in which voting begins."""
    return local_date(starts_at).year


def _entitled(session: Session, round_id: int) -> list[Row[int, int]]:
    """Identity and residence of everybody whom the round's rules let vote."""
    home, ground = aliased(Area), aliased(Area)
    rules = session.execute(
        select(Round.min_age, Round.verified_only, ground.path, Phase.starts_at)
        .join(ground, ground.id == Round.area_id)
        .join(Phase, and_(Phase.round_id == Round.id, Phase.kind == PhaseKind.VOTING))
        .where(Round.id == round_id)
    ).one()
    rows = (
        select(Person.id, home.id.label("area_id"))
        .join(home, home.id == Person.area_id)
        .where(home.path.startswith(rules.path, autoescape=True), Person.erased_at.is_(None))
        .where(_old_enough(rules.min_age, voting_year(rules.starts_at)))
    )
    if rules.verified_only:
        rows = rows.where(Person.verified_at.is_not(None))
    return list(session.execute(rows))


def _old_enough(min_age: int, year: int) -> ColumnElement[bool]:
    """Without a least age nobody needs to have told their year of birth."""
    return Person.birth_year <= year - min_age if min_age else true()
