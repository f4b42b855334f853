"""Drafts: saved as one types, never overwritten unawares, nobody else's to see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.db import transaction
from projects.models import Project
from projects.states import State
from tests.factories import Factory
from tests.projects.scenes import Scene

Begin = Callable[[], tuple[FlaskClient, int]]
SignIn = Callable[..., FlaskClient]


def edit(browser: FlaskClient, ident: int, data: dict[str, Any]) -> Any:
    return browser.post(f"/projects/{ident}/edit", data=data)


def test_two_clicks_on_start_begin_one_draft(begin: Begin) -> None:
    assert begin()[1] == begin()[1]


def test_a_draft_may_lack_everything(begin: Begin, session: Session) -> None:
    browser, ident = begin()
    answer = edit(browser, ident, {"action": "save", "version": "0", "title": "Benches"})
    assert answer.status_code == 303
    assert "Benches" in browser.get(f"/projects/{ident}/edit").text
    assert session.get_one(Project, ident).state == State.DRAFT


def test_a_draft_saves_itself_while_it_is_typed(begin: Begin) -> None:
    browser, ident = begin()
    saved = browser.post(f"/projects/{ident}/draft", data={"version": "0", "title": "Ben"})
    assert saved.json == {"version": 1}
    saved = browser.post(f"/projects/{ident}/draft", data={"version": "1", "title": "Benches"})
    assert saved.json == {"version": 2}
    assert "Benches" in browser.get(f"/projects/{ident}/edit").text


def test_saving_the_same_twice_changes_nothing(begin: Begin) -> None:
    browser, ident = begin()
    data = {"version": "0", "title": "Benches"}
    answers = [browser.post(f"/projects/{ident}/draft", data=data).json for _ in range(2)]
    assert answers == [{"version": 1}, {"version": 1}]


def test_two_pages_of_one_draft_are_both_shown_and_neither_is_lost(begin: Begin) -> None:
    browser, ident = begin()
    edit(browser, ident, {"action": "save", "version": "0", "title": "From the phone"})
    late = edit(browser, ident, {"action": "save", "version": "0", "title": "From the desk"})
    assert late.status_code == 409
    assert "From the phone" in late.text
    assert "From the desk" in late.text
    assert 'name="version" type="hidden" value="1"' in late.text
    again = edit(browser, ident, {"action": "save", "version": "1", "title": "From the desk"})
    assert again.status_code == 303


def test_an_autosave_of_an_old_page_is_refused_with_a_reason(begin: Begin) -> None:
    browser, ident = begin()
    browser.post(f"/projects/{ident}/draft", data={"version": "0", "title": "New"})
    late = browser.post(f"/projects/{ident}/draft", data={"version": "0", "title": "Old"})
    assert late.status_code == 409
    assert "another page" in late.json["message"]  # type: ignore[index]  # it is JSON


def test_what_fits_is_saved_even_if_something_else_does_not(begin: Begin) -> None:
    browser, ident = begin()
    data = {"version": "0", "title": "Benches", "estimate": "many", "latitude": "31"}
    answer = browser.post(f"/projects/{ident}/draft", data=data)
    assert answer.status_code == 422
    assert "cost" in answer.json["message"]  # type: ignore[index]  # it is JSON
    assert "Benches" in browser.get(f"/projects/{ident}/edit").text


def test_a_draft_outlives_its_phase_but_cannot_be_handed_in(
    begin: Begin,
    proposal: dict[str, Any],
    clock: Callable[[Any], None],
    make: Factory,
    session: Session,
) -> None:
    browser, ident = begin()
    clock(make.at + timedelta(days=20))
    answer = edit(browser, ident, proposal)
    assert answer.status_code == 409
    assert "Your text is kept" in answer.text
    project = session.get_one(Project, ident)
    assert (project.state, project.title) == (State.DRAFT, {"en": "Benches by the river"})


def test_nobody_else_reads_writes_or_withdraws_a_draft(
    begin: Begin, sign_in: SignIn, make: Factory, client: FlaskClient, scene: Scene
) -> None:
    _, ident = begin()
    stranger = sign_in(make.person(scene.area))
    for browser in (stranger, client):
        assert browser.get(f"/projects/{ident}").status_code == 404
        assert browser.get(f"/projects/{ident}/place.json").status_code == 404
        for verb in ("edit", "draft", "withdraw"):
            assert browser.post(f"/projects/{ident}/{verb}").status_code == 403


def test_a_draft_that_was_handed_in_elsewhere_does_not_take_an_autosave(
    begin: Begin, proposal: dict[str, Any], session: Session
) -> None:
    browser, ident = begin()
    edit(browser, ident, proposal)
    late = browser.post(f"/projects/{ident}/draft", data={"version": "1", "title": "Other"})
    assert late.status_code == 409
    with transaction() as fresh:
        assert fresh.get_one(Project, ident).title == {"en": "Benches by the river"}
