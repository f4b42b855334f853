"""Saying that a line of the bank and a line of the ledger are the same movement, or not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db import lock
from core.errors import Conflict, Invalid, NotFound
from core.i18n import lazy_gettext
from ledger.models import BankAccount, BankLine, BankMatch, Fund, Transfer
from ledger.queries.movements import movements
from ledger.queries.suggestions import exact_pairs
from transparency import log

MATCHED, UNMATCHED = "ledger.bank_matched", "ledger.bank_unmatched"
_IN_ONE_LEAF = 500


def match(session: Session, line_id: int, transfer_id: int, by_id: int, now: datetime) -> BankMatch:
    """Match a line of the bank to a line of the ledger.

    Raises ``Conflict`` when one of them is matched already, and ``Invalid`` when the ledger's line
    does not move exactly this amount at this bank account.
    """
    line = lock(session, BankLine, line_id)
    moved = movements(Fund.bank_account_id == line.bank_account_id, Transfer.id == transfer_id)
    signed = session.scalars(select(moved.c.signed)).all()
    if line.amount not in signed:
        problem = lazy_gettext("That line of the ledger is of another amount or bank account.")
        raise Invalid(problem, fields={"transfer": problem})
    made = BankMatch(line_id=line.id, transfer_id=transfer_id, matched_by_id=by_id, matched_at=now)
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as error:
        raise _taken() from error
    facts = [(line.id, transfer_id)]
    _record(session, (MATCHED, now), line.bank_account_id, facts, by_id)
    return made


def unmatch(session: Session, line_id: int, by_id: int, now: datetime) -> None:
    """Take a match back; that it was there is kept. Raises ``NotFound`` when there is none."""
    line = lock(session, BankLine, line_id)
    rows = select(BankMatch).where(BankMatch.line_id == line.id, BankMatch.ended_at.is_(None))
    found = session.scalar(rows.with_for_update())
    if found is None:
        raise NotFound(lazy_gettext("This line is not matched."))
    found.ended_at, found.ended_by_id = now, by_id
    session.flush()
    facts = [(line.id, found.transfer_id)]
    _record(session, (UNMATCHED, now), line.bank_account_id, facts, by_id)


def match_exact(session: Session, account_id: int, by_id: int, now: datetime) -> int:
    """Match every line that names a voucher and has its amount, when there is no doubt; gives
    how many. One that two lines name is left for a person to look at."""
    lock(session, BankAccount, account_id)
    facts = [(line.id, transfer) for line, transfer in exact_pairs(session, account_id)]
    if not facts:
        return 0
    rows = [
        {"line_id": line, "transfer_id": transfer, "matched_by_id": by_id, "matched_at": now}
        for line, transfer in facts
    ]
    try:
        with session.begin_nested():
            session.execute(insert(BankMatch), rows)
    except IntegrityError as error:
        raise _taken() from error
    _record(session, (MATCHED, now), account_id, facts, by_id)
    return len(facts)


def _taken() -> Conflict:
    return Conflict(
        lazy_gettext("One of the two has been matched in the meantime. Please look again.")
    )


def _record(
    session: Session,
    event: tuple[str, datetime],
    account_id: int,
    facts: list[tuple[int, int]],
    by_id: int,
) -> None:
    """Record what was matched or taken back, so many pairs in one leaf; have it counted anew."""
    account = update(BankAccount).where(BankAccount.id == account_id)
    session.execute(account.values(counted_at=None))
    for start in range(0, len(facts), _IN_ONE_LEAF):
        part = facts[start : start + _IN_ONE_LEAF]
        pairs = [{"line": line, "transfer": transfer} for line, transfer in part]
        body = {"account": account_id, "pairs": pairs, "by": by_id}
        log.record(session, event[0], [("bank_account", account_id)], body, event[1])
