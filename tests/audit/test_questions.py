"""Questions about lines: asked by residents, answered in public, never silently removed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Notice, Role
from accounts.own_data import erasers, parts
from accounts.sessions import load_actor, open_session
from audit.models import LineQuestion
from audit.questions import MOST_A_DAY, answer, ask, hide, text_hash
from core import desk
from core.clock import add_working_days
from core.db import transaction
from core.errors import Conflict, Invalid, TooMany
from ledger.models import Transfer
from tests.audit.town import Town
from tests.factories import Factory
from tests.together import together
from transparency.models import Leaf

TEXT = "Why is this lamp dearer than the last one?"
SignIn = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def no_form_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms are posted without first fetching the page that carries their token."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture
def line(town: Town, session: Session) -> int:
    """A payment of the community's fund."""
    return session.scalars(select(Transfer.id).where(Transfer.code == "pay")).all()[0]


@pytest.fixture
def resident(town: Town, make: Factory) -> int:
    """Somebody who lives there."""
    return make.person(town.books.areas[-1], name="李雷")


def asked(line: int, by: int, at: Any, text: str = TEXT) -> int:
    """A question, asked."""
    with transaction() as session:
        return ask(session, line, text, by, at).id


@dataclass
class Asked:
    """A question, who asked it, and the page of its line."""

    id: int
    by: int
    page: str


@pytest.fixture
def question(line: int, resident: int, make: Factory) -> Asked:
    """A resident's question."""
    return Asked(asked(line, resident, make.at), resident, f"/money/lines/{line}")


@pytest.fixture
def officer(town: Town, make: Factory, sign_in: SignIn) -> FlaskClient:
    """A round officer of the sub-district above the community."""
    return sign_in(make.staff(Role.OFFICER, town.books.areas[-2]))


def leaves(session: Session, kind: str) -> list[dict[str, Any]]:
    """What the record says of one kind."""
    return [json.loads(b) for b in session.scalars(select(Leaf.body).where(Leaf.type == kind))]


def test_a_resident_asks_and_everybody_reads_it_under_a_masked_name(
    line: int, resident: int, sign_in: SignIn, client: FlaskClient, make: Factory
) -> None:
    answer_ = sign_in(resident).post(f"/money/lines/{line}/ask", data={"text": TEXT})
    assert answer_.status_code == 303
    for path in (f"/money/lines/{line}", "/money/questions", "/money/questions?waiting=1"):
        text = client.get(path).text
        assert TEXT in text
        assert "李*" in text
        assert "李雷" not in text
        assert "Answer due by 9 Mar" in text  # five working days after 2 March


def test_visitors_are_asked_to_sign_in_first(line: int, client: FlaskClient) -> None:
    answer_ = client.get(f"/money/lines/{line}/ask")
    assert answer_.status_code == 302
    assert "/sign-in" in answer_.location
    assert client.post(f"/money/lines/{line}/ask", data={"text": TEXT}).status_code == 403


@pytest.mark.parametrize("text", ["", "Why?", "x" * 1001])
def test_a_question_has_ten_to_a_thousand_characters(
    line: int, resident: int, sign_in: SignIn, text: str
) -> None:
    answer_ = sign_in(resident).post(f"/money/lines/{line}/ask", data={"text": text})
    assert answer_.status_code == 422


def test_asking_twice_is_asking_once_and_a_day_has_a_limit(
    line: int, resident: int, make: Factory
) -> None:
    first = asked(line, resident, make.at)
    assert asked(line, resident, make.at) == first
    for number in range(MOST_A_DAY - 1):
        asked(line, resident, make.at, f"{TEXT} {number}")
    with pytest.raises(TooMany):
        asked(line, resident, make.at, f"{TEXT} once more")
    asked(line, resident, make.at + timedelta(days=1, minutes=1), f"{TEXT} once more")


def test_the_limit_holds_for_many_requests_at_once(
    app: Flask, line: int, resident: int, make: Factory, session: Session
) -> None:
    numbers = itertools.count()

    def once() -> bool:
        try:
            asked(line, resident, make.at, f"{TEXT} {next(numbers)}")
        except TooMany:
            return False
        return True

    assert sorted(together(app, once, 8)) == [False] * 3 + [True] * MOST_A_DAY
    assert len(session.scalars(select(LineQuestion.id)).all()) == MOST_A_DAY


