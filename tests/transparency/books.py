"""A small ledger in the log, exported as the ledger exports it, to be checked and tampered with."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from core.db import db, transaction
from tests.conftest import START
from tests.transparency.leaves import conf, facts
from transparency import sequencer, verify
from transparency.exporting import to_folder
from transparency.keys import create_key
from transparency.log import record

Row = dict[str, Any]
OF_PROJECT: Row = {"cost_centre": 3}
OF_PLEDGE: Row = {"cost_centre": 4}
OF_PAYEE, OF_OTHER = OF_PROJECT | {"payee": 77}, OF_PROJECT | {"payee": 78}
ACCOUNTS: list[Row] = [
    {"id": 1, "kind": "bank", "normal": "debit", "floored": True},
    {"id": 2, "kind": "grant", "normal": "credit", "floored": True},
    {"id": 3, "kind": "unallocated", "normal": "credit", "floored": False},
    {"id": 4, "kind": "allocation", "normal": "credit", "floored": True},
    # Of a payee and a project; on this side, so that it can be paid without any invoice.
    {"id": 5, "kind": "vendor_payable", "normal": "debit", "floored": True} | OF_PAYEE,
    {"id": 6, "kind": "encumbrance", "normal": "credit", "floored": False} | OF_PROJECT,
    {"id": 7, "kind": "encumbrance", "normal": "credit", "floored": False} | OF_PAYEE,
    {"id": 8, "kind": "encumbrance_reserve", "normal": "credit", "floored": False} | OF_PAYEE,
    {"id": 9, "kind": "encumbrance_reserve", "normal": "credit", "floored": False} | OF_OTHER,
    {"id": 10, "kind": "pledge_receivable", "normal": "debit", "floored": False} | OF_PLEDGE,
    {"id": 11, "kind": "sponsor", "normal": "credit", "floored": False} | OF_PLEDGE,
    {"id": 12, "kind": "sponsor_restricted", "normal": "credit", "floored": False} | OF_PLEDGE,
    {"id": 13, "kind": "provider_clearing", "normal": "debit", "floored": False},
    {"id": 14, "kind": "matching", "normal": "credit", "floored": False} | OF_PLEDGE,
    {"id": 15, "kind": "appropriation", "normal": "credit", "floored": False, "cost_centre": 5},
    {"id": 16, "kind": "refund_payable", "normal": "credit", "floored": False, "cost_centre": 6},
]


def line(number: int, code: str, debit: int, credit: int, amount: int, **values: Any) -> Row:
    """A line of the ledger."""
    row: Row = {
        "id": number,
        "key": f"k{number}",
        "group": f"g{number // 2}",
        "code": code,
        "debit": debit,
        "credit": credit,
        "fund": 1,
        "cost_centre": None,
        "payee": None,
        "amount": amount,
        "currency": "CNY",
        "reverses": None,
        "voucher": 9,
        "source": "",
        "effective_on": "2026-03-02",
        "recorded_at": "2026-03-02T04:00:00+00:00",
        "actor": 1,
        "approver": 2,
    }
    return row | values


LINES = [
    line(2, "receive", 1, 2, 100_000),
    line(3, "budget", 3, 4, 100_000),
    line(4, "pay", 5, 1, 30_000),
    line(5, "pay", 5, 1, 20_000),
    line(6, "pay", 1, 5, 20_000, reverses=5),
    line(8, "refund", 1, 5, 1_000, actor=None, approver=None),
]


class Exported:
    """An export of a log with a ledger; what is written into it is what the ledger now says."""

    def __init__(self, folder: Path, capture: Callable[[], Any]) -> None:
        self.folder = folder
        self.capture = capture
        self.lines = [dict(row) for row in LINES]

    def write(self) -> None:
        """Write the ledger's files from ``lines``, all fitting each other."""
        sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        totals: dict[str, dict[str, dict[str, int]]] = {}
        for row in self.lines:
            sums[row["debit"]][0] += row["amount"]
            sums[row["credit"]][1] += row["amount"]
            kept = totals.setdefault(row["currency"], {}).setdefault(
                row["code"], {"lines": 0, "amount": 0}
            )
            kept["lines"] += 1
            kept["amount"] += -row["amount"] if row["reverses"] else row["amount"]
        accounts = [
            {"fund": 1, "currency": "CNY", "cost_centre": None, "payee": None, **row}
            for row in ACCOUNTS
        ]
        balances = [{"account": a, "debits": d, "credits": c} for a, (d, c) in sums.items()]
        self.rows("accounts", accounts)
        self.rows("transfers", self.lines)
        self.rows("balances", balances)
        (self.folder / "ledger" / "totals.json").write_text(json.dumps(totals))

    def rows(self, name: str, rows: list[Row]) -> None:
        """Write one file of the ledger."""
        path = self.folder / "ledger" / f"{name}.jsonl"
        path.parent.mkdir(exist_ok=True)
        # As the ledger writes them, without blanks.
        written = [json.dumps(row, separators=(",", ":")) for row in rows]
        path.write_text("".join(f"{one}\n" for one in written))

    def check(self, *options: str) -> tuple[int, str]:
        """What verify.py says of it."""
        code = verify.main([str(self.folder), *options])
        return code, self.capture().out


def exported(app: Flask, folder: Path, capture: Callable[[], Any]) -> Exported:
    """A signed log of 600 facts among which the ledger's groups are; the last is not signed yet."""
    create_key(conf(app))
    facts(300)
    post(LINES[:-1])
    facts(297)
    sequencer.drain(app)
    post(LINES[-1:])
    to_folder(db.session, folder)
    made = Exported(folder, capture)
    made.write()
    return made


def post(lines: list[Row]) -> None:
    """Record the lines' groups, as the ledger does."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in lines:
        groups[row["group"]].append(row)
    for group, rows in groups.items():
        with transaction() as session:
            body = {"group": group, "lines": rows}
            record(session, "ledger.posted", [("group", group)], body, START)
