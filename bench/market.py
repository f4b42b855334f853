"""The market square with hundreds of openings and thousands of pledges, beside a small one."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from urllib.parse import urlencode

from sqlalchemy import select

from app import create_app
from bench.fill import fill
from bench.ledger_pages import Timed, p95, queries_of
from bench.partners_fill import market, pledges
from bench.servers import gunicorn, postgres
from bench.table import Row, publish
from config import Settings
from core.db import AUTOCOMMIT, db, transaction
from core.migrate import upgrade
from sponsorship.models import Opening

PROJECTS, PLEDGES = 500, 20_000
FEW = (20, 200)
MOST_QUERIES, MOST_MS = 10, 250


def run() -> str:
    """Measure and publish; returns the table."""
    small, large = _measure(*FEW), _measure(PROJECTS, PLEDGES)
    return publish("market", [_row(name, small[name], large[name]) for name in large])


def _measure(openings: int, gifts: int) -> dict[str, Timed]:
    with postgres() as url, tempfile.TemporaryDirectory() as folder:
        env = {
            "DATABASE_URL": url,
            "GONGZHI_INSTANCE": folder,
            "SECRET_KEY": "bench",
            "GONGZHI_SECURE_COOKIES": "off",
            "GONGZHI_RATE_LIMITS": "off",
            "GONGZHI_PAGE_CACHE_SECONDS": "0",
            "GONGZHI_LOG_JSON": "on",
        }
        app = create_app(Settings.from_env(env))
        with app.app_context():
            _fill(openings, gifts)
            paths = _paths()
            queries = {name: queries_of(app, path) for name, path in paths.items()}
            db.engine.dispose()
        with gunicorn("app:create_app()", env) as base:
            return {name: Timed(p95(base + path), queries[name]) for name, path in paths.items()}


def _fill(openings: int, gifts: int) -> None:
    upgrade(db.engine)
    now = datetime.now(UTC)
    filled = fill(now)
    with transaction() as session:
        found = market(session, filled, openings, now)
        pledges(session, found, gifts, filled.voters[0], now)
    with db.engine.connect().execution_options(isolation_level=AUTOCOMMIT) as connection:
        connection.exec_driver_sql("ANALYZE")


def _paths() -> dict[str, str]:
    opening = db.session.scalar(select(Opening.id).order_by(Opening.id).limit(1))
    asked = urlencode({"q": "公园", "order": "missing"})
    return {
        "The market square": "/partners",
        "Its last page": "/partners?page=999",
        "By a word and what is missing": f"/partners?{asked}",
        "One opening": f"/partners/openings/{opening}",
    }


def _row(name: str, small: Timed, large: Timed) -> Row:
    met = large.queries <= MOST_QUERIES and large.ms < MOST_MS
    return Row(
        f"{name}: {PROJECTS} projects, {PLEDGES:,} pledges",
        f"{large.ms:.0f} ms, {large.queries} queries",
        f"{FEW[0]} projects, {FEW[1]} pledges: {small.ms:.0f} ms",
        f"{large.ms / small.ms:.2f}",
        f"at most {MOST_QUERIES} queries, {MOST_MS} ms",
        met,
    )
