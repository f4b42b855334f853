"""Pages and votes under gunicorn on PostgreSQL, in turns with plain Flask."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import event, func, select

from app import create_app
from bench.fill import BALLOT, VOTERS, Filled, cookie_for, fill
from bench.servers import Load, find_wrk, gunicorn, postgres, wrk
from bench.table import Row, publish
from budgeting.jobs import turn
from budgeting.models import Ballot
from config import Settings
from core.db import db
from core.migrate import upgrade

TURNS = 7
SCRIPT = str(Path(__file__).with_name("post.lua"))
Measure = Callable[[], Load]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the load needs: what was filled in, one session's cookie, and a file of votes."""

    filled: Filled
    queries: list[int]
    cookie: str
    votes: str


def run() -> str:
    """Measure and publish; returns the table. Raises ``RuntimeError`` where that cannot be done."""
    find_wrk()
    with postgres() as url, tempfile.TemporaryDirectory() as folder:
        env = {
            "DATABASE_URL": url,
            "GONGZHI_INSTANCE": folder,
            "SECRET_KEY": "bench",
            "GONGZHI_SECURE_COOKIES": "off",
            "GONGZHI_RATE_LIMITS": "off",
            "GONGZHI_LOG_JSON": "on",
        }
        app = create_app(Settings.from_env(env))
        with app.app_context():
            ready = _prepare(app, Path(folder))
        with (
            gunicorn("app:create_app()", env) as ours,
            gunicorn("bench.bare:create_app()", env) as bare,
        ):
            rows = _pages(ours, bare, ready)
            rows += _votes_cast(app, ours, bare, ready)
    seen = f"project list {ready.queries[0]}, project page {ready.queries[1]}"
    return publish("pages", rows, f"Queries of somebody signed in: {seen}; at most 8 are allowed.")


def _prepare(app: Flask, folder: Path) -> Prepared:
    upgrade(db.engine)
    filled = fill(datetime.now(UTC))
    turn(datetime.now(UTC))
    votes = folder / "votes.txt"
    votes.write_text("\n".join(_votes(app, filled)), encoding="utf-8")
    cookie, _token = cookie_for(app, filled.voters[0])
    return Prepared(filled, _queries(app, filled), cookie, str(votes))


def _paths(filled: Filled) -> tuple[str, str]:
    return f"/projects?round={filled.browsed_round}", f"/projects/{filled.project}"


def _queries(app: Flask, filled: Filled) -> list[int]:
    """Statements that each measured page sends for somebody signed in."""
    cookie, _token = cookie_for(app, filled.voters[1])
    client = app.test_client(use_cookies=False)
    counts = []
    for path in _paths(filled):
        seen: list[str] = []

        def note(*args: object, seen: list[str] = seen) -> None:
            seen.append(str(args[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        answer = client.get(path, headers={"Cookie": cookie})
        event.remove(db.engine, "before_cursor_execute", note)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answers {answer.status_code}")
        counts.append(len(seen))
    return counts


def _votes(app: Flask, filled: Filled) -> list[str]:
    """A choice that changes the ballot for every voter, again and again with other projects."""
    cookies = [cookie_for(app, person) for person in filled.voters]
    return [
        f"{cookie}\t" + urlencode({"csrf_token": token, "choice": "add", "item": str(code)})
        for code in range(1, BALLOT + 1)
        for cookie, token in cookies
    ]


@dataclass(frozen=True, slots=True)
class Compared:
    """Requests per second of ours and of the plain one, and the middle one of their ratios."""

    ours: float
    plain: float
    ratio: float

    def row(self, what: str, least: float | None = None, target: str = "none set") -> Row:
        """As the table shows it."""
        met = None if least is None else self.ratio >= least
        rates = (f"{self.ours:.0f}/s", f"{self.plain:.0f}/s", f"{self.ratio:.2f}")
        return Row(what, *rates, target, met)


def compare(ours: Measure, plain: Measure) -> Compared:
    """Both measured in turns after a warm-up. Raises ``RuntimeError`` when an answer failed."""
    pairs = [(ours(), plain()) for _ in range(TURNS + 1)][1:]
    if failed := sum(load.failed for pair in pairs for load in pair):
        raise RuntimeError(f"{failed} answers failed")
    return Compared(
        ours=median(pair[0].rate for pair in pairs),
        plain=median(pair[1].rate for pair in pairs),
        ratio=median(pair[0].rate / pair[1].rate for pair in pairs),
    )


def _pages(ours: str, bare: str, ready: Prepared) -> list[Row]:
    rows = []
    signed_in = {"Cookie": ready.cookie}
    for name, path in zip(("Project list", "Project page"), _paths(ready.filled), strict=True):
        entered = partial(wrk, ours + path, headers=signed_in)
        plain = partial(wrk, bare + "/")
        compiled = partial(wrk, bare + "/compiled")
        rows += [
            compare(entered, plain).row(f"{name}, signed in", 1 / 6, "at least 1/6"),
            compare(entered, compiled).row(f"{name}, signed in; template compiled beforehand"),
            compare(partial(wrk, ours + path), plain).row(
                f"{name}, visitor", 2 / 3, "at least 2/3"
            ),
        ]
    return rows


def _votes_cast(app: Flask, ours: str, bare: str, ready: Prepared) -> list[Row]:
    """Every turn has votes of its own, for a choice made before would change nothing."""
    address = f"{ours}/rounds/{ready.filled.voting_round}/ballot"
    starts = count(0, BALLOT * VOTERS // (2 * (TURNS + 1)))
    taken: list[int] = []

    def vote(*asks: str) -> Load:
        load = wrk(address, script=[SCRIPT, ready.votes, str(next(starts)), *asks])
        taken.append(load.requests)
        return load

    insert = partial(wrk, bare + "/", script=[SCRIPT, ready.votes, "0"])
    rows = [
        compare(vote, insert).row("A choice on the ballot", 1 / 5, "at least 1/5"),
        compare(partial(vote, "ballot"), insert).row(
            f"A choice, answered with the whole ballot of {BALLOT} projects"
        ),
    ]
    with app.app_context():
        stored = db.session.scalar(select(func.count()).select_from(Ballot)) or 0
    if stored < sum(taken):
        raise RuntimeError(f"{sum(taken)} votes were taken and {stored} are stored")
    return rows
