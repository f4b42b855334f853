"""The transparency log: appending, proving, and checking a million entries offline."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from app import create_app
from bench.logfolder import write
from bench.process import python
from bench.servers import postgres
from bench.table import Row, publish
from config import Settings
from core.clock import now
from core.db import db, transaction
from core.migrate import upgrade
from transparency.keys import create_key
from transparency.log import record_many
from transparency.proofs import inclusion
from transparency.sequencer import drain

APPENDED, PART = 100_000, 2_000
PROVED = 500
LEAVES = 1_000_000


def run() -> str:
    """Measure and publish; returns the table."""
    with TemporaryDirectory() as folder:
        rows = []
        with postgres() as url:
            rows += _database("PostgreSQL", Path(folder) / "postgresql", url)
        path = Path(folder) / "sqlite"
        rows += _database("SQLite", path, f"sqlite:///{path / 'log.db'}")
        write(Path(folder) / "export", LEAVES)
        done = python(["transparency.verify", str(Path(folder) / "export")])
    met = done.seconds < 60 and done.megabytes < 1000
    what = f"verify.py, {LEAVES:,} entries with a line of the ledger each"
    rows.append(Row(what, done.words(), "", "", "60 s, 1 GB", met))
    return publish("log", rows)


def _database(name: str, folder: Path, url: str) -> list[Row]:
    """Appending and proving on one database."""
    folder.mkdir()
    settings = Settings.from_env({"DATABASE_URL": url, "GONGZHI_INSTANCE": str(folder)})
    app = create_app(settings)
    with app.app_context():
        engine: Engine = db.engine
        upgrade(engine)
        create_key(settings)
        _record()
        start = time.perf_counter()
        placed = drain(app)
        rate = placed / (time.perf_counter() - start)
        proof = median(_proof(seq * (placed // PROVED)) for seq in range(PROVED)) * 1000
        db.session.close()
        engine.dispose()
    return [
        Row(
            f"{name}: facts placed, hashed, stored and signed",
            f"{rate:,.0f}/s",
            "",
            "",
            "at least 5,000/s",
            rate >= 5_000,
        ),
        Row(
            f"{name}: an entry with its proof, of {placed:,}",
            f"{proof:.1f} ms",
            "",
            "",
            "under 5 ms",
            proof < 5,
        ),
    ]


def _record() -> None:
    for start in range(0, APPENDED, PART):
        with transaction() as session:
            facts = [
                (("transfer group", f"{number:036}"), _body(number))
                for number in range(start, start + PART)
            ]
            record_many(session, "ledger.posted", facts, now())


def _body(number: int) -> dict[str, object]:
    line = {"id": f"{number:036}", "debit": 1, "credit": 2, "amount": number + 1, "code": "pay"}
    return {"group": f"{number:036}", "lines": [line, line]}


def _proof(seq: int) -> float:
    start = time.perf_counter()
    inclusion(db.session, seq).as_json()
    return time.perf_counter() - start
