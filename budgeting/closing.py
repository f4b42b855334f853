"""Closing a vote: the ballots are sealed, and what ties them to people is destroyed.

All that a database can undo happens in one transaction. What it cannot (the key's file, dead
rows) follows the commit, and is tried again every minute until the record says it is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import ColumnElement, String, and_, cast, delete, exists, func, insert, select, text
from sqlalchemy.orm import Session

from budgeting.ballots import EMPTY, LEAF_TYPE, Version, flush_commitments
from budgeting.counting import digest_of_ballots, digest_of_input
from budgeting.electors import count
from budgeting.keys import destroy_round_key, round_key, voter_tag
from budgeting.models import (
    Ballot,
    Elector,
    FinalBallot,
    Phase,
    PhaseKind,
    Round,
    RoundState,
    Tally,
)
from budgeting.phases import phase_of
from budgeting.states import move
from budgeting.tallying import TOPIC
from budgeting.turnout import merge_small
from core.db import Base, after_commit, db, is_sqlite, lock, transaction
from core.errors import Conflict
from core.i18n import lazy_gettext
from core.outbox import enqueue
from core.web import settings
from transparency import log
from transparency.models import Leaf, LeafSubject

KEY_LEAF = "round.key_destroyed"
CHUNK = 500
log_ = structlog.get_logger()


def close_due(now: datetime) -> None:
    """Close every vote that has ended, and finish every close that was interrupted.

    A round that cannot be closed does not keep the others from it; the last failure is raised.
    """
    failure: Exception | None = None
    for round_id in _ended(db.session, now):
        try:
            with transaction() as session:
                close(session, round_id, now)
        except Exception as error:
            log_.exception("round.close_failed", round=round_id)
            failure = error
    for round_id in _unfinished(db.session):
        finish(round_id, now)
    if failure:
        raise failure


def close(session: Session, round_id: int, now: datetime, *, key_lost: bool = False) -> bool:
    """Seal the ballots of a vote that has ended; says whether it did.

    Does nothing for a round that is not open for votes or whose vote still runs. After the
    commit the round's key is destroyed and the tally begins. Raises ``Conflict``, and changes
    nothing, when a ballot is not the one that was recorded or belongs to no elector.
    With ``key_lost`` the ballots are counted although nobody can match them to the list of
    voters any more; the record says so, and turnout is known for the whole only.
    """
    round_ = lock(session, Round, round_id)
    voting = phase_of(round_.phases, PhaseKind.VOTING)
    if round_.state != RoundState.FROZEN or voting is None or voting.ends_at > now:
        return False
    flush_commitments(session, round_id, now, all=True)
    ballots = sorted(_newest(session, round_id), key=lambda ballot: ballot.commitment)
    _check_recorded(session, ballots)
    tags = {ballot.voter_tag for ballot in ballots}
    counts = _unmatched(session, round_, tags) if key_lost else _turnout(session, round_id, tags)
    _seal(session, round_id, ballots)
    move(round_, "close")
    round_.closed_at = now
    _announce(session, round_, ballots, counts, now, key_lost=key_lost)
    after_commit(session, partial(finish, round_id, now))
    return True


def finish(round_id: int, now: datetime) -> None:
    """Destroy the key of a closed round and the traces of its working ballots, and record it.

    Idempotent. The database keeps no copy of a deleted ballot after this, unless a reader holds
    an old view of it open just then; backups are another matter.
    """
    destroy_round_key(settings().keys, round_id)
    db.session.rollback()  # a view of the database that is still open here would keep old pages
    _scrub()
    with transaction() as session:
        lock(session, Round, round_id)
        if not log.timeline(session, ("round", round_id), types=[KEY_LEAF], limit=1):
            log.record(session, KEY_LEAF, [("round", round_id)], {"round": round_id}, now)


def _ended(session: Session, now: datetime) -> list[int]:
    rows = (
        select(Round.id)
        .join(Phase, and_(Phase.round_id == Round.id, Phase.kind == PhaseKind.VOTING))
        .where(Round.state == RoundState.FROZEN, Phase.ends_at <= now)
    )
    return list(session.scalars(rows))


def _unfinished(session: Session) -> list[int]:
    """Closed rounds of which the record does not say yet that the key is gone."""
    said = (
        exists()
        .where(LeafSubject.kind == "round", LeafSubject.ref == cast(Round.id, String))
        .where(Leaf.id == LeafSubject.leaf_id, Leaf.type == KEY_LEAF)
    )
    closed = Round.state.in_((RoundState.CLOSED, RoundState.DECIDED))
    return list(session.scalars(select(Round.id).where(closed, ~Round.imported, ~said)))


def _newest(session: Session, round_id: int) -> list[Version]:
    """The ballot that counts of everybody who has one and did not withdraw it."""
    newest = (
        select(Ballot.voter_tag, func.max(Ballot.version).label("version"))
        .where(Ballot.round_id == round_id)
        .group_by(Ballot.voter_tag)
        .subquery()
    )
    same: ColumnElement[bool] = and_(
        Ballot.voter_tag == newest.c.voter_tag, Ballot.version == newest.c.version
    )
    rows = (
        select(Ballot.round_id, Ballot.voter_tag, Ballot.version, Ballot.choices, Ballot.nonce)
        .join(newest, same)
        .where(Ballot.round_id == round_id, Ballot.choices != EMPTY)
    )
    return [Version(*row) for row in session.execute(rows)]


def _check_recorded(session: Session, ballots: Sequence[Version]) -> None:
    """Raise ``Conflict`` unless the record holds the commitment of each ballot."""
    for start in range(0, len(ballots), CHUNK):
        wanted = {ballot.commitment for ballot in ballots[start : start + CHUNK]}
        rows = (
            select(LeafSubject.ref)
            .join(Leaf, Leaf.id == LeafSubject.leaf_id)
            .where(LeafSubject.kind == "ballot", Leaf.type == LEAF_TYPE)
            .where(LeafSubject.ref.in_(wanted))
        )
        if wanted - set(session.scalars(rows)):
            raise Conflict(lazy_gettext("A ballot is not the one that was recorded."))


def _turnout(session: Session, round_id: int, tags: set[str]) -> dict[int, tuple[int, int]]:
    """Electors and ballots by area of residence: the last thing that the key is used for.

    Raises ``Conflict`` when a ballot is under a name that no elector has.
    """
    key = round_key(settings().keys, round_id)
    rows = select(Elector.person_hmac, Elector.area_id).where(Elector.round_id == round_id)
    counts: dict[int, tuple[int, int]] = {}
    for person, area in session.execute(rows):
        electors, ballots = counts.get(area, (0, 0))
        counts[area] = electors + 1, ballots + (voter_tag(key, person) in tags)
    if sum(ballots for _electors, ballots in counts.values()) != len(tags):
        raise Conflict(lazy_gettext("There is a ballot that belongs to no elector."))
    return counts


def _unmatched(session: Session, round_: Round, tags: set[str]) -> dict[int, tuple[int, int]]:
    """Electors and ballots of the whole round, when the key is lost.

    Raises ``Conflict`` when there are more ballots than electors.
    """
    electors = count(session, round_.id)
    if len(tags) > electors:
        raise Conflict(lazy_gettext("There is a ballot that belongs to no elector."))
    return {round_.area_id: (electors, len(tags))}


def _seal(session: Session, round_id: int, ballots: Sequence[Version]) -> None:
    """Write the final ballots in the order of their commitments; delete the working ones."""
    rows = [
        {
            "round_id": round_id,
            "commitment": ballot.commitment,
            "voter_tag": ballot.voter_tag,
            "version": ballot.version,
            "choices": ballot.choices,
            "nonce": ballot.nonce,
        }
        for ballot in ballots
    ]
    if rows:
        session.execute(insert(Base.metadata.tables[FinalBallot.__tablename__]), rows)
    session.execute(delete(Ballot).where(Ballot.round_id == round_id))


def _announce(
    session: Session,
    round_: Round,
    ballots: Sequence[Version],
    counts: Mapping[int, tuple[int, int]],
    now: datetime,
    *,
    key_lost: bool,
) -> None:
    """Record the close, and owe the tally."""
    electors = sum(pair[0] for pair in counts.values())
    digest = digest_of_ballots((ballot.commitment, ballot.choices) for ballot in ballots)
    session.add(
        Tally(
            round_id=round_.id,
            ballots=len(ballots),
            input_hash=digest_of_input(round_.manifest_hash or "", digest),
            statistics={
                "electors": electors,
                "turnout": [list(group) for group in merge_small(counts)],
            },
        )
    )
    body = {"electors": electors, "ballots": len(ballots), "ballots_sha256": digest}
    if key_lost:
        body["matched_to_electors"] = False
    log.record(session, "round.closed", [("round", round_.id)], body, now)
    enqueue(session, TOPIC, str(round_.id), {"round": round_.id}, now)


def _scrub() -> None:
    """Let the database forget what deleted rows said."""
    if is_sqlite(db.session):
        # Rows are overwritten on deletion, but the write-ahead log still has the old pages.
        with db.engine.raw_connection() as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ballot, ballot_commitment"))
