"""Writing happenings of the ledger as rows: vouchers, approvals, lines, and what is recorded."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from core.db import Base
from ledger.journal import DEBIT_NORMAL, Event, Ref, lines_of
from ledger.models.voucher import voucher_number
from ledger.posting import LEAF, Group, about, body_of, rows_of

START = date(2024, 1, 1)
PART = 20_000
Rows = dict[str, list[tuple[Any, ...]]]
TABLES = {
    name: list(Base.metadata.tables[name].columns.keys())
    for name in ("account", "voucher", "approval", "transfer", "leaf", "leaf_subject")
}
TRANSFER = TABLES["transfer"]
SUMS = (
    """INSERT INTO balance (account_id, debit_normal, floored, debits, credits, lines)
    SELECT id, kind IN ({debit_normal}), kind <> 'unallocated', sum(debits), sum(credits), count(*)
    FROM (
        SELECT debit_id AS id, amount AS debits, 0 AS credits FROM transfer
        UNION ALL SELECT credit_id, 0, amount FROM transfer
    ) AS sides JOIN account USING (id) GROUP BY id, kind""",
    """INSERT INTO turnover (fund_id, cost_centre_id, payee_id, code, month, lines, amount)
    SELECT fund_id, coalesce(cost_centre_id, 0), coalesce(payee_id, 0), code, {month}, count(*),
        sum(CASE WHEN reverses_id IS NULL THEN amount ELSE -amount END)
    FROM transfer GROUP BY 1, 2, 3, 4, 5""",
)


@dataclass(slots=True)
class Happening:
    """Something to be booked: how many days after ``START``, which event, for how much, about
    what, as a step of which voucher (or under which key)."""

    day: int
    event: str
    amount: int
    about: Event
    voucher: int | None
    step: str
    subjects: tuple[tuple[str, int], ...] = ()


class Writer:
    """Turns happenings into rows, and copies these into the database part by part."""

    def __init__(self, connection: Connection, people: tuple[int, int]) -> None:
        self.connection = connection
        self.people = people
        self.accounts: dict[Ref, int] = {}
        self.rows: Rows = defaultdict(list)
        self.lines = self.leaves = self.approvals = 0

    def write(self, happenings: Sequence[Happening]) -> int:
        """Write them all, in their order; gives how many lines there are."""
        for place, one in enumerate(happenings, 1):
            self._one(one)
            if place % PART == 0:
                self._copy()
        self._copy()
        return self.lines

    def _one(self, one: Happening) -> None:
        day = START + timedelta(days=one.day)
        now = datetime.combine(day, time(4), UTC)
        at = str(now.replace(tzinfo=None)) + ".000000"
        lines = lines_of(one.event, one.about, one.amount)
        actor, approver = (None, None) if one.voucher is None else self.people
        key = one.step if one.voucher is None else f"voucher:{one.voucher}:{one.step}"
        source = "vote" if one.voucher is None else voucher_number(one.voucher)
        group = Group(key, lines, day, "CNY", actor, approver, one.voucher, source, one.subjects)
        ids = {ref: self._account(ref) for line in lines for ref in (line.debit, line.credit)}
        rows = rows_of(group, ids, now)
        numbers = [self.lines + i for i in range(1, len(rows) + 1)]
        self.lines += len(rows)
        for number, row in zip(numbers, rows, strict=True):
            stored = row | {"id": number, "effective_on": day.isoformat(), "recorded_at": at}
            self.rows["transfer"].append(tuple(stored[name] for name in TRANSFER))
        self._leaf(group, rows, numbers, at)
        if one.voucher is not None and one.step == "booked":
            self._voucher(one, day, at)

    def _account(self, ref: Ref) -> int:
        ident = self.accounts.get(ref)
        if ident is None:
            ident = self.accounts[ref] = len(self.accounts) + 1
            row = (ident, ref.key, ref.fund, ref.kind.value, ref.cost_centre, ref.payee)
            self.rows["account"].append(row)
        return ident

    def _leaf(self, group: Group, rows: list[dict[str, Any]], numbers: list[int], at: str) -> None:
        self.leaves += 1
        # Keys in order, no spaces, whole numbers and plain strings: the same as RFC 8785.
        body = json.dumps(
            body_of(group, rows, numbers), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        self.rows["leaf"].append((self.leaves, None, LEAF, at, body))
        links = self.rows["leaf_subject"]
        links.extend((self.leaves, kind, str(ref)) for kind, ref in about(group))

    def _voucher(self, one: Happening, day: date, at: str) -> None:
        of, (asks, approves) = one.about, self.people
        kind = one.event
        state = "paid" if kind in ("allot", "disburse") else "approved"
        centre = of.round if kind == "appropriate" else of.project
        voucher = {
            "id": one.voucher,
            "idempotency_key": f"fill{one.voucher}",
            "kind": kind,
            "state": state,
            "fund_id": of.fund,
            "to_fund_id": of.to_fund,
            "cost_centre_id": centre,
            "payee_id": of.payee,
            "amount": one.amount,
            "currency": "CNY",
            "purpose": "材料和人工" if kind == "disburse" else "年度预算",
            "conditions": "",
            "effective_on": day.isoformat(),
            "requested_by_id": asks,
            "requested_at": at,
            "decided_at": at,
            "paid_on": day.isoformat() if state == "paid" else None,
        }
        self.rows["voucher"].append(tuple(voucher.get(name) for name in TABLES["voucher"]))
        self.approvals += 1
        said = (self.approvals, one.voucher, asks, approves, "approver", True, "", at)
        self.rows["approval"].append(said)

    def _copy(self) -> None:
        for name, columns in TABLES.items():
            if self.rows[name]:
                copy(self.connection, name, columns, self.rows[name])
        self.rows.clear()

    def sum_up(self) -> None:
        """Balances and turnover, as the triggers would have summed them; the next identities."""
        sqlite = self.connection.dialect.name == "sqlite"
        month = (
            "date(effective_on, 'start of month')"
            if sqlite
            else ("date_trunc('month', effective_on)::date")
        )
        kinds = ", ".join(f"'{kind.value}'" for kind in sorted(DEBIT_NORMAL))
        for statement in SUMS:
            self.connection.exec_driver_sql(statement.format(debit_normal=kinds, month=month))
        if not sqlite:
            for name in ("account", "voucher", "approval", "transfer", "leaf"):
                self.connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"
                )


def copy(
    connection: Connection, name: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Put rows into a table by the fastest way there is."""
    listed = ", ".join(columns)
    driver = connection.connection.driver_connection
    assert driver is not None
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {name} ({listed}) VALUES ({places})", rows)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {name} ({listed}) FROM STDIN") as into:
        for row in rows:
            into.write_row(row)
