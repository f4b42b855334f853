"""A database filled for the measurements: a thousand projects, two thousand signed-in voters."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask import session as cookie
from flask_login.utils import _create_identifier  # type: ignore[import-untyped]  # has none
from flask_wtf.csrf import generate_csrf
from sqlalchemy import insert
from sqlalchemy.orm import Session

from accounts.models import Area, AreaKind, Person
from accounts.sessions import open_session
from bench.servers import AGENT
from budgeting.models import Phase, PhaseKind, Round, SubBudget
from core.db import transaction
from projects.models import Category, Project
from projects.search import index
from projects.states import State

PROJECTS, BALLOT, VOTERS = 1000, 40, 2000
WORDS = ["公园", "路灯", "扶手", "长椅", "花园", "课堂", "食堂", "步道", "电梯", "书屋"]
ENGLISH = ["bench", "garden", "lights", "ramp", "library"]


@dataclass(frozen=True, slots=True)
class Filled:
    """Where the measured things are: rounds, a project, and one person for each session."""

    browsed_round: int
    voting_round: int
    project: int
    voters: list[int]


def fill(now: datetime) -> Filled:
    """Write areas, rounds, projects and people into an empty, migrated database."""
    with transaction() as session:
        area = _area(session)
        browsed = _round(session, area, PhaseKind.REVIEW, now)
        voting = _round(session, area, PhaseKind.VOTING, now)
        projects = _projects(session, browsed, area, PROJECTS, now)
        _projects(session, voting, area, BALLOT, now)
        voters = _voters(session, area, now)
    return Filled(browsed, voting, projects[PROJECTS // 2], voters)


def _area(session: Session) -> int:
    area = Area(
        kind=AreaKind.SUB_DISTRICT, name={"zh_Hans": "星河街道", "en": "Xinghe"}, path="new"
    )
    session.add(area)
    session.flush()
    area.path = f"/{area.id}/"
    return area.id


def _round(session: Session, area: int, running: PhaseKind, now: datetime) -> int:
    kinds: list[PhaseKind] = [k for k in PhaseKind if k != PhaseKind.DISCUSSION]
    start = now - timedelta(days=5 + 10 * kinds.index(running))
    made = Round(
        area_id=area,
        state="published",
        title={"zh_Hans": "微实事", "en": "Small works"},
        summary={"zh_Hans": "我们一起建什么？", "en": "What shall we build?"},
        languages=["zh_Hans", "en"],
        max_choices=BALLOT,
        cost_min=100_00,
        cost_max=500_000_00,
        rule={"rule": "greedy", "misfit": "skip", "min_votes": 0, "ties": "cost,votes,id"},
        created_at=now,
    )
    made.phases = [
        Phase(
            kind=kind,
            starts_at=start + timedelta(days=10 * i),
            ends_at=start + timedelta(days=10 * i + 10),
        )
        for i, kind in enumerate(kinds)
    ]
    made.sub_budgets = [SubBudget(area_id=area, amount=100_000_000_00)]
    session.add(made)
    session.flush()
    session.add_all(
        Category(round_id=made.id, name={"zh_Hans": zh, "en": en}, position=i)
        for i, (zh, en) in enumerate(
            [("环境", "Environment"), ("适老", "Elderly"), ("教育", "Learning")]
        )
    )
    session.flush()
    return made.id


def _projects(session: Session, round_id: int, area: int, count: int, now: datetime) -> list[int]:
    rng = random.Random(round_id)  # nosec B311 # repeatable filler
    made = [_project(rng, round_id, area, number, now) for number in range(count)]
    session.add_all(made)
    session.flush()
    for project in made:
        index(session, project)
    return [project.id for project in made]


def _project(rng: random.Random, round_id: int, area: int, number: int, now: datetime) -> Project:
    name = "".join(rng.sample(WORDS, 2))
    return Project(
        round_id=round_id,
        area_id=area,
        state=State.ELIGIBLE,
        title={"zh_Hans": f"{name}{number}", "en": f"{rng.choice(ENGLISH)} {number}"},
        summary={"zh_Hans": f"把{name}建好，大家都用得上。", "en": "For everybody."},
        description={"zh_Hans": f"{name}" * 40, "en": "A longer text. " * 30},
        beneficiaries={"zh_Hans": "居民", "en": "Residents"},
        latitude=30.6 + rng.random() / 50,
        longitude=119.9 + rng.random() / 50,
        currency="CNY",
        estimate=rng.randrange(1000, 50_000) * 100,
        cost=rng.randrange(1000, 50_000) * 100,
        submission=1,
        shuffle=rng.randrange(1_000_003),
        created_at=now,
        updated_at=now,
        submitted_at=now,
    )


def _voters(session: Session, area: int, now: datetime) -> list[int]:
    rows = [
        {
            "name": f"居民{i}",
            "phone": f"+86138{i:08d}",
            "locale": "zh_Hans",
            "area_id": area,
            "birth_year": 1980,
            "verified_at": now,
            "created_at": now,
        }
        for i in range(VOTERS)
    ]
    return list(session.scalars(insert(Person).returning(Person.id), rows))


def cookie_for(app: Flask, person: int) -> tuple[str, str]:
    """A signed-in session's cookie header, and a CSRF token that goes with it."""
    with transaction() as session:
        token = open_session(session, person, strong=False, device="bench", now=datetime.now(UTC))
    values: dict[str, Any] = {"_user_id": token, "_fresh": True}
    # A context of its own: a token is kept for as long as its context lasts.
    browser = {"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": AGENT}
    with app.app_context(), app.test_request_context(environ_overrides=browser):
        csrf = generate_csrf()
        values |= {"_id": _create_identifier(), "csrf_token": cookie["csrf_token"]}
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # the cookie interface
    return f"session={serializer.dumps(values)}", csrf
