"""Receipts: a short code with which a voter finds that a ballot is recorded, not what it says.

A code is the first 60 bits of a ballot's commitment in Crockford's base 32, four by four.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.ballots import LEAF_TYPE
from budgeting.models import BallotCommitment
from core.errors import Invalid, NotFound
from core.i18n import lazy_gettext
from transparency.models import Leaf, LeafSubject

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 12
HEX_DIGITS = 15
# What people misread, and what they put between the groups.
_AS_MEANT = str.maketrans("OIL", "011", " -–—")


@dataclass(frozen=True, slots=True)
class Found:
    """A recorded ballot. ``number`` is its place in the record, ``None`` while it waits for
    enough others to be recorded together with."""

    code: str
    number: int | None


def receipt_code(commitment: str) -> str:
    """The code of a commitment (hexadecimal), such as ``7KQ2-M9XD-3FTA``."""
    value = int(commitment[:HEX_DIGITS], 16)
    shifts = range(5 * (LETTERS - 1), -1, -5)
    letters = "".join(ALPHABET[value >> shift & 31] for shift in shifts)
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def commitment_start(typed: str) -> str:
    """The beginning of the commitment that a typed code stands for.

    Small letters, spaces and hyphens do not matter; O is 0, I and L are 1. Raises ``Invalid``
    when it is no code.
    """
    letters = typed.upper().translate(_AS_MEANT)
    if len(letters) != LETTERS or not set(letters) <= set(ALPHABET):
        raise Invalid(
            lazy_gettext("A receipt has 12 letters and figures, such as 7KQ2-M9XD-3FTA."),
        )
    value = 0
    for letter in letters:
        value = value << 5 | ALPHABET.index(letter)
    return f"{value:0{HEX_DIGITS}x}"


def find(session: Session, typed: str) -> Found:
    """The recorded ballot that a receipt is of. Raises ``Invalid`` and ``NotFound``."""
    start = commitment_start(typed)
    found = session.execute(
        select(Leaf.id, LeafSubject.ref)
        .join(LeafSubject, LeafSubject.leaf_id == Leaf.id)
        .where(LeafSubject.kind == "ballot", LeafSubject.ref.between(start, start + "g"))
        .where(Leaf.type == LEAF_TYPE)
        .limit(1)
    ).one_or_none()
    if found is not None:
        return Found(receipt_code(found.ref), found.id)
    waits = BallotCommitment.commitment.between(start, start + "g")
    commitment = session.scalar(select(BallotCommitment.commitment).where(waits).limit(1))
    if commitment is None:
        raise NotFound(
            lazy_gettext("There is no ballot with this receipt. Is every letter as on the receipt?")
        )
    return Found(receipt_code(commitment), None)
