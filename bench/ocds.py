"""Open contracting data of 20,000 contracts, and of a tenth of them: seconds and memory."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bench.ocds_fill import fill
from bench.process import Run, python
from bench.servers import postgres
from bench.table import Row, publish

CONTRACTS = int(os.environ.get("BENCH_OCDS_CONTRACTS", "20000"))
FEWER = CONTRACTS // 10
LONGEST = 900
MOST_MORE = 1.05  # times as much memory for ten times as many contracts


def run() -> str:
    """Measure and publish; returns the table. Raises ``RuntimeError`` where that cannot be done."""
    rows = []
    with postgres() as url:
        few = _export(url, FEWER)
    with postgres() as url:
        rows.append(_row("PostgreSQL", _export(url, CONTRACTS), few))
    with tempfile.TemporaryDirectory() as folder:
        few = _export(f"sqlite:///{Path(folder) / 'few.db'}", FEWER)
        many = _export(f"sqlite:///{Path(folder) / 'many.db'}", CONTRACTS)
        rows.append(_row("SQLite", many, few))
    return publish("ocds", rows)


def _export(url: str, contracts: int) -> tuple[Run, int]:
    """The command over a new database with so many contracts, and the size of its file."""
    fill(url, contracts)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "ocds.json"
        env = {"DATABASE_URL": url, "GONGZHI_INSTANCE": folder, "SECRET_KEY": "bench"}
        command = ["flask", "--app", "app", "audit", "export", "--format", "ocds"]
        return python([*command, "--out", str(out)], env, LONGEST), out.stat().st_size


def _row(name: str, many: tuple[Run, int], few: tuple[Run, int]) -> Row:
    (ours, size), (beside, _size) = many, few
    ratio = ours.megabytes / beside.megabytes
    return Row(
        f"{name}: releases of {CONTRACTS:,} contracts, {size / 1e6:,.0f} MB of JSON",
        ours.words(),
        f"{FEWER:,} contracts: {beside.words()}",
        f"{ratio:.2f} (memory)",
        f"memory at most {MOST_MORE} times",
        ratio <= MOST_MORE,
    )
