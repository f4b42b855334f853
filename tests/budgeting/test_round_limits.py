"""Which projects exclude each other, which are paid for already, and how that is sealed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Role
from budgeting.jobs import turn
from budgeting.limits import limits_of
from budgeting.models import BallotType, Round, RoundState
from budgeting.services.limiting import limit_projects
from budgeting.slates import read
from budgeting.tally.limits import NO_LIMITS, Ceiling
from core.canonical import canonical
from core.db import transaction
from core.errors import Conflict
from projects.models import Category, Project
from projects.states import State
from tests.budgeting.conftest import OpenVote
from tests.budgeting.office import Office, events, stored
from tests.conftest import START
from tests.factories import Factory
from transparency.log import Entry

DAY = timedelta(days=1)
OPENS = START + 21 * DAY  # when the vote of a drafted round opens


@dataclass(frozen=True)
class Field:
    """A public round with projects: two for all, one in East with its own budget, one in West."""

    round_id: int
    lamps: int
    trees: int
    east: int
    west: int

    @property
    def path(self) -> str:
        return f"/rounds/{self.round_id}/limits"


@pytest.fixture
def field(office: Office, make: Factory, session: Session) -> Field:
    """Parks may cost ¥15,000 in each budget, West ¥9,000 of the budget for all."""
    ident = office.drafted(
        categories="公园 | Parks | 15000\nRoads", **{f"ceiling_{office.west}": "9000"}
    )
    office.post(f"/rounds/{ident}/publish")
    parks = session.query(Category.id).filter_by(round_id=ident, position=0).scalar()
    made = [
        make.project(ident, area, title={"en": name}, shuffle=place, category_id=category)
        for place, (area, name, category) in enumerate(
            [
                (office.area, "Lamps", parks),
                (office.area, "Trees", parks),
                (office.east, "Swings", parks),
                (office.west, "Pond", None),
            ]
        )
    ]
    session.rollback()
    return Field(ident, *made)


def changes(round_id: int) -> list[Entry]:
    """The recorded changes of a round."""
    return [entry for entry in events(round_id) if entry.type == "round.changed"]


def test_groups_and_payers_are_kept_recorded_and_told(
    office: Office, field: Field, client: FlaskClient
) -> None:
    typed = {f"group_{field.lamps}": "B", f"group_{field.trees}": "B"}
    answer = office.post(field.path, **typed, **{f"payer_{field.west}": " Mill <b>Ltd</b> "})
    assert answer.status_code == 303
    limits = limits_of(stored(field.round_id))
    assert limits.exclusive == [[field.lamps, field.trees]]
    assert limits.payers == {field.west: "Mill <b>Ltd</b>"}
    assert limits.categories == {0: 15_000_00}
    (entry,) = changes(field.round_id)
    assert entry.body["limits"]["to"]["exclusive"] == [[field.lamps, field.trees]]
    page = client.get(f"/rounds/{field.round_id}").text
    assert "At most one of these can win: Lamps / Trees." in page
    assert "“Pond” is already paid for by Mill &lt;b&gt;Ltd&lt;/b&gt;: it wins" in page
    assert "At most one of these: none → Lamps / Trees" in page
    assert "Paid for already: none → Pond (Mill" in page
    page = office.client.get(field.path).text
    assert page.count('selected value="A"') == 2
    assert 'value="Mill &lt;b&gt;Ltd&lt;/b&gt;"' in page


def test_saving_without_a_change_records_nothing(office: Office, field: Field) -> None:
    typed = {f"payer_{field.west}": "Mill Ltd"}
    for _ in range(2):
        assert office.post(field.path, **typed).status_code == 303
    assert len(changes(field.round_id)) == 1
    assert office.post(field.path, **{f"payer_{field.west}": " "}).status_code == 303
    assert limits_of(stored(field.round_id)).payers == {}
    assert len(changes(field.round_id)) == 2


@pytest.mark.parametrize(
    ("groups", "payer", "said"),
    [
        (["A", "", "", ""], "", "Group A has only this project. It takes two."),
        (["A", "", "A", ""], "", "The projects of group A are paid from different budgets."),
        (["?", "", "", ""], "", "Not a valid choice"),
        (["", "", "", ""], "x" * 121, "At most 120 characters"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_kept(
    office: Office, field: Field, groups: list[str], payer: str, said: str
) -> None:
    projects = (field.lamps, field.trees, field.east, field.west)
    typed = {f"group_{p}": name for p, name in zip(projects, groups, strict=True)}
    typed |= {f"payer_{field.lamps}": payer, f"payer_{field.west}": "Mill Ltd"}
    answer = office.post(field.path, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Mill Ltd"' in answer.text
    assert payer in answer.text
    assert limits_of(stored(field.round_id)).payers == {}


def test_projects_that_cannot_be_voted_on_are_not_asked_about(
    office: Office, field: Field, make: Factory
) -> None:
    unready = make.project(field.round_id, office.area, State.SUBMITTED)
    foreign = make.project(make.round(office.area), office.area)
    typed = {f"payer_{unready}": "Mill", f"payer_{foreign}": "Mill"}
    assert office.post(field.path, **typed).status_code == 303
    assert limits_of(stored(field.round_id)).payers == {}
    assert f"payer_{unready}" not in office.client.get(field.path).text


def test_the_seal_covers_what_may_win_together(
    office: Office, field: Field, session: Session
) -> None:
    typed = {f"group_{p}": "A" for p in (field.lamps, field.trees)}
    office.post(field.path, **typed, **{f"payer_{field.east}": "Mill Ltd"})
    turn(OPENS)
    sealed = stored(field.round_id)
    assert sealed.state == RoundState.FROZEN
    manifest = json.loads(sealed.manifest or "")
    codes = {row["project"]: row["code"] for row in manifest["projects"]}
    lamps, trees, east, west = (
        codes[p] for p in (field.lamps, field.trees, field.east, field.west)
    )
    assert canonical(manifest).decode() == sealed.manifest
    parks = {"name": "公园 / Parks", "amount": 15_000_00}
    assert manifest["limits"] == {
        "ceilings": [
            {**parks, "projects": [lamps, trees]},
            {**parks, "projects": [east]},
            {"name": "West", "amount": 9_000_00, "projects": [west]},
        ],
        "exclusive": [[lamps, trees]],
        "funded": [east],
        "payers": {east: "Mill Ltd"},
    }
    limits = read(manifest).limits
    assert limits.exclusive == (frozenset({lamps, trees}),)
    assert limits.funded == {east}
    assert Ceiling("West", frozenset({west}), 9_000_00) in limits.ceilings


def test_a_group_whose_projects_are_not_all_ready_is_left_out(office: Office, field: Field) -> None:
    typed = {f"group_{p}": "A" for p in (field.lamps, field.trees)}
    office.post(field.path, **typed, **{f"payer_{field.east}": "Mill Ltd"})
    with transaction() as session:
        session.get_one(Project, field.trees).state = State.WITHDRAWN
        session.get_one(Project, field.east).state = State.WITHDRAWN
    page = office.client.get(f"/rounds/{field.round_id}/check").text
    assert "1 group has fewer than two projects that are ready" in page
    assert "1 project that is paid for already is not ready" in page
    assert "Trees" not in office.client.get(f"/rounds/{field.round_id}").text.split("life")[0]
    turn(OPENS)
    manifest = json.loads(stored(field.round_id).manifest or "")
    assert manifest["limits"].keys() == {"ceilings"}


def test_a_paid_project_in_a_group_is_pointed_out(office: Office, field: Field) -> None:
    groups = {f"group_{p}": "A" for p in (field.lamps, field.trees)}
    said = "no other project can win"
    office.post(field.path, **groups)
    assert said not in office.client.get(f"/rounds/{field.round_id}/check").text
    office.post(field.path, **groups, **{f"payer_{field.trees}": "Mill Ltd"})
    assert said in office.client.get(f"/rounds/{field.round_id}/check").text


def test_a_round_without_limits_is_sealed_as_before(make: Factory) -> None:
    ident = make.round(make.area())
    make.project(ident, stored(ident).area_id)
    turn(START + 15 * DAY)
    manifest = json.loads(stored(ident).manifest or "")
    assert "limits" not in manifest
    assert read(manifest).limits == NO_LIMITS


def test_nothing_changes_once_the_vote_is_open(
    field: Field, office_at: Callable[[datetime], Office]
) -> None:
    turn(OPENS)
    office = office_at(OPENS)
    answer = office.post(field.path, **{f"payer_{field.west}": "Mill"})
    assert answer.status_code == 403
    with pytest.raises(Conflict), transaction() as session:
        limit_projects(session, field.round_id, {}, {field.west: "Mill"}, OPENS)
    assert limits_of(stored(field.round_id)).payers == {}
    assert changes(field.round_id) == []


def test_only_officers_of_the_area_say_what_may_win(
    field: Field,
    office: Office,
    make: Factory,
    sign_in: Callable[..., FlaskClient],
    client: FlaskClient,
) -> None:
    assert client.get(field.path).location.startswith("/sign-in")
    elsewhere = make.staff(Role.OFFICER, make.area("Elsewhere"))
    for person in (elsewhere, make.person(office.area), make.staff(Role.ADMIN, office.area)):
        assert sign_in(person).get(field.path).status_code == 403
    assert office.client.get("/rounds/999/limits").status_code == 404


def test_another_round_like_it_takes_over_ceilings_but_no_projects(
    office: Office, field: Field
) -> None:
    office.post(field.path, **{f"payer_{field.west}": "Mill Ltd"})
    answer = office.post(f"/rounds/{field.round_id}/duplicate")
    copied = limits_of(stored(int(answer.location.split("/")[2])))
    assert copied == limits_of(stored(field.round_id)).without_projects()
    assert copied.categories == {0: 15_000_00}


@pytest.mark.parametrize("kind", list(BallotType))
def test_the_ballot_says_what_excludes_and_what_is_paid_for(
    make: Factory, open_vote: OpenVote, kind: BallotType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(round_: Round, coded: object) -> object:
        return {"exclusive": [["1", "2"]], "funded": ["3"], "payers": {"3": "Mill & Co"}}

    monkeypatch.setattr("budgeting.services.freeze.sealed_limits", limited)
    voter = open_vote(kind)
    page = voter.page().text
    shown = {code: page.split(f'id="card-{code}"')[1].split("</article>")[0] for code in "1235"}
    assert "At most one of these can win: this one, or Project" in shown["1"]
    assert "At most one of these can win: this one, or Project" in shown["2"]
    assert "Mill &amp; Co pays for it" in shown["3"]
    assert "<button" not in shown["3"]
    assert "<button" in shown["5"]
    assert "can win" not in shown["5"]
    verb = "points 1" if kind == BallotType.POINTS else "add"
    assert "nobody votes on it" in voter.mark(verb, "3").text
    assert voter.versions() == []
    voter.mark(verb, "1")
    voter.mark(verb, "2")
    assert len(voter.versions()) == 2
    assert "Mill &amp; Co" in voter.client.get(f"{voter.vote.path}/print").text
