"""How balances follow from lines. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.journal.accounts import DEBIT_NORMAL, Kind, Line, Ref


def mirror(lines: Sequence[Line]) -> list[Line]:
    """The lines that undo ``lines``: each turned round, the last one first."""
    return [Line(ln.code, ln.credit, ln.debit, ln.amount) for ln in reversed(lines)]


@dataclass(slots=True)
class Balance:
    """What was booked on both sides of an account."""

    debits: int = 0
    credits: int = 0

    def net(self, kind: Kind) -> int:
        """On its normal side."""
        left = self.debits - self.credits
        return left if kind in DEBIT_NORMAL else -left


def replay(lines: Iterable[Line]) -> dict[Ref, Balance]:
    """Balances from the lines alone, in their order.

    Raises ``ValueError`` naming the line after which an account is below zero.
    """
    found: dict[Ref, Balance] = defaultdict(Balance)
    for place, line in enumerate(lines):
        found[line.debit].debits += line.amount
        found[line.credit].credits += line.amount
        for ref in (line.debit, line.credit):
            if ref.floored and found[ref].net(ref.kind) < 0:
                raise ValueError(f"line {place} ({line.code}) takes {ref.key} below zero")
    return dict(found)
