"""Signing what the log has come to, or saying why not."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from core.db import db, transaction
from transparency.keys import BadKey, SigningKey, load_key
from transparency.models import LogState, SignedCheckpoint
from transparency.notes import Checkpoint
from transparency.tiles import compute, tree_size
from transparency.tree import Read, root

SIGNER = "signer"


class Signing(StrEnum):
    """How signing goes; all but the first mean that nothing is signed."""

    SIGNING = "signing"
    NO_KEY = "no_key"
    BAD_KEY = "bad_key"
    OTHER_NAME = "other_name"
    OTHER_KEY = "other_key"
    CHANGED_TREE = "changed_tree"
    BROKEN = "broken"


class Unsigned(Exception):
    """Why nothing can be signed."""

    def __init__(self, state: Signing, detail: str = "") -> None:
        super().__init__(f"{state}: {detail}")
        self.state, self.detail = state, detail


def newest_checkpoint(session: Session) -> SignedCheckpoint | None:
    """The newest of what was signed."""
    newest = select(SignedCheckpoint).order_by(SignedCheckpoint.size.desc()).limit(1)
    return session.scalar(newest)


def sign_newest(settings: Settings, now: datetime) -> Signing:
    """Sign the tree as it is unless that was done; note for the public how signing goes.

    Writes only when there is something new. What is in the way is told, not raised.
    """
    session = db.session
    session.rollback()
    made = None
    try:
        made = _checkpoint(session, settings, now)
        state, detail = Signing.SIGNING, ""
    except Unsigned as why:
        state, detail = why.state, why.detail
    known = session.get(LogState, SIGNER)
    told = known is not None and (known.state, known.detail) == (state, detail)
    session.rollback()
    if made or not told:
        with transaction() as writing:
            note_state(writing, SIGNER, state, detail, now)
            if made:
                writing.add(made)
    return state


def note_state(session: Session, name: str, state: str, detail: str, now: datetime) -> None:
    """Keep how signing, or asking a witness, goes; since when is kept while it stays the same."""
    row = session.get(LogState, name)
    if row is None:
        session.add(LogState(name=name, state=state, detail=detail, since=now))
    elif (row.state, row.detail) != (state, detail):
        row.state, row.detail, row.since = state, detail, now


def _checkpoint(session: Session, settings: Settings, now: datetime) -> SignedCheckpoint | None:
    """The checkpoint to add; None when the newest one says it all."""
    size, last = tree_size(session), newest_checkpoint(session)
    key = _usable_key(settings, last)
    if last and last.size == size:
        return None
    grown = compute(session, partial(_roots, (last.size if last else 0, size)))
    if last and (size < last.size or grown[0].hex() != last.root):
        raise Unsigned(Signing.CHANGED_TREE, str(last.size))
    if not size:
        return None
    text = str(Checkpoint(key.name, size, grown[1]))
    return SignedCheckpoint(
        size=size,
        root=grown[1].hex(),
        note=str(key.sign(text)),
        vkey=str(key.verifier),
        signed_at=now,
    )


def _roots(sizes: tuple[int, int], read: Read) -> tuple[bytes, bytes]:
    return root(read, min(sizes)), root(read, sizes[1])


def _usable_key(settings: Settings, last: SignedCheckpoint | None) -> SigningKey:
    try:
        key = load_key(settings)
    except BadKey as error:
        raise Unsigned(Signing.BAD_KEY, str(error)) from error
    if key is None:
        raise Unsigned(Signing.NO_KEY)
    if settings.log_origin and key.name != settings.log_origin:
        raise Unsigned(Signing.OTHER_NAME, key.name)
    if last and last.vkey != str(key.verifier):
        raise Unsigned(Signing.OTHER_KEY, str(key.verifier))
    return key
