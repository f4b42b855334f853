"""Reading the log for its pages."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.i18n import Message
from transparency.cosignatures import Witness, signed_at
from transparency.models import Cosignature, Leaf, LogState, SignedCheckpoint
from transparency.notes import Note
from transparency.signing import SIGNER, Signing, newest_checkpoint
from transparency.tiles import tree_size
from transparency.words import WITNESSING


@dataclass(frozen=True, slots=True)
class Signed:
    """The newest checkpoint; ``fingerprint`` is the SHA-256 of the log's key in hexadecimal."""

    size: int
    root: str
    note: str
    at: datetime
    vkey: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class WitnessView:
    """A witness: what it signed last and when, or what was in the way the last time, since when."""

    name: str
    vkey: str
    size: int | None
    at: datetime | None
    problem: Message
    detail: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class LogStatus:
    """What the log's page says of it; ``trouble`` is a state of signing other than well."""

    size: int
    signed: Signed | None
    trouble: str | None
    trouble_since: datetime | None
    trouble_detail: str
    waiting: int
    waiting_since: datetime | None
    witnesses: Sequence[WitnessView]


def log_status(session: Session, witnesses: Sequence[Witness]) -> LogStatus:
    """How the log is, in at most six queries."""
    waiting = select(func.count(), func.min(Leaf.occurred_at)).where(Leaf.seq.is_(None))
    count, since = session.execute(waiting).one()
    states = {row.name: row for row in session.scalars(select(LogState))}
    signer = states.get(SIGNER)
    trouble = signer if signer and signer.state != Signing.SIGNING else None
    newest = newest_checkpoint(session)
    return LogStatus(
        size=tree_size(session),
        signed=_signed(newest) if newest else None,
        trouble=trouble.state if trouble else None,
        trouble_since=trouble.since if trouble else None,
        trouble_detail=trouble.detail if trouble else "",
        waiting=count,
        waiting_since=since,
        witnesses=_witnesses(session, witnesses, states),
    )


def whole_note(session: Session, checkpoint: SignedCheckpoint) -> str:
    """A checkpoint with the signatures of witnesses beneath the log's own."""
    lines = select(Cosignature.line).where(Cosignature.size == checkpoint.size)
    return checkpoint.note + "".join(session.scalars(lines.order_by(Cosignature.witness)))


def _signed(checkpoint: SignedCheckpoint) -> Signed:
    return Signed(
        size=checkpoint.size,
        root=checkpoint.root,
        note=checkpoint.note,
        at=checkpoint.signed_at,
        vkey=checkpoint.vkey,
        fingerprint=hashlib.sha256(checkpoint.vkey.encode()).hexdigest(),
    )


def _witnesses(
    session: Session, witnesses: Sequence[Witness], states: dict[str, LogState]
) -> list[WitnessView]:
    if not witnesses:
        return []
    sizes = select(Cosignature.witness, func.max(Cosignature.size).label("size"))
    newest = sizes.group_by(Cosignature.witness).subquery()
    rows = (
        select(Cosignature.witness, Cosignature.line, SignedCheckpoint.size, SignedCheckpoint.note)
        .join(SignedCheckpoint, SignedCheckpoint.size == Cosignature.size)
        .join(
            newest, (newest.c.witness == Cosignature.witness) & (newest.c.size == Cosignature.size)
        )
    )
    signed = {witness: (size, note + line) for witness, line, size, note in session.execute(rows)}
    return [_witness(w, signed.get(str(w.key)), states.get(str(w.key))) for w in witnesses]


def _witness(
    witness: Witness, signed: tuple[int, str] | None, state: LogState | None
) -> WitnessView:
    failed = state if state and state.state != Signing.SIGNING else None
    return WitnessView(
        name=witness.key.name,
        vkey=str(witness.key),
        size=signed[0] if signed else None,
        at=signed_at(Note.parse(signed[1]), witness.key) if signed else None,
        problem=WITNESSING.get(failed.state, failed.state) if failed else "",
        detail=failed.detail if failed else "",
        since=failed.since if failed else None,
    )
