"""Writing a round: what the form takes, and what it says when something does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Role
from budgeting.models import PhaseKind, Round
from budgeting.rule_settings import DEFAULTS
from core.clock import working_days_between
from projects.models import Category
from tests.budgeting.office import Office, dates, local, stored
from tests.conftest import START
from tests.factories import Factory

DAY = timedelta(days=1)
# On the first day of the vote that ``dates`` gives.
VOTING = START + 21 * DAY


def test_a_round_is_kept_as_it_was_typed(office: Office, session: Session) -> None:
    made = stored(office.drafted(ballot_type="points", max_points="12", ties="seed"))
    assert made.state == "draft"
    assert made.title == {"zh_Hans": "微实事", "en": "Small works"}
    assert made.languages == ["zh_Hans", "en"]
    assert {b.area_id: b.amount for b in made.sub_budgets} == {
        office.area: 1_200_000_00,
        office.east: 300_000_00,
    }
    assert (made.cost_min, made.cost_max, made.max_points) == (1000_00, 400_000_00, 12)
    assert made.rule == {**DEFAULTS, "ties": "seed"}
    assert made.limits is None
    assert [p.kind for p in made.phases] == [k for k in PhaseKind if k != PhaseKind.DISCUSSION]
    assert made.phases[2].starts_at == VOTING
    names = select(Category.name).where(Category.round_id == made.id).order_by(Category.position)
    assert list(session.scalars(names)) == [
        {"zh_Hans": "环境", "en": "Environment"},
        {"en": "Roads"},
    ]


def test_one_language_is_enough(office: Office) -> None:
    made = stored(office.drafted(title_en="", summary_en=""))
    assert (made.title, made.languages) == ({"zh_Hans": "微实事"}, ["zh_Hans"])


def test_verified_names_are_asked_for_unless_a_round_says_otherwise(office: Office) -> None:
    page = office.client.get(f"/areas/{office.area}/rounds/new").text
    assert 'checked class="form-check-input" id="verified_only"' in page
    assert stored(office.drafted(verified_only=None)).verified_only is False


def test_the_dates_proposed_begin_on_working_days_and_follow_each_other(office: Office) -> None:
    page = office.client.get(f"/areas/{office.area}/rounds/new").text
    proposed = {name: value_of(page, name) for name in dates()}
    assert proposed["submission_starts"] == "2026-03-09T09:00"
    for name, typed in proposed.items():
        day = datetime.fromisoformat(typed).date()
        assert working_days_between(day - DAY, day) == 1, name
    assert office.drafted(**proposed)


def value_of(page: str, name: str) -> str:
    """What stands in an input of a page."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title_en", "x" * 10_000, "At most 120 characters"),
        ("summary_en", "x" * 10_000, "At most 1000 characters"),
        ("cost_min", "0", "at least ¥0.01"),
        ("cost_min", "-5", "at least ¥0.01"),
        ("cost_min", "0.001", "too many digits"),
        ("cost_max", "1" + "0" * 18, "at most ¥10,000,000,000,000"),
        ("cost_max", "cheap", "an amount in figures"),
        ("cost_max", "500", "The highest cost is below the lowest."),
        ("max_choices", "0", "from 1 to 1000"),
        ("max_choices", "many", "Not a valid integer"),
        ("max_points", "9" * 30, "from 1 to 1000"),
        ("min_age", "200", "from 0 to 120"),
        ("min_votes", "-1", "from 0 to 1000000"),
        ("currency", "XXX", "Not a valid choice"),
        ("ballot_type", "veto", "Not a valid choice"),
        ("ties", "id", "Not a valid choice"),
        ("misfit", "bribe", "Not a valid choice"),
        ("rule", "lottery", "Not a valid choice"),
        ("utility", "x" * 10_000, "Not a valid choice"),
        ("completion", "add2", "Not a valid choice"),
        ("until", "never", "Not a valid choice"),
        ("compare", "phragmen", "Not a valid choice"),
        ("categories", "环境 | Environment | many", "Line 1: Please write an amount"),
        ("categories", "Roads\nParks | 0", "Line 2: That is too little or too much."),
        ("categories", "Parks | 1" + "0" * 17, "Line 1: That is too little"),
        ("categories", "环境 | Parks | Roads | 5", "Line 1: Please write 环境"),
        ("categories", "| | 500", "Line 1: Please write 环境"),
        ("categories", "\n".join("abcdefghijklmnopqrstuvwxyz"), "At most 20 categories"),
        ("categories", "y" * 100, "At most 60 characters"),
        ("categories", " ", "Please fill this in."),
        ("voting_starts", "soon", "Please choose a date and a time."),
        ("voting_starts", "0001-01-01T00:00", "Please look at the year."),
        ("delivery_ends", "9999-12-31T23:59", "Please look at the year."),
        ("review_ends", "", "Please choose a date and a time."),
    ],
)
def test_bad_input_is_said_at_its_field_and_kept(
    office: Office, session: Session, field: str, typed: str, said: str
) -> None:
    answer = office.open_round(**{field: typed})
    assert answer.status_code == 422
    assert said in answer.text.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert ("Small works" if field != "title_en" else typed) in answer.text
    assert session.scalar(select(Round.id)) is None


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"voting_ends": local(VOTING - DAY)}, "voting_ends", "would end before it begins"),
        ({"voting_ends": local(VOTING)}, "voting_ends", "would end before it begins"),
        ({"voting_starts": local(VOTING - DAY)}, "voting_starts", "before the one above has"),
        ({"review_starts": local(START)}, "review_starts", "before the one above has ended"),
        ({"discussion_starts": local(VOTING)}, "discussion_ends", "Please choose a date"),
        (
            {"discussion_starts": local(VOTING), "discussion_ends": local(VOTING + DAY)},
            "review_starts",
            "before the one above has ended",
        ),
    ],
)
def test_phases_that_do_not_follow_each_other_are_refused(
    office: Office, changes: dict[str, str], field: str, said: str
) -> None:
    answer = office.open_round(**changes)
    assert answer.status_code == 422
    assert said in answer.text.split(f'id="{field}-error"')[1].split("</p>")[0]
    for typed in changes.values():
        assert f'value="{typed}"' in answer.text


