"""A sub-district office whose officer runs rounds, for the tests of rounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.test import TestResponse

from budgeting.models import PhaseKind, Round
from core.clock import zone
from core.db import db
from tests.budgeting.voting import csrf_token
from tests.conftest import START
from transparency.log import Entry, timeline

SHANGHAI = zone("Asia/Shanghai")
OPTIONAL = PhaseKind.DISCUSSION


@dataclass(frozen=True)
class Office:
    """An area with two communities, and its officer at a browser."""

    area: int
    east: int
    west: int
    officer: int
    client: FlaskClient

    def post(self, path: str, **data: object) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data={"csrf_token": csrf_token(self.client), **data})

    def open_round(self, **changes: object) -> TestResponse:
        """Send the form for a new round, as ``typed`` fills it."""
        return self.post(f"/areas/{self.area}/rounds/new", **self.typed(**changes))

    def drafted(self, **changes: object) -> int:
        """Write a draft; gives its identity."""
        answer = self.open_round(**changes)
        assert answer.status_code == 303, answer.text
        return int(answer.location.split("/")[2])

    def typed(self, **changes: object) -> dict[str, object]:
        """What the officer types when everything fits; ``None`` leaves a field away."""
        values: dict[str, object] = {
            "title_en": "Small works",
            "summary_en": "What shall we build?",
            "title_zh_Hans": "微实事",
            "summary_zh_Hans": "我们建什么？",
            "currency": "CNY",
            f"amount_{self.area}": "1,200,000",
            f"amount_{self.east}": "300000",
            "cost_min": "1000",
            "cost_max": "400000",
            "categories": "环境 | Environment\nRoads",
            "ballot_type": "approval",
            "max_choices": "5",
            "max_points": "10",
            "rule": "greedy",
            "misfit": "skip",
            "min_votes": "0",
            "ties": "cost,votes,seed",
            "min_age": "18",
            "verified_only": "y",
        }
        values |= dates() | changes
        return {name: value for name, value in values.items() if value is not None}


def dates(begin: datetime = START + timedelta(days=1), days: int = 10) -> dict[str, str]:
    """Phases of so many days each, one after the other, as typed."""
    typed = {}
    for kind in PhaseKind:
        if kind != OPTIONAL:
            typed[f"{kind}_starts"] = local(begin)
            begin += timedelta(days=days)
            typed[f"{kind}_ends"] = local(begin)
    return typed


def local(at: datetime) -> str:
    """An instant as it is typed where the office is."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def stored(round_id: int) -> Round:
    """A round as the database has it now, with its phases and budgets."""
    db.session.rollback()
    loaded = (selectinload(Round.phases), selectinload(Round.sub_budgets), joinedload(Round.area))
    return db.session.scalars(select(Round).where(Round.id == round_id).options(*loaded)).one()


def events(round_id: int) -> list[Entry]:
    """What is recorded about a round, newest first."""
    db.session.rollback()
    return timeline(db.session, ("round", round_id))
