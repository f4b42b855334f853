"""Simulations for tests: asking for one, and rules that do what a test wants."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from budgeting.models import Simulation, SimulationRun
from budgeting.tally import rules
from budgeting.tally.election import Election
from budgeting.tally.outcome import Outcome
from budgeting.tally.rules import RuleSpec
from tests.budgeting.files import TEXT
from tests.budgeting.office import Office, stored

PAGE = "/rounds/simulate"
BALLOTS = "".join(f"{n};a\n" for n in range(5, 15))
LARGE = TEXT.replace("num_votes;4", "num_votes;14").replace("greedy-no-skip", "greedy") + BALLOTS


class Counting:
    """Stands for the rules with voters' own money: greedy, with what a test wants to happen."""

    def __init__(self) -> None:
        self.seen: list[RuleSpec] = []
        self.before: Callable[[RuleSpec], object] = lambda _spec: None

    def __call__(
        self, election: Election, spec: RuleSpec, progress: Callable[[int], None]
    ) -> Outcome:
        self.seen.append(spec)
        self.before(spec)
        progress(50)
        found = rules.RULES["greedy"](election, replace(spec, rule="greedy"), progress)
        return replace(found, rule=spec.rule)


def ask(office: Office, round_id: int | None = None, **typed: object) -> TestResponse:
    """Send the form about a round, or about a file."""
    values: dict[str, object] = {"source": "file", "area": office.area}
    if round_id is not None:
        values = {"source": "round", "part": part_of(round_id)}
    return office.post(PAGE, **(values | typed))


def part_of(round_id: int) -> str:
    return f"{round_id}-{stored(round_id).sub_budgets[0].id}"


def upload(text: str = LARGE) -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), "votes.pb"


def asked(answer: TestResponse) -> int:
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("/")[2])


def found(session: Session, ident: int) -> Simulation:
    session.rollback()
    return session.get_one(Simulation, ident)


def chosen(session: Session, ident: int) -> dict[str, list[str]]:
    """Winners by rule, of those that were counted."""
    session.rollback()
    rows = select(SimulationRun).where(SimulationRun.simulation_id == ident)
    return {r.rule: sorted(r.result["selected"]) for r in session.scalars(rows) if r.result}


def number(session: Session, model: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0
