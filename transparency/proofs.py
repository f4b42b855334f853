"""Proofs for everybody: that an entry is in what was signed, that the log only grew since."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import lazy_gettext
from transparency.leaves import LeafRow, placed
from transparency.models import SignedCheckpoint
from transparency.signing import newest_checkpoint
from transparency.tiles import compute
from transparency.tree import Read, prove_consistency, prove_inclusion, root


@dataclass(frozen=True, slots=True)
class Inclusion:
    """An entry with the hashes that lead from it to the root of a checkpoint; ``hashes`` is empty
    and ``checkpoint`` None while no checkpoint covers it."""

    row: LeafRow
    seq: int
    data: bytes
    checkpoint: SignedCheckpoint | None
    hashes: Sequence[bytes]

    def as_json(self) -> dict[str, Any]:
        """What ``verify.py --proof`` reads."""
        return {
            "kind": "inclusion",
            "seq": self.seq,
            "leaf": base64.b64encode(self.data).decode(),
            **_signed(self.checkpoint),
            "hashes": _texts(self.hashes),
        }


def inclusion(session: Session, seq: int) -> Inclusion:
    """An entry with its proof against the newest checkpoint: at most four queries.

    Raises ``NotFound`` where the log has no such entry.
    """
    rows = placed(session, seq, 1) if seq < 2**31 else []
    if not rows:
        raise NotFound(lazy_gettext("The public log has no entry of this number yet."))
    newest = newest_checkpoint(session)
    covered = newest is not None and seq < newest.size
    hashes: list[bytes] = []
    if newest and covered:
        hashes = compute(session, partial(_inclusion, seq, newest.size))
    return Inclusion(rows[0], seq, rows[0].data(seq), newest if covered else None, hashes)


def consistency(session: Session, old: int) -> dict[str, Any]:
    """The proof that the newest checkpoint continues the tree of ``old`` leaves, whose root is
    given too. Raises ``NotFound`` where there was no such tree."""
    newest = newest_checkpoint(session)
    if newest is None or not 0 < old <= newest.size:
        raise NotFound(lazy_gettext("Nothing signed has this size."))
    before, hashes = compute(session, partial(_consistency, old, newest.size))
    return {
        "kind": "consistency",
        "from": old,
        "from_root": base64.b64encode(before).decode(),
        **_signed(newest),
        "hashes": _texts(hashes),
    }


def _inclusion(seq: int, size: int, read: Read) -> list[bytes]:
    return prove_inclusion(read, seq, size)


def _consistency(old: int, new: int, read: Read) -> tuple[bytes, list[bytes]]:
    return root(read, old), prove_consistency(read, old, new)


def _signed(checkpoint: SignedCheckpoint | None) -> dict[str, Any]:
    if checkpoint is None:
        return {"checkpoint": None, "vkey": None}
    return {"checkpoint": checkpoint.note, "vkey": checkpoint.vkey}


def _texts(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]