def test_an_officer_of_the_area_answers_once_and_the_asker_is_told(
    question: Asked, officer: FlaskClient, client: FlaskClient, session: Session
) -> None:
    path = f"/money/questions/{question.id}/answer"
    assert officer.get(path).status_code == 200
    said = "The old lamp had to be taken down first."
    assert officer.post(path, data={"answer": said}).status_code == 303
    assert officer.post(path, data={"answer": said}).status_code == 409
    assert said in client.get(question.page).text
    notice = session.scalars(select(Notice).where(Notice.person_id == question.by)).one()
    assert notice.url == f"{question.page}#question-{question.id}"
    assert leaves(session, "question.answered")[0]["answer_sha256"] == text_hash("", said)


def test_only_officers_of_the_area_or_above_answer_and_never_themselves(
    town: Town, line: int, resident: int, make: Factory, sign_in: SignIn
) -> None:
    elsewhere = make.staff(Role.FINANCE, make.area("Elsewhere"))
    auditor = make.staff(Role.AUDITOR, town.books.areas[0])
    own = make.staff(Role.FINANCE, town.books.areas[0])
    question, own_question = asked(line, resident, make.at), asked(line, own, make.at, TEXT + "!")
    for person in (resident, elsewhere, auditor):
        assert sign_in(person).get(f"/money/questions/{question}/answer").status_code == 403
    assert sign_in(own).get(f"/money/questions/{question}/answer").status_code == 200
    assert sign_in(own).get(f"/money/questions/{own_question}/answer").status_code == 403


def test_open_questions_stand_on_the_desk_of_who_answers_them(
    app: Flask, town: Town, line: int, resident: int, make: Factory
) -> None:
    asked(line, resident, make.at)

    def titles(person: int) -> list[str]:
        with transaction() as session:
            token = open_session(session, person, strong=True, device="", now=make.at)
        with transaction() as session:
            actor = load_actor(session, token, make.at)
            assert actor is not None
            found = desk.duties(session, actor, make.at)
        return [duty.url for duty in found if "/money/questions/" in duty.url]

    assert len(titles(make.staff(Role.FINANCE, town.books.areas[0]))) == 1
    assert titles(make.staff(Role.FINANCE, make.area("Elsewhere"))) == []
    assert titles(resident) == []


def test_what_is_late_is_shown(
    line: int, resident: int, make: Factory, clock: Callable[[Any], None], client: FlaskClient
) -> None:
    asked(line, resident, make.at)
    due = add_working_days(make.at.date(), 5)
    clock(make.at + (due - make.at.date()))
    assert "Overdue since" not in client.get("/money/questions").text
    clock(make.at + (due - make.at.date()) + timedelta(days=1))
    assert "Overdue since 9 Mar" in client.get("/money/questions").text


def test_a_hidden_text_leaves_its_reason_and_the_fact(
    question: Asked, officer: FlaskClient, client: FlaskClient, session: Session
) -> None:
    path = f"/money/questions/{question.id}/hide"
    assert officer.post(path, data={"reason": "No"}).status_code == 422
    assert officer.post(path, data={"reason": "It insults a neighbour."}).status_code == 303
    text = client.get(question.page).text
    assert TEXT not in text
    assert "It insults a neighbour." in text
    assert leaves(session, "question.hidden")[0]["reason"] == "It insults a neighbour."


def test_only_round_officers_hide_a_text(
    question: Asked, town: Town, make: Factory, sign_in: SignIn
) -> None:
    finance = sign_in(make.staff(Role.FINANCE, town.books.areas[0]))
    answer_ = finance.post(f"/money/questions/{question.id}/hide", data={"reason": "It insults."})
    assert answer_.status_code == 403


def test_services_refuse_what_pages_would_not_send(
    town: Town, line: int, resident: int, make: Factory
) -> None:
    question = asked(line, resident, make.at)
    officer = make.staff(Role.OFFICER, town.books.areas[0])
    with transaction() as session:
        answer(session, question, "Because of the wiring.", officer, make.at)
    with pytest.raises(Conflict), transaction() as session:
        answer(session, question, "Because of the wiring.", officer, make.at)
    with pytest.raises(Invalid), transaction() as session:
        hide(session, question, "", officer, make.at)


def test_the_record_holds_a_salted_hash_and_erasing_the_asker_takes_the_salt(
    line: int, resident: int, make: Factory, session: Session
) -> None:
    question = asked(line, resident, make.at)
    salt = session.get_one(LineQuestion, question).salt or ""
    assert len(salt) == 32
    assert leaves(session, "question.asked")[0]["text_sha256"] == text_hash(salt, TEXT)
    assert parts()["questions about money"](session, resident)[0]["text"] == TEXT
    with transaction() as writing:
        for erase in erasers():
            erase(writing, resident, make.at)
    kept = session.get_one(LineQuestion, question, populate_existing=True)
    assert (kept.asked_by_id, kept.salt, kept.text) == (None, None, TEXT)