def test_everything_at_fault_is_said_at_once(office: Office) -> None:
    answer = office.open_round(cost_max="abc", voting_ends=local(START), max_points="")
    for field in ("cost_max", "voting_ends", "max_points"):
        assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize("amount", ["", "0"])
def test_a_round_without_money_is_refused(office: Office, amount: str) -> None:
    budgets = {f"amount_{area}": amount for area in (office.area, office.east)}
    answer = office.open_round(**budgets)
    assert answer.status_code == 422
    error = answer.text.split(f'id="amount_{office.area}-error"')[1].split("</p>")[0]
    assert "at least one budget" in error


def test_money_that_no_project_could_use_or_nobody_could_count_is_refused(office: Office) -> None:
    budgets = {f"amount_{office.area}": "500", f"amount_{office.east}": "900"}
    assert "No project could be paid" in office.open_round(**budgets).text
    budgets = {f"amount_{area}": "1" + "0" * 13 for area in (office.area, office.east)}
    assert "too much to count" in office.open_round(**budgets).text


def test_a_budget_for_a_foreign_area_is_not_read(office: Office, make: Factory) -> None:
    foreign = make.area("Elsewhere")
    made = stored(office.drafted(**{f"amount_{foreign}": "999999", "area_id": foreign}))
    assert {b.area_id for b in made.sub_budgets} == {office.area, office.east}
    assert made.area_id == office.area


def test_html_in_a_title_is_shown_and_does_nothing(office: Office) -> None:
    ident = office.drafted(title_en="<script>alert(1)</script>", categories="<b>x</b> | <i>y</i>")
    page = office.client.get(f"/rounds/{ident}/preview").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;x&lt;/b&gt;" in office.client.get(f"/rounds/{ident}/edit").text


def test_only_officers_of_the_area_or_above_open_rounds_there(
    office: Office, make: Factory, sign_in: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    elsewhere = make.staff(Role.OFFICER, make.area("Elsewhere"))
    below = make.staff(Role.OFFICER, office.east)
    path = f"/areas/{office.area}/rounds/new"
    for person in (elsewhere, below, make.person(office.area), make.staff(Role.ADMIN, office.area)):
        other = Office(office.area, office.east, office.west, person, sign_in(person))
        assert other.client.get(path).status_code == 403
        assert other.open_round().status_code == 403
    weak = sign_in(office.officer, strong=False)
    assert weak.get(path).status_code == 403
    assert client.get(path).location.startswith("/sign-in")
    assert office.client.get(f"/areas/{office.east}/rounds/new").status_code == 200
    assert office.client.get("/areas/999999/rounds/new").status_code == 404


def test_a_draft_can_be_changed_in_every_respect(office: Office, session: Session) -> None:
    ident = office.drafted()
    page = office.client.get(f"/rounds/{ident}/edit").text
    assert "1200000" in page
    assert "环境 | Environment" in page
    changed = office.typed(
        **{f"amount_{office.east}": "", f"amount_{office.west}": "70000"},
        categories="Parks",
        ballot_type="knapsack",
        min_age="16",
        discussion_starts=local(START + 11 * DAY),
        discussion_ends=local(START + 15 * DAY),
        review_starts=local(START + 15 * DAY),
    )
    assert office.post(f"/rounds/{ident}/edit", **changed).status_code == 303
    made = stored(ident)
    assert {b.area_id: b.amount for b in made.sub_budgets} == {
        office.area: 1_200_000_00,
        office.west: 70_000_00,
    }
    assert (made.ballot_type, made.min_age, len(made.phases)) == ("knapsack", 16, 6)
    names = select(Category.name).where(Category.round_id == ident)
    assert list(session.scalars(names)) == [{"en": "Parks"}]
