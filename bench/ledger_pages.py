"""The public pages of money on a small and a large ledger, asked one after the other."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import quantiles

from flask import Flask
from sqlalchemy import event, func, select

from app import create_app
from bench.servers import gunicorn
from bench.table import Row
from config import Settings
from core.db import db
from ledger.models import CostCentre, Fund, Transfer

ASKED, WARM = 120, 10
MOST_QUERIES, MOST_MS, MOST_TIMES = 12, 150, 1.5


@dataclass(frozen=True, slots=True)
class Timed:
    """How long a page takes at the 95th percentile, in milliseconds, and with how many queries."""

    ms: float
    queries: int


def measure(url: str, folder: str) -> dict[str, Timed]:
    """Every kind of public page about the ledger at ``url``, whose whole pages are not kept."""
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
        paths = _paths()
        queries = {name: queries_of(app, path) for name, path in paths.items()}
        db.engine.dispose()
    with gunicorn("app:create_app()", env) as base:
        return {name: Timed(p95(base + path), queries[name]) for name, path in paths.items()}


def rows(small: Mapping[str, Timed], large: Mapping[str, Timed]) -> list[Row]:
    """A row for each page: the large ledger beside the small one."""
    return [_row(name, small[name], large[name]) for name in large]


def _row(name: str, small: Timed, large: Timed) -> Row:
    ratio = large.ms / small.ms
    met = ratio <= MOST_TIMES and large.ms < MOST_MS and large.queries <= MOST_QUERIES
    target = f"{MOST_TIMES} times, {MOST_MS} ms, {MOST_QUERIES} queries at most"
    ours = f"{large.ms:.0f} ms, {large.queries} queries"
    return Row(name, ours, f"{small.ms:.0f} ms", f"{ratio:.2f}", target, met)


def _paths() -> dict[str, str]:
    """One of each page: of the fund, round, project and payee with the most lines."""
    fund, project, payee = (
        db.session.execute(
            select(column)
            .where(column.is_not(None), Transfer.code == "pay")
            .group_by(column)
            .order_by(func.count().desc(), column)
            .limit(1)
        ).scalar_one()
        for column in (Transfer.fund_id, Transfer.cost_centre_id, Transfer.payee_id)
    )
    round_ = db.session.get_one(CostCentre, project).parent_id
    year = db.session.get_one(Fund, fund).year
    paid = select(func.max(Transfer.id)).where(Transfer.code == "pay")
    line = db.session.execute(paid).scalar_one()
    return {
        "The whole picture of a year": f"/money?year={year}",
        "A fund": f"/money/funds/{fund}",
        "A round": f"/money/rounds/{round_}",
        "A project": f"/money/projects/{project}",
        "All payees": "/money/payees",
        "A payee": f"/money/payees/{payee}",
        "All lines": "/money/lines",
        "Lines of what was spent in a fund": f"/money/lines?figure=spent&fund={fund}",
        "Lines by a word": "/money/lines?q=PZ-000100",
        "One line and its proof": f"/money/lines/{line}",
        "Between the levels": f"/money/allotments?year={year}",
        "Bank statements": "/money/statements",
        "How it works": "/money/explain",
        "Exports": "/money/export",
    }


def queries_of(app: Flask, path: str) -> int:
    """How many statements a page sends to the database. Raises ``RuntimeError`` when it fails."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    answer = app.test_client().get(path)
    event.remove(db.engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status_code}")
    return len(seen)


def p95(address: str) -> float:
    """Milliseconds of a page at the 95th percentile, asked again and again after a warm-up."""
    times = []
    for _ in range(WARM + ASKED):
        begun = time.perf_counter()
        with urllib.request.urlopen(address, timeout=60) as answer:  # nosec B310 # our own address
            answer.read()
        times.append((time.perf_counter() - begun) * 1000)
    return quantiles(times[WARM:], n=20)[-1]
