"""All rules that flag over a large ledger: everything once, then only what is new; beside it a
plain read of the same lines."""

from __future__ import annotations

import os
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine

from bench.ledger_fill import fill
from bench.ledger_write import copy
from bench.process import Run, python
from bench.servers import postgres
from bench.table import Row, publish
from config import psycopg_url
from core.db import Base

LINES = int(os.environ.get("BENCH_FLAGS_LINES", "1000000"))
INVOICES = int(os.environ.get("BENCH_FLAGS_INVOICES", "50000"))
NEW = 100  # payments, each with its invoice, after the first run
LONGEST = 900
MOST_SECONDS, MOST_MEGABYTES = 120, 2000


def run() -> str:
    """Measure and publish; returns the table. Raises ``RuntimeError`` where that cannot be done."""
    rows = []
    with postgres() as url, tempfile.TemporaryDirectory() as folder:
        rows += _measure("PostgreSQL", url, folder)
    with tempfile.TemporaryDirectory() as folder:
        rows += _measure("SQLite", f"sqlite:///{Path(folder) / 'bench.db'}", folder)
    return publish("flags", rows)


def _measure(name: str, url: str, folder: str) -> list[Row]:
    lines = fill(url, LINES)
    papers = add_invoices(url, INVOICES)
    env = {"DATABASE_URL": url, "GONGZHI_INSTANCE": folder, "SECRET_KEY": "bench"}
    read = _work("read", env)
    full = _work("full", env)
    part = _work("part", env, str(NEW))
    what = f"{name}: every rule over {lines:,} lines and {papers:,} invoices"
    new = f"{name}: the rules again, after {NEW} new payments with their invoices"
    beside = f"reading the lines: {read.answer()['seconds']:.1f} s"
    return [_row(what, full, read, beside, (MOST_SECONDS, MOST_MEGABYTES)), _row(new, part, full)]


def _row(
    what: str, ours: Run, other: Run, beside: str = "", target: tuple[int, int] | None = None
) -> Row:
    took, base = ours.answer()["seconds"], other.answer()["seconds"]
    words = f"{took:.1f} s, {ours.megabytes:.0f} MB"
    slowest = ours.answer()["slowest"]
    beside = beside or f"everything: {base:.1f} s"
    met = None
    asked = "none set"
    if target is not None:
        asked = f"at most {target[0]} s, {target[1]:,} MB"
        met = took <= target[0] and ours.megabytes <= target[1]
    return Row(f"{what}; slowest: {slowest}", words, beside, f"{took / base:.2f}", asked, met)


def _work(what: str, env: dict[str, str], *more: str) -> Run:
    return python(["bench.flags_worker", what, *more], env, LONGEST)


def add_invoices(url: str, count: int) -> int:
    """Give so many payments of the filled ledger an invoice, a few of them odd; gives how many."""
    engine = create_engine(psycopg_url(url))
    with engine.begin() as connection:
        vouchers = connection.exec_driver_sql(
            "SELECT id, payee_id, amount, effective_on, requested_by_id FROM voucher"
            " WHERE kind = 'disburse' ORDER BY id"
        ).all()
        rng = random.Random(count)  # nosec B311 # repeatable filler
        chosen = rng.sample(vouchers, min(count, len(vouchers)))
        rows = [_paper(number, one, rng) for number, one in enumerate(chosen, 1)]
        _copy(connection, rows)
    engine.dispose()
    return len(rows)


def _paper(number: int, voucher: Any, rng: random.Random) -> dict[str, Any]:
    day = voucher.effective_on
    day = datetime.fromisoformat(str(day)).date() - timedelta(days=rng.randrange(-1, 20))
    at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC) + timedelta(days=rng.randrange(40))
    key = f"{rng.randrange(10**8):08d}"
    digest = f"{number:064x}"
    return {
        "id": number,
        "voucher_id": voucher.id,
        "kind": "invoice",
        "live": True,
        "name": "invoice.pdf",
        "original_sha256": digest,
        "original_mime": "application/pdf",
        "original_size": 1,
        "public_sha256": digest,
        "public_mime": "application/pdf",
        "public_size": 1,
        "payee_id": voucher.payee_id,
        "number": key,
        "number_key": key,
        "issued_on": day.isoformat(),
        "amount": voucher.amount,
        "added_by_id": voucher.requested_by_id,
        "added_at": str(at.replace(tzinfo=None)) + ".000000",
    }


def _copy(connection: Connection, rows: list[dict[str, Any]]) -> None:
    columns = list(Base.metadata.tables["document"].columns.keys())
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
    copy(connection, "document", columns, [tuple(row[name] for name in columns) for row in rows])
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('document', 'id'), max(id)) FROM document"
        )
