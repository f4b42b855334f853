"""Which line of the ledger a line of the bank may be: same amount, then what both say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.types import Texts
from ledger.models import BankLine, BankMatch, Fund, Payee, Transfer
from ledger.queries.bank import live_match_of_line
from ledger.queries.movements import movements, unmatched

VOUCHER = re.compile(r"PZ[\s\-‐–—_]*([0-9]{1,12})(?![0-9])", re.IGNORECASE)
BEFORE, AFTER = timedelta(days=90), timedelta(days=30)
MOST_CANDIDATES = 500
MOST_EXACT = 5000
BY_NUMBER, BY_DAY, BY_NAME = 60, 25, 15


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line of the ledger that a line of the bank may be, and how well it fits (0 to 100)."""

    transfer_id: int
    voucher_id: int | None
    code: str
    effective_on: date
    payee: Texts | None
    days_apart: int
    names_number: bool
    score: int


def suggestions(session: Session, lines: Sequence[BankLine]) -> dict[int, list[Candidate]]:
    """Candidates for lines of one bank account, the best first, by the line's id.

    Only unmatched lines of the ledger with the same amount and side, up to ``BEFORE`` earlier or
    ``AFTER`` later; ``MOST_CANDIDATES`` at most are looked at. One query.
    """
    found: dict[int, list[Candidate]] = {line.id: [] for line in lines}
    if not lines:
        return found
    days = [line.booked_on for line in lines]
    moved = movements(
        Fund.bank_account_id == lines[0].bank_account_id,
        Transfer.amount.in_({abs(line.amount) for line in lines}),
        Transfer.effective_on.between(min(days) - BEFORE, max(days) + AFTER),
    )
    rows = (
        select(BankLine.id, moved, Payee.name)
        .select_from(BankLine)
        .join(moved, and_(moved.c.signed == BankLine.amount, unmatched(moved)))
        .outerjoin(Payee, Payee.id == moved.c.payee_id)
        .where(BankLine.id.in_(list(found)))
        .order_by(moved.c.transfer_id.desc())
        .limit(MOST_CANDIDATES)
    )
    by_id = {line.id: line for line in lines}
    for row in session.execute(rows):
        line = by_id[row[0]]
        if -BEFORE <= row.effective_on - line.booked_on <= AFTER:
            found[line.id].append(_candidate(line, row))
    for candidates in found.values():
        candidates.sort(key=lambda one: (-one.score, one.days_apart, one.transfer_id))
    return found


def _candidate(line: BankLine, row: Any) -> Candidate:
    transfer_id, voucher_id = row.transfer_id, row.voucher_id
    on, payee = row.effective_on, row.name
    apart = abs((on - line.booked_on).days)
    named = voucher_id is not None and voucher_id in numbers_in(line)
    score = BY_NUMBER * named + max(0, BY_DAY - apart) + round(BY_NAME * _likeness(line, payee))
    return Candidate(
        transfer_id=transfer_id,
        voucher_id=voucher_id,
        code=row.code,
        effective_on=on,
        payee=payee,
        days_apart=apart,
        names_number=named,
        score=score,
    )


def numbers_in(line: BankLine) -> set[int]:
    """The vouchers whose number (PZ-000123) the line names."""
    said = unicodedata.normalize("NFKC", f"{line.reference} {line.text} {line.bank_id}")
    return {int(number) for number in VOUCHER.findall(said)}


def _likeness(line: BankLine, payee: Texts | None) -> float:
    """How alike the payee's name is to the bank's counterparty, between 0 and 1."""
    said = _plain(f"{line.counterparty} {line.text}")
    names = [plain for name in (payee or {}).values() if (plain := _plain(name))]
    if not said or not names:
        return 0.0
    if any(name in said for name in names):
        return 1.0
    other = _plain(line.counterparty)[:140]
    return max(SequenceMatcher(None, name[:140], other).ratio() for name in names)


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", text).casefold())


def exact_pairs(session: Session, account_id: int) -> list[tuple[BankLine, int]]:
    """Unmatched lines that name a voucher, with the one line of the ledger that it moved by the
    same amount, where neither has a rival. Looks at ``MOST_EXACT`` lines, the newest first."""
    said = (BankLine.reference, BankLine.text, BankLine.bank_id)
    named = [column.ilike(f"%{letters}%") for column in said for letters in ("PZ", "ＰＺ", "ｐｚ")]
    rows = (
        select(BankLine)
        .outerjoin(BankMatch, live_match_of_line())
        .where(BankLine.bank_account_id == account_id, BankMatch.id.is_(None), or_(*named))
        .order_by(BankLine.booked_on.desc(), BankLine.id.desc())
        .limit(MOST_EXACT)
    )
    wanted = {line: numbers for line in session.scalars(rows) if (numbers := numbers_in(line))}
    known = _by_voucher(session, account_id, {one for some in wanted.values() for one in some})
    claims: dict[int, list[BankLine]] = {}
    for line, numbers in wanted.items():
        fitting = [t for number in numbers for t in known.get((number, line.amount), ())]
        for transfer in fitting:
            claims.setdefault(transfer, []).append(line)
        if len(fitting) > 1:
            for transfer in fitting:
                claims[transfer].append(line)  # a rival of itself: a person has to look
    return [(lines[0], transfer) for transfer, lines in claims.items() if len(lines) == 1]


def _by_voucher(
    session: Session, account_id: int, vouchers: set[int]
) -> dict[tuple[int, int], list[int]]:
    found: dict[tuple[int, int], list[int]] = {}
    numbers = sorted(number for number in vouchers if number < 2**31)
    for start in range(0, len(numbers), 500):
        moved = movements(
            Fund.bank_account_id == account_id,
            Transfer.voucher_id.in_(numbers[start : start + 500]),
        )
        rows = select(moved.c.voucher_id, moved.c.signed, moved.c.transfer_id)
        for voucher, signed, transfer in session.execute(rows.where(unmatched(moved))):
            found.setdefault((voucher, signed), []).append(transfer)
    return found
