"""Writing and publishing a delivery plan: what fits, and who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Role
from core.db import transaction
from core.errors import Conflict, Invalid, NotFound, Refused
from projects.states import PlanState, State
from projects.works import services as do
from tests.factories import Factory
from tests.projects.works.yard import COST, YUAN, Yard
from transparency.log import timeline


def test_publishing_freezes_what_was_promised(yard: Yard) -> None:
    first, _second = yard.begin(6000 * YUAN, 3000 * YUAN)
    plan, milestone = yard.plan(), yard.milestone(first)
    assert plan.state == PlanState.PUBLISHED
    assert plan.promised_ends_on == plan.ends_on
    assert (milestone.promised_on, milestone.promised_budget) == (milestone.due_on, 6000 * YUAN)
    assert yard.money().by_contract


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"starts_on": timedelta(days=100)}, "ends_on"),
        ({"ends_on": timedelta(days=5)}, "milestones"),
        ({"milestones": ()}, "milestones"),
        ({"organisation_id": "firm"}, "organisation_id"),
        ({"organisation_id": 10**6}, "organisation_id"),
        ({"responsible_id": "neighbour"}, "responsible_id"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused_at_its_field(
    yard: Yard, values: dict[str, Any], field: str
) -> None:
    told = {
        name: yard.at.date() + value
        if isinstance(value, timedelta)
        else getattr(yard, value)
        if isinstance(value, str)
        else value
        for name, value in values.items()
    }
    with pytest.raises(Invalid) as refused:
        yard.write(COST, **told)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("budgets", [(COST + 1,), (COST, 1), (1,) * 21])
def test_budgets_stay_within_what_was_decided_and_parts_within_twenty(
    yard: Yard, budgets: tuple[int, ...]
) -> None:
    with pytest.raises(Invalid) as refused:
        yard.write(*budgets, ends_on=yard.at.date() + timedelta(days=300))
    assert list(refused.value.fields) == ["milestones"]


def test_whoever_wrote_a_plan_cannot_publish_it(yard: Yard) -> None:
    yard.write(COST)
    with pytest.raises(Refused):
        yard.publish(yard.officer)


def test_a_plan_that_was_changed_after_it_was_read_is_not_published(yard: Yard) -> None:
    yard.write(COST)
    with pytest.raises(Conflict), transaction() as session:
        do.publish_plan(session, yard.project, "0" * 64, yard.second_officer, yard.at)
    assert yard.row().state == State.SELECTED


def test_a_published_plan_is_not_written_anew_or_published_twice(yard: Yard) -> None:
    yard.begin()
    with pytest.raises(Conflict):
        yard.write(COST)
    with pytest.raises(Conflict):
        yard.publish()


def test_nothing_is_promised_before_its_money_is_committed(yard: Yard, make: Factory) -> None:
    area = yard.books.areas[3]
    yard.project = make.project(yard.round, area, State.SELECTED, cost=COST)
    yard.write(COST)
    with pytest.raises(NotFound):
        yard.publish()
    assert yard.row().state == State.SELECTED


def test_only_chosen_projects_are_planned(yard: Yard, make: Factory) -> None:
    yard.project = make.project(yard.round, yard.books.areas[3], State.NOT_SELECTED)
    with pytest.raises(Conflict):
        yard.write(COST)


def test_the_plan_is_recorded_without_any_name(yard: Yard) -> None:
    yard.begin()
    with transaction() as session:
        (entry,) = timeline(session, ("project", yard.project), types=("delivery.begun",))
    assert entry.body["by"] == yard.officer
    assert entry.body["approved_by"] == yard.second_officer
    assert "张三" not in str(entry.body)


def test_people_of_another_role_may_not_plan(yard: Yard, make: Factory, sign_in: Any) -> None:
    foreign = make.staff(Role.OFFICER, make.area("Far away"))
    url = f"/projects/{yard.project}/plan"
    for person in (foreign, yard.reviewer, yard.committee, yard.worker, yard.neighbour):
        assert sign_in(person).get(url).status_code == 403
    assert sign_in(yard.officer, strong=False).get(url).status_code == 403
