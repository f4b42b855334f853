"""The ballot box: versions of ballots, their commitments, and the way of these into the record.

Nothing here writes or reads a person, an address or a time, and no transaction that casts a
vote touches a row about a person. What a log can tell is that somebody sent something to a
round's ballot page; the choices travel in the body of the request, which nobody logs.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import BigInteger, and_, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from budgeting.booth import Booth
from budgeting.marking import Mark, apply, from_text, to_text
from budgeting.models import Ballot, BallotCommitment, Elector, Phase, PhaseKind, Round, RoundState
from budgeting.slates import Slate, slate_of
from core.db import Base, is_sqlite
from core.errors import Conflict, Refused
from core.i18n import lazy_gettext
from transparency import log

# Commitments of fewer voters than this are not recorded together before the close.
LEAST_VOTERS = 10
LEAF_TYPE = "ballot.cast"
NONCE_BYTES = 16
EMPTY = "[]"


@dataclass(frozen=True, slots=True)
class Version:
    """A ballot as it stood after a choice; ``choices`` is canonical JSON, ``[]`` when empty."""

    round_id: int
    voter_tag: str
    version: int
    choices: str
    nonce: str

    @property
    def commitment(self) -> str:
        """SHA-256, in hexadecimal, of the UTF-8 text ``round|tag|version|choices|nonce``.

        Round and version are decimal numbers, tag and nonce lower-case hexadecimal; choices
        are the stored text as it is. Only tag, choices and nonce hide anything; the nonce's
        128 random bits keep choices from being guessed.
        """
        text = f"{self.round_id}|{self.voter_tag}|{self.version}|{self.choices}|{self.nonce}"
        return hashlib.sha256(text.encode()).hexdigest()


def new_version(round_id: int, tag: str, version: int, choices: str) -> Version:
    """A version with a fresh nonce, not yet stored."""
    return Version(round_id, tag, version, choices, secrets.token_hex(NONCE_BYTES))


def cast(session: Session, booth: Booth, key: bytes, mark: Mark, now: datetime) -> Version | None:
    """Make one choice on an elector's newest ballot; returns the ballot as it then stands.

    Idempotent: a choice that changes nothing adds no version (``None`` when there is no ballot
    at all). Prices and limits are those of the sealed rules. Raises ``Conflict`` when no vote
    is taken, ``Refused`` for somebody who is no elector, ``Invalid`` for a choice that does
    not fit (see ``marking.apply``).
    """
    if not booth.open(now):
        raise Conflict(lazy_gettext("Voting is not open. Your choice was not taken."))
    slate, tag = own_slate(session, booth), booth.tag(key)
    newest = _take_turn(session, booth.id, booth.elector or "", tag)
    text = newest.choices if newest else EMPTY
    changed = to_text(slate, apply(slate, from_text(text), mark))
    if changed == text:
        return newest
    version = new_version(booth.id, tag, newest.version + 1 if newest else 1, changed)
    if is_sqlite(session):
        store(session, [version])
    else:
        values = asdict(version) | {"commitment": version.commitment}
        session.execute(_CAST, {f"{name}_": value for name, value in values.items()})
    return version


def strike_off(session: Session, round_id: int, elector: str, tag: str) -> bool:
    """Withdraw an elector's ballot in an open vote and take them off the list of voters.

    Does nothing, and returns ``False``, for somebody who is not on the list.
    """
    listed = and_(Elector.round_id == round_id, Elector.person_hmac == elector)
    if session.scalar(select(Elector.area_id).where(listed)) is None:
        return False
    newest = _take_turn(session, round_id, elector, tag)
    if newest is not None and newest.choices != EMPTY:
        store(session, [new_version(round_id, tag, newest.version + 1, EMPTY)])
    session.execute(delete(Elector).where(listed))
    return True


def own_slate(session: Session, booth: Booth) -> Slate:
    """What an elector votes on. Raises ``Refused`` for somebody who is none."""
    if booth.elector_path is None or booth.manifest_hash is None:
        raise Refused(lazy_gettext("You are not on the list of voters of this round."))
    return slate_of(session, booth.id, booth.manifest_hash).for_area(booth.elector_path)


def newest_version(session: Session, round_id: int, tag: str) -> Version | None:
    """The ballot that counts for an elector, where there is one."""
    rows = select(Ballot.version, Ballot.choices, Ballot.nonce)
    rows = rows.where(Ballot.round_id == round_id, Ballot.voter_tag == tag)
    row = session.execute(rows.order_by(Ballot.version.desc()).limit(1)).one_or_none()
    return Version(round_id, tag, row.version, row.choices, row.nonce) if row else None


def store(session: Session, versions: Sequence[Version]) -> None:
    """Put new versions into the ballot box, each with its commitment."""
    session.execute(
        _INTO_BOX,
        [
            {
                "round_id": v.round_id,
                "voter_tag": v.voter_tag,
                "version": v.version,
                "choices": v.choices,
                "nonce": v.nonce,
            }
            for v in versions
        ],
    )
    session.execute(
        _INTO_QUEUE,
        [
            {"round_id": v.round_id, "commitment": v.commitment, "voter_tag": v.voter_tag}
            for v in versions
        ],
    )


def _take_turn(session: Session, round_id: int, elector: str, tag: str) -> Version | None:
    """Wait for this voter's other requests, keep the round open, and read their newest ballot.

    Voters queue by an advisory lock on their tag, so no row about anybody is touched (SQLite's
    writers queue anyway). The share of the round's key keeps the close, which locks the round
    for change, until after this vote; a vote that comes after the close finds no open round,
    one that comes after its elector was struck off finds no elector.
    """
    if not is_sqlite(session):
        session.execute(_QUEUE, {"key": int.from_bytes(bytes.fromhex(tag[:16]), signed=True)})
    row = session.execute(
        _NEWEST, {"round": round_id, "elector": elector, "tag": tag}
    ).one_or_none()
    if row is None:
        raise Conflict(lazy_gettext("Voting is not open. Your choice was not taken."))
    if row.version is None:
        return None
    return Version(round_id, tag, row.version, row.choices, row.nonce)


_INTO_BOX = insert(Base.metadata.tables[Ballot.__tablename__])
_INTO_QUEUE = insert(Base.metadata.tables[BallotCommitment.__tablename__])
# Both at once on PostgreSQL: a choice then costs one question less to the server.
_CAST = _INTO_QUEUE.values(
    round_id=bindparam("round_id_"),
    voter_tag=bindparam("voter_tag_"),
    commitment=bindparam("commitment_"),
).add_cte(
    _INTO_BOX.values(
        round_id=bindparam("round_id_"),
        voter_tag=bindparam("voter_tag_"),
        version=bindparam("version_"),
        choices=bindparam("choices_"),
        nonce=bindparam("nonce_"),
    ).cte("boxed")
)
_QUEUE = select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger)))
_NEWEST = (
    select(Ballot.version, Ballot.choices, Ballot.nonce)
    .select_from(Round)
    .outerjoin(Ballot, and_(Ballot.round_id == Round.id, Ballot.voter_tag == bindparam("tag")))
    .join(Elector, Elector.round_id == Round.id)
    .where(Round.id == bindparam("round"), Round.state == RoundState.FROZEN)
    .where(Elector.person_hmac == bindparam("elector"))
    .order_by(Ballot.version.desc())
    .limit(1)
    .with_for_update(read=True, key_share=True, of=Round)
)


def flush_commitments(
    session: Session,
    round_id: int,
    now: datetime,
    *,
    all: bool = False,  # noqa: A002
) -> int:
    """Move waiting commitments into the record, in the order of their hashes; returns how many.

    Fewer than ten voters' stay, unless ``all`` (at the close). All are dated with
    the opening of the vote (``now`` where there is none), so that no time is told.
    """
    waiting = session.execute(
        select(BallotCommitment.commitment, BallotCommitment.voter_tag)
        .where(BallotCommitment.round_id == round_id)
        .order_by(BallotCommitment.commitment)
        .with_for_update(skip_locked=not all)
    ).all()
    if not all and len({row.voter_tag for row in waiting}) < LEAST_VOTERS:
        return 0
    opened = session.scalar(
        select(Phase.starts_at).where(Phase.round_id == round_id, Phase.kind == PhaseKind.VOTING)
    )
    _record(session, round_id, [row.commitment for row in waiting], opened or now)
    return len(waiting)


def _record(session: Session, round_id: int, commitments: Sequence[str], at: datetime) -> None:
    facts = [
        (("ballot", commitment), {"round": round_id, "commitment": commitment})
        for commitment in commitments
    ]
    log.record_many(session, LEAF_TYPE, facts, at)
    for start in range(0, len(commitments), 500):
        chunk = commitments[start : start + 500]
        session.execute(
            delete(BallotCommitment).where(
                BallotCommitment.round_id == round_id, BallotCommitment.commitment.in_(chunk)
            )
        )
