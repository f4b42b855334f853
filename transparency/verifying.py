"""Checking the log against its own database: what holds, and exactly what does not."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from transparency.cosignatures import WitnessKey
from transparency.leaves import in_order
from transparency.models import Cosignature, Leaf, LogTile, SignedCheckpoint
from transparency.notes import Checkpoint, Note, VerifierKey
from transparency.tiles import HASH, WIDTH, tree_size
from transparency.verify import Tree

AT_ONCE = 64


@dataclass(slots=True)
class Findings:
    """What was looked at, and a sentence for each thing that does not hold."""

    leaves: int = 0
    tiles: int = 0
    checkpoints: int = 0
    cosignatures: int = 0
    waiting: int = 0
    problems: list[str] = field(default_factory=list)


class LogVerification:
    """Goes once through the leaves, and compares the tree over them with all that is kept."""

    def __init__(self, session: Session) -> None:
        self.session, self.found = session, Findings()
        self.made: dict[int, tuple[int, bytearray]] = defaultdict(lambda: (0, bytearray()))
        self.kept: dict[tuple[int, int], bytes] = {}
        self.tree = Tree(self._hash)
        signed = select(SignedCheckpoint).order_by(SignedCheckpoint.size)
        self.checkpoints = deque(session.scalars(signed))

    def run(self) -> Findings:
        """Check it all. The session must see one moment throughout."""
        size = self.found.leaves = tree_size(self.session)
        for rows in in_order(self.session, size):
            for row in rows:
                self._fill(row.seq or 0)
                self._add(row.hash(row.seq or 0))
        self._fill(size)
        for level in list(self.made):
            self._tile(level)
        for checkpoint in self.checkpoints:
            self._problem(f"the checkpoint of {checkpoint.size} leaves: the log is shorter now")
        self._places(size)
        return self.found

    def _fill(self, seq: int) -> None:
        """A missing leaf is named, and keeps its place so that all others can be checked."""
        while self.tree.size < seq:
            self._problem(f"leaf {self.tree.size} is missing")
            self._add(bytes(HASH))

    def _add(self, found: bytes) -> None:
        self.tree.add(found)
        if self.checkpoints and self.checkpoints[0].size == self.tree.size:
            self._checkpoint(self.checkpoints.popleft())

    def _hash(self, level: int, found: bytes) -> None:
        self.made[level][1].extend(found)
        if len(self.made[level][1]) == WIDTH * HASH:
            self._tile(level)

    def _tile(self, level: int) -> None:
        place, hashes = self.made[level]
        self.made[level] = (place + 1, bytearray())
        if not hashes:
            return
        self.found.tiles += 1
        kept = self._kept(level, place)
        if kept == hashes:
            return
        if len(kept) != len(hashes):
            self._problem(f"tile {level}/{place} holds {len(kept) // HASH} hashes")
        for at in range(0, len(hashes), HASH):
            if kept[at : at + HASH] != hashes[at : at + HASH]:
                self._span(level, place * WIDTH + at // HASH)

    def _span(self, level: int, number: int) -> None:
        """Name the leaves below a hash that is not what is kept."""
        if level == 0:
            self._problem(f"leaf {number} is not what was entered in the tree")
        else:
            first, count = number * WIDTH**level, WIDTH**level
            self._problem(f"leaves {first} to {first + count - 1}: tile {level} has another hash")

    def _kept(self, level: int, place: int) -> bytes:
        if (level, place) not in self.kept:
            span = LogTile.place.between(place, place + AT_ONCE - 1)
            rows = select(LogTile.place, LogTile.hashes).where(LogTile.level == level, span)
            self.kept = {at: data for at, data in self.kept.items() if at[0] != level}
            self.kept |= {(level, at): data for at, data in self.session.execute(rows)}
        return self.kept.get((level, place), b"")

    def _checkpoint(self, row: SignedCheckpoint) -> None:
        self.found.checkpoints += 1
        what = f"the checkpoint of {row.size} leaves"
        try:
            note = Note.parse(row.note)
            said = Checkpoint.parse(note.text)
            signed = bool(note.signers([VerifierKey.parse(row.vkey)]))
        except ValueError as error:
            self._problem(f"{what}: {error}")
            return
        if not signed:
            self._problem(f"{what} is not signed by its key")
        if (said.size, said.root.hex()) != (row.size, row.root):
            self._problem(f"{what}: its note says something else than its row")
        if said.root != self.tree.root():
            self._problem(f"{what} was signed over other leaves than there are now")
        for cosignature in self.session.scalars(
            select(Cosignature).where(Cosignature.size == row.size)
        ):
            self._cosignature(row, cosignature)

    def _cosignature(self, row: SignedCheckpoint, cosignature: Cosignature) -> None:
        self.found.cosignatures += 1
        try:
            key = WitnessKey.parse(cosignature.witness)
            signed = bool(Note.parse(row.note + cosignature.line).signers([key]))
        except ValueError:
            signed = False
        if not signed:
            self._problem(f"the witness's signature under {row.size} leaves does not fit")

    def _places(self, size: int) -> None:
        beyond = select(Leaf.seq).where(Leaf.seq >= size).order_by(Leaf.seq).limit(AT_ONCE)
        for seq in self.session.scalars(beyond):
            self._problem(f"leaf {seq} has a place, but the tree ends at {size}")
        none = select(func.count()).where(Leaf.seq.is_(None))
        self.found.waiting = self.session.scalar(none) or 0

    def _problem(self, words: str) -> None:
        self.found.problems.append(words)
