"""What may change of a round once it is public, and what never does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Role
from budgeting.forms import round_form
from budgeting.models import PhaseKind, Round, RoundState
from budgeting.plans import Amendment
from budgeting.services.amending import amend_round
from budgeting.services.rounds import cancel_round, edit_round, publish_round
from budgeting.states import MOVES, PUBLIC, can, move
from budgeting.typed import plan_of
from core.db import transaction
from core.errors import Conflict, Invalid
from tests.budgeting.office import Office, dates, events, local, stored
from tests.conftest import START
from tests.factories import Factory

DAY = timedelta(days=1)
AFTER_OPENING = frozenset({RoundState.FROZEN, RoundState.CLOSED, RoundState.DECIDED})


@pytest.fixture
def public_round(office: Office) -> int:
    """A round whose submission begins a day after START; each phase takes ten days."""
    ident = office.drafted()
    assert office.post(f"/rounds/{ident}/publish").status_code == 303
    return ident


def changed(office: Office, **changes: object) -> dict[str, object]:
    """The form for a public round as it is shown, with changes."""
    names = ("title_en", "title_zh_Hans", "summary_en", "summary_zh_Hans")
    return {name: office.typed()[name] for name in names} | dates() | changes


def test_every_state_is_in_the_table_and_unlisted_moves_are_refused() -> None:
    reached = set(MOVES.values()) | {RoundState.DRAFT}
    assert reached == set(RoundState)
    verbs = {verb for _state, verb in MOVES}
    for state in RoundState:
        for verb in verbs:
            made = Round(state=state)
            if (state, verb) in MOVES:
                move(made, verb)
                assert made.state == MOVES[state, verb]
            else:
                assert not can(state, verb)
                with pytest.raises(Conflict):
                    move(made, verb)
                assert made.state == state


def test_nothing_is_called_off_once_voting_has_opened() -> None:
    assert {state for state in RoundState if can(state, "cancel")} == {RoundState.PUBLISHED}
    assert RoundState.DRAFT not in PUBLIC


def test_a_public_round_keeps_its_money_and_its_rules(office: Office, public_round: int) -> None:
    before = stored(public_round)
    was = (before.rule, before.min_age, before.cost_max, before.ballot_type, before.currency)
    forged = office.typed(
        title_en="Small works, again",
        **{f"amount_{office.area}": "9"},
        min_age="0",
        verified_only=None,
        cost_max="9",
        misfit="stop",
        ballot_type="points",
        currency="EUR",
        state="decided",
    )
    assert office.post(f"/rounds/{public_round}/edit", **forged).status_code == 303
    after = stored(public_round)
    assert after.title["en"] == "Small works, again"
    assert after.state == "published"
    assert after.verified_only is True
    assert (after.rule, after.min_age, after.cost_max, after.ballot_type, after.currency) == was
    assert after.sub_budgets[0].amount == 1_200_000_00


def test_a_change_of_dates_is_recorded_and_shown(
    office: Office, public_round: int, client: FlaskClient
) -> None:
    later = local(START + 22 * DAY)
    form = changed(office, voting_starts=later, title_en="Renamed")
    assert office.post(f"/rounds/{public_round}/edit", **form).status_code == 303
    entry = events(public_round)[0]
    assert entry.type == "round.changed"
    assert entry.body["title"]["to"] == {"en": "Renamed", "zh_Hans": "微实事"}
    assert [change["kind"] for change in entry.body["phases"]] == ["voting"]
    page = client.get(f"/rounds/{public_round}").text
    assert "The round was changed before voting" in page
    assert "Title: Small works → Renamed" in page
    assert "Voting: Monday 23 March, 12:00" in page
    assert "→ Tuesday 24 March, 12:00" in page


def test_saving_without_a_change_records_nothing(office: Office, public_round: int) -> None:
    count = len(events(public_round))
    assert office.post(f"/rounds/{public_round}/edit", **changed(office)).status_code == 303
    assert len(events(public_round)) == count


def test_a_date_that_has_seconds_is_not_changed_by_looking_at_it(office: Office) -> None:
    ident = office.drafted()
    with transaction() as session:
        for phase in session.get_one(Round, ident).phases:
            phase.starts_at += timedelta(seconds=7)
            phase.ends_at += timedelta(seconds=7)
        publish_round(session, ident, START)
    assert office.post(f"/rounds/{ident}/edit", **changed(office)).status_code == 303
    assert [entry.type for entry in events(ident)] == ["round.published", "round.created"]


def test_a_phase_that_has_begun_can_be_made_longer_but_not_shorter(
    public_round: int, office_at: Callable[[datetime], Office]
) -> None:
    office = office_at(START + 5 * DAY)
    path = f"/rounds/{public_round}/edit"
    for field, typed, said in [
        ("submission_starts", START + 2 * DAY, "has already begun"),
        ("submission_ends", START + 8 * DAY, "longer, but not shorter"),
        ("review_starts", START + 4 * DAY, "before the one above has ended"),
    ]:
        answer = office.post(path, **changed(office, **{field: local(typed)}))
        assert answer.status_code == 422
        assert said in answer.text.split(f'id="{field}-error"')[1].split("</p>")[0]
        assert f'value="{local(typed)}"' in answer.text
    longer = changed(
        office,
        submission_ends=local(START + 13 * DAY),
        review_starts=local(START + 13 * DAY),
    )
    assert office.post(path, **longer).status_code == 303
    assert stored(public_round).phases[0].ends_at == START + 13 * DAY


def test_phases_to_come_cannot_be_put_into_the_past(office: Office, public_round: int) -> None:
    form = changed(office, submission_starts=local(START - DAY))
    answer = office.post(f"/rounds/{public_round}/edit", **form)
    assert answer.status_code == 422
    assert "Please choose a time to come." in answer.text


def test_a_vote_that_could_not_open_is_put_off_and_the_review_taken_up_again(
    public_round: int, office_at: Callable[[datetime], Office], client: FlaskClient
) -> None:
    office = office_at(START + 22 * DAY)
    page = client.get(f"/rounds/{public_round}").text
    assert "Voting should have opened on Monday 23 March, 12:00" in page
    assert "Voting has not opened" in page
    assert "The vote cannot open yet: Small works" in office.client.get("/desk").text
    later = changed(
        office,
        review_ends=local(START + 26 * DAY),
        voting_starts=local(START + 26 * DAY),
    )
    assert office.post(f"/rounds/{public_round}/edit", **later).status_code == 303
    assert "Voting should have opened" not in client.get(f"/rounds/{public_round}").text


@pytest.mark.parametrize("state", sorted(AFTER_OPENING | {RoundState.CANCELLED}))
def test_nothing_changes_once_the_rules_are_sealed(
    office: Office, make: Factory, session: Session, state: RoundState
) -> None:
    ident = make.round(office.area, PhaseKind.VOTING, state=state)
    before = stored(ident)
    was = (before.title, before.rule, [(p.starts_at, p.ends_at) for p in before.phases])
    for path in ("edit", "publish", "cancel"):
        answer = office.post(f"/rounds/{ident}/{path}", **office.typed(reason="Because"))
        assert answer.status_code == 403, path
    assert office.client.get(f"/rounds/{ident}/edit").status_code == 403
    dates_of = {PhaseKind(p.kind): (p.starts_at, p.ends_at) for p in before.phases}
    amendment = Amendment({"en": "Other"}, {"en": "Other"}, dates_of)
    with pytest.raises(Conflict), transaction() as writing:
        amend_round(writing, ident, amendment, START)
    with pytest.raises(Conflict), transaction() as writing:
        cancel_round(writing, ident, "Because", START)
    after = stored(ident)
    assert (after.title, after.rule, [(p.starts_at, p.ends_at) for p in after.phases]) == was
    assert after.state == state


def test_a_full_edit_of_a_public_round_is_refused_below_the_pages_too(
    office: Office, public_round: int
) -> None:
    areas = [(office.area, "all"), (office.east, "East")]
    with office.client.application.test_request_context(method="POST", data=office.typed()):
        plan = plan_of(round_form(areas), areas)
    with pytest.raises(Conflict), transaction() as session:
        edit_round(session, public_round, plan, START)


def test_a_round_is_called_off_with_a_public_reason(
    office: Office, public_round: int, client: FlaskClient
) -> None:
    path = f"/rounds/{public_round}/cancel"
    empty = office.post(path, reason=" ")
    assert empty.status_code == 422
    assert stored(public_round).state == "published"
    assert office.post(path, reason="The money is <needed> elsewhere.").status_code == 303
    page = client.get(f"/rounds/{public_round}").text
    assert "This round was called off: The money is &lt;needed&gt; elsewhere." in page
    assert office.post(path, reason="Again").status_code == 403


def test_officers_of_other_areas_change_nothing(
    office: Office, public_round: int, make: Factory, sign_in: Callable[..., FlaskClient]
) -> None:
    stranger = make.staff(Role.OFFICER, make.area("Elsewhere"))
    resident = make.person(office.area)
    draft = office.drafted()
    for person in (stranger, resident):
        other = Office(office.area, office.east, office.west, person, sign_in(person))
        for ident in (draft, public_round):
            for page in ("edit", "check", "preview"):
                assert other.client.get(f"/rounds/{ident}/{page}").status_code == 403
            for verb in ("edit", "publish", "cancel", "duplicate"):
                answer = other.post(f"/rounds/{ident}/{verb}", **other.typed(reason="x"))
                assert answer.status_code == 403
    assert stored(draft).state == "draft"
    assert stored(public_round).title["en"] == "Small works"


def test_another_round_like_it_is_a_draft_with_dates_to_come(
    public_round: int, office_at: Callable[[datetime], Office], session: Session
) -> None:
    office = office_at(START + 400 * DAY)
    answer = office.post(f"/rounds/{public_round}/duplicate")
    assert answer.status_code == 303
    ident = int(answer.location.split("/")[2])
    old, made = stored(public_round), stored(ident)
    assert made.state == "draft"
    shifts = {n.starts_at - o.starts_at for n, o in zip(made.phases, old.phases, strict=True)}
    assert len(shifts) == 1
    assert shifts.pop() % DAY == timedelta(0)
    assert START + 400 * DAY < made.phases[0].starts_at <= START + 401 * DAY
    assert (made.title, made.rule, made.cost_max) == (old.title, old.rule, old.cost_max)
    assert [b.amount for b in made.sub_budgets] == [b.amount for b in old.sub_budgets]
    assert "环境 | Environment" in office.client.get(f"/rounds/{ident}/edit").text
    assert session.scalar(select(func.count()).select_from(Round)) == 2
    assert office.post(f"/rounds/{ident}/publish").status_code == 303


def test_an_imported_round_without_dates_can_be_taken_as_a_pattern(
    office: Office, make: Factory
) -> None:
    ident = make.round(office.area, PhaseKind.RESULTS, state="decided", imported=True)
    with transaction() as session:
        made = session.get_one(Round, ident)
        made.phases.clear()
    answer = office.post(f"/rounds/{ident}/duplicate")
    copy = int(answer.location.split("/")[2])
    assert office.client.get(f"/rounds/{copy}/edit").status_code == 200
    with pytest.raises(Invalid), transaction() as session:
        publish_round(session, copy, START)
