"""Runners-up and ideas of a showcase that partners pay for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import db, transaction
from core.errors import Conflict, Invalid
from ledger.journal import Event, Kind, lines_of
from ledger.models import CostCentre, CostCentreKind
from ledger.posting import Group, post
from ledger.services.committing import Winner, commit_due, enter_winners
from projects.models import Project
from projects.states import State
from projects.works.services import plans
from sponsorship.pledges.services import ending
from sponsorship.pledges.services.carrying import carry
from sponsorship.states import OpeningState
from tests.ledger.books import YUAN
from tests.sponsorship.pledges.field import Field
from transparency.log import timeline

WHY = "Partners have paid for all of it."
COST = 12_000 * YUAN


def runner_up(field: Field, **about: object) -> tuple[int, int]:
    """A project that the vote did not choose, and its opening."""
    project = field.add_project(State.NOT_SELECTED, cost=COST, title={"en": "A swing"})
    return project, field.add_opening(project, kind="runner_up", target=COST, **about)


def declare(field: Field, opening: int, reason: str = WHY) -> None:
    """An officer says that it goes ahead."""
    with transaction() as session:
        carry(session, opening, reason, field.at)


def state_of(project: int) -> str:
    """The state of a project."""
    db.session.rollback()
    return db.session.get_one(Project, project).state


def test_once_the_target_is_met_it_goes_ahead_and_is_planned_as_a_winner(
    field: Field, session: Session
) -> None:
    project, opening = runner_up(field)
    ident = field.add_paid(COST, opening_id=opening)
    with pytest.raises(Conflict):
        declare(field, opening)
    field.set_opening(OpeningState.MET, opening)
    with pytest.raises(Invalid):
        declare(field, opening, "Why?")
    with pytest.raises(Invalid):
        field.ask(ident, COST, project_id=project)
    declare(field, opening)
    assert state_of(project) == State.FUNDED
    with pytest.raises(Conflict):
        declare(field, opening)
    field.approve(field.ask(ident, COST, project_id=project))
    assert field.net(Kind.ENCUMBRANCE, "project", project) == COST
    plan(field, project)
    assert state_of(project) == State.DELIVERING
    (entry,) = timeline(session, ("project", project), types=("project.funded",))
    assert (entry.body["cost"], entry.body["reason"]) == (COST, WHY)


def plan(field: Field, project: int) -> None:
    """One officer plans, another publishes."""
    day = field.today()
    milestone = plans.PlannedMilestone("The swing", "", day + timedelta(30), COST)
    draft = plans.PlanDraft(
        field.department, field.judges[0], "", day, day + timedelta(60), (milestone,)
    )
    with transaction() as session:
        written = plans.write_plan(session, project, draft, field.author, field.at)
        seen = plans.plan_digest(written, [*written.milestones])
    with transaction() as session:
        plans.publish_plan(session, project, seen, field.officer, field.at)


def test_it_waits_until_all_of_its_cost_is_promised(field: Field) -> None:
    _project, opening = runner_up(field)
    field.add_paid(COST - 1, opening_id=opening)
    field.set_opening(OpeningState.MET, opening)
    with pytest.raises(Conflict):
        declare(field, opening)


def test_no_money_of_the_round_goes_to_it(field: Field) -> None:
    project, opening = runner_up(field)
    field.add_paid(COST, opening_id=opening)
    field.set_opening(OpeningState.MET, opening)
    declare(field, opening)
    with transaction() as session:
        rounds = select(CostCentre).where(CostCentre.kind == CostCentreKind.ROUND)
        for centre in session.scalars(rounds).all():
            assert commit_due(session, centre, field.at) == []
    assert field.net(Kind.ENCUMBRANCE, "project", project) == 0


def test_an_idea_without_a_cost_costs_what_was_looked_for(field: Field) -> None:
    project = field.add_project(State.ELIGIBLE, cost=None)
    opening = field.add_opening(
        project, kind="showcase", state=OpeningState.MET, target=9_000 * YUAN
    )
    declare(field, opening)
    db.session.rollback()
    assert db.session.get_one(Project, project).cost == 9_000 * YUAN


def test_a_winner_needs_no_such_word(field: Field) -> None:
    field.set_opening(OpeningState.MET)
    with pytest.raises(Conflict):
        declare(field, field.opening)


def test_its_page_says_that_partners_pay_and_hides_partners_on_the_ballot(
    field: Field, client: FlaskClient
) -> None:
    project, opening = runner_up(field)
    ident = field.add_signed(opening_id=opening)
    with transaction() as session:
        ending.cancel(session, ident, field.officer, "A pledge made twice.", field.at)
    field.add_paid(COST, opening_id=opening)
    field.set_opening(OpeningState.MET, opening)
    declare(field, opening)
    page = client.get(f"/projects/{project}").text
    assert "Paid for by partners" in page
    assert "A pledge was called off" in page
    assert "A pledge made twice." in page
    with transaction() as session:
        session.get_one(Project, project).state = State.ON_BALLOT
    page = client.get(f"/projects/{project}").text
    assert "A pledge was called off" not in page
    assert "A pledge made twice." not in page


def test_a_winner_that_waits_for_the_round_gets_from_it_what_partners_left(
    field: Field,
) -> None:
    project = field.add_project(State.SELECTED, cost=COST)
    with transaction() as own:
        winner = Winner(project, {"en": "A swing"}, COST)
        waits = enter_winners(own, field.round, {"en": "Round"}, "CNY", [winner], now=field.at)
    assert [one.ref for one in waits] == [project]
    opening = field.add_opening(project, target=COST)
    ident = field.add_paid(8_000 * YUAN, opening_id=opening, match=1_000 * YUAN)
    field.approve(field.ask(ident, 8_000 * YUAN, project_id=project))
    assert set_aside(field, 2_999 * YUAN) == [project]
    assert set_aside(field, 1 * YUAN) == []
    assert field.net(Kind.ENCUMBRANCE, "project", project) == COST


def set_aside(field: Field, amount: int) -> list[int]:
    """Money comes in for the round; gives the winners that still wait."""
    with transaction() as session:
        of = (CostCentre.kind == CostCentreKind.ROUND, CostCentre.ref == field.round)
        centre = session.scalars(select(CostCentre).where(*of)).one()
        about = Event(fund=field.matching_fund, round=centre.id)
        lines = lines_of("receive", about, amount) + lines_of("appropriate", about, amount)
        people = (field.finance, field.approver)
        key = f"aside:{next(field.keys)}"
        post(session, Group(key, lines, field.today(), "CNY", *people), field.at)
        return [one.ref for one in commit_due(session, centre, field.at)]
