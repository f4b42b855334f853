"""The transition table: every state is in it, and nothing moves that it does not list."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.db import transaction
from core.errors import Conflict
from projects.labels import STATE_LABELS, STATE_TONES
from projects.life import TITLES
from projects.models import DeliveryPlan, Project
from projects.services import decide, eligible_for_ballot, put_on_ballot
from projects.services.moves import advance, move
from projects.states import (
    BID_MOVES,
    CHANGE_MOVES,
    CONTRACT_MOVES,
    MILESTONE_MOVES,
    MOVES,
    PLAN_MOVES,
    TENDER_MOVES,
    State,
)
from tests.factories import Factory
from transparency.log import timeline

VERBS = {verb for _, verb in MOVES}
ENDS = {State.WITHDRAWN, State.CLOSED, State.CANCELLED}


def test_every_state_is_in_the_table_and_named() -> None:
    assert {state for state, _ in MOVES} | set(MOVES.values()) == set(State)
    assert set(State) - {state for state, _ in MOVES} == ENDS
    assert set(STATE_LABELS) == set(STATE_TONES) == set(State)


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("state", State)
def test_only_listed_moves_are_made(state: State, verb: str) -> None:
    project = Project(state=state)
    if (state, verb) in MOVES:
        move(project, verb)
        assert project.state == MOVES[state, verb]
    else:
        with pytest.raises(Conflict):
            move(project, verb)
        assert project.state == state


@pytest.mark.parametrize(
    "table",
    [PLAN_MOVES, MILESTONE_MOVES, CHANGE_MOVES, TENDER_MOVES, BID_MOVES, CONTRACT_MOVES],
    ids=lambda table: type(next(iter(table.values()))).__name__,
)
def test_each_table_of_delivery_names_every_state_and_nothing_moves_beside_it(
    table: dict[tuple[StrEnum, str], StrEnum],
) -> None:
    states = type(next(iter(table.values())))
    assert {state for state, _ in table} | set(table.values()) == set(states)
    for state in states:
        for verb in {verb for _, verb in table}:
            row = DeliveryPlan(state=state)
            if (state, verb) in table:
                advance(row, table, verb)
                assert row.state == table[state, verb]
            else:
                with pytest.raises(Conflict):
                    advance(row, table, verb)
                assert row.state == state


def test_a_round_puts_eligible_projects_on_its_ballot_and_decides(
    make: Factory, session: Session
) -> None:
    area = make.area()
    round_id = make.round(area)
    first, second = (make.project(round_id, area) for _ in range(2))
    make.project(round_id, area, State.INELIGIBLE)
    with transaction() as writing:
        projects = eligible_for_ballot(writing, round_id)
        assert [project.id for project in projects] == [first, second]
        for code, project in enumerate(projects, 1):
            put_on_ballot(writing, project, str(code), 5_000_00, make.at)
    assert _facts(session, first) == ("on_ballot", "1", 5_000_00)
    with transaction() as writing:
        decide(writing, writing.get_one(Project, first), True, make.at)
        decide(writing, writing.get_one(Project, second), False, make.at)
    assert _facts(session, first)[0] == "selected"
    assert _facts(session, second)[0] == "not_selected"
    types = [entry.type for entry in timeline(session, ("project", first))]
    assert types == ["project.selected", "project.on_ballot"]
    assert set(types) <= set(TITLES)


def test_a_project_is_decided_once(make: Factory) -> None:
    area = make.area()
    ident = make.project(make.round(area), area, State.SELECTED)
    with pytest.raises(Conflict), transaction() as session:
        decide(session, session.get_one(Project, ident), False, make.at)


def _facts(session: Session, ident: int) -> tuple[Any, ...]:
    session.rollback()
    project = session.get_one(Project, ident)
    return project.state, project.code, project.cost
