"""The ledger beside the log, as files for whoever checks both: its lines exactly as the log has
them, the accounts, and the sums that the journal keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import in_parts
from ledger.models import Account, Balance, Fund, Transfer, Turnover
from ledger.posting import entry
from transparency.exporting import add_part, json_lines

AT_ONCE = 1000


def register() -> None:
    """Add the files to every export of the log."""
    add_part("ledger/accounts.jsonl", lambda session: json_lines(accounts(session)))
    add_part("ledger/balances.jsonl", lambda session: json_lines(balances(session)))
    add_part("ledger/totals.json", totals)
    add_part("ledger/transfers.jsonl", lambda session: json_lines(transfers(session)))


def transfers(session: Session) -> Iterator[dict[str, Any]]:
    """Every line, in the order in which they were booked."""
    rows = select(*Transfer.__table__.columns).order_by(Transfer.id)
    for row in in_parts(session, rows, AT_ONCE):
        yield entry(row.id, dict(row._mapping))


def accounts(session: Session) -> Iterator[dict[str, Any]]:
    """Every account: what it is for, its normal side, and whether it may go below zero on it."""
    rows = (
        select(
            Account.id,
            Account.kind,
            Account.fund_id,
            Fund.currency,
            Account.cost_centre_id,
            Account.payee_id,
            Balance.debit_normal,
            Balance.floored,
        )
        .join(Fund, Fund.id == Account.fund_id)
        .join(Balance, Balance.account_id == Account.id)
        .order_by(Account.id)
    )
    for row in in_parts(session, rows, AT_ONCE):
        yield {
            "id": row.id,
            "kind": row.kind,
            "fund": row.fund_id,
            "currency": row.currency,
            "cost_centre": row.cost_centre_id,
            "payee": row.payee_id,
            "normal": "debit" if row.debit_normal else "credit",
            "floored": row.floored,
        }


def balances(session: Session) -> Iterator[dict[str, Any]]:
    """What the journal keeps of each account, in minor units."""
    rows = select(Balance.account_id, Balance.debits, Balance.credits, Balance.lines)
    for row in in_parts(session, rows.order_by(Balance.account_id), AT_ONCE):
        yield {
            "account": row.account_id,
            "debits": row.debits,
            "credits": row.credits,
            "lines": row.lines,
        }


def totals(session: Session) -> Iterator[bytes]:
    """What the journal keeps of each currency and code; a line that undoes another counts
    negative. Public pages show sums of the same."""
    rows = (
        select(Fund.currency, Turnover.code, func.sum(Turnover.lines), func.sum(Turnover.amount))
        .join(Fund, Fund.id == Turnover.fund_id)
        .group_by(Fund.currency, Turnover.code)
        .order_by(Fund.currency, Turnover.code)
    )
    found: dict[str, dict[str, dict[str, int]]] = {}
    for currency, code, lines, amount in session.execute(rows):
        found.setdefault(currency, {})[code] = {"lines": int(lines), "amount": int(amount)}
    yield json.dumps(found, indent=1).encode()
