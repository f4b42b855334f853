"""The pages on which partners offer, give a little, and take back."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import transaction
from projects.models import Project
from projects.states import State
from sponsorship.models import Pledge
from sponsorship.pledges.services import offering
from sponsorship.states import PledgeState
from tests.projects.tenders.ground import DAY
from tests.sponsorship.pledges.ground import Stall
from tests.sponsorship.pledges.test_offering import change

pytestmark = pytest.mark.usefixtures("without_tokens")
SignIn = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]
MOST = 24  # queries of a page; the header, the reader and panels of other parts included


def asked(stall: Stall, **about: Any) -> dict[str, str]:
    """What is typed into the form of an offer."""
    row = {
        "key": "a-key-that-is-long-enough",
        "business_id": str(stall.business),
        "kind": "money",
        "amount": "10,000",
        "due_on": str(stall.today() + 20 * DAY),
        "only_if_met": "no",
        "step": "offer",
    }
    return row | {name: str(value) for name, value in about.items()}


def url(stall: Stall, rest: str = "offer") -> str:
    return f"/sponsor/openings/{stall.opening}/{rest}"


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Pledge)) or 0


def test_an_offer_goes_from_the_form_to_the_desk(
    stall: Stall, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(stall.signatory)
    assert "Lantern Ltd" in browser.get(url(stall)).text
    shown = browser.post(url(stall), data=asked(stall, step="show"))
    assert shown.status_code == 200
    assert "¥5,000" in shown.text
    assert count(session) == 0
    sent = browser.post(url(stall), data=asked(stall))
    assert sent.status_code == 303
    again = browser.post(url(stall), data=asked(stall))
    assert again.location == sent.location
    assert count(session) == 1
    page = browser.get(sent.location).text
    assert "¥10,000" in page
    assert "Offered" in page
    desk = sign_in(stall.officer).get("/desk").text
    assert "Answer what partners offer" in desk


def test_what_is_refused_keeps_what_was_typed(
    stall: Stall, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(stall.signatory)
    for wrong, said in (
        ({"amount": "lots"}, "in figures"),
        ({"amount": "1"}, "The least that this call takes"),
        ({"due_on": ""}, "Please choose a day."),
        ({"due_on": "2026-01-01"}, "This day is over"),
        ({"part_1": "100"}, "the amount and the day of each part"),
        ({"part_1": "100", "part_1_on": "2026-04-01"}, "do not come to the amount"),
        ({"kind": "goods"}, "what exactly you give"),
        ({"business_id": "999"}, "Not a valid choice"),
        ({"message": "x" * 501}, "At most 500"),
    ):
        answer = browser.post(url(stall), data=asked(stall, message="Dear all") | wrong)
        assert answer.status_code == 422, wrong
        assert said in answer.text, wrong
        if "message" not in wrong:
            assert "Dear all" in answer.text
    assert count(session) == 0


def test_parts_are_kept_and_a_draft_is_gone_on_with(
    stall: Stall, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(stall.signatory)
    parts = {
        "part_1": "4000",
        "part_1_on": "2026-04-01",
        "part_2": "6000",
        "part_2_on": "2026-05-01",
        "due_on": "",
    }
    kept = browser.post(url(stall), data=asked(stall, step="keep", **parts))
    assert kept.status_code == 303
    page = browser.get(kept.location).text
    assert "Draft" in page
    link = re.search(r'href="(/sponsor/openings/\d+/offer\?draft=\d+)"', page)
    assert link
    form = browser.get(link[1]).text
    assert 'value="4000"' in form
    assert 'value="a-key-that-is-long-enough"' in form
    assert browser.post(link[1], data=asked(stall, **parts)).location == kept.location
    assert count(session) == 1
    other = sign_in(stall.manager).get(link[1])
    assert 'value="4000"' not in other.text


def test_what_public_money_adds_is_seen_while_typing(stall: Stall, sign_in: SignIn) -> None:
    browser = sign_in(stall.signatory)
    look = url(stall, "preview")
    typed = {"kind": "money", "business_id": str(stall.business)}
    assert "¥5,000" in browser.get(look, query_string=typed | {"amount": "10,000"}).text
    most = browser.get(look, query_string=typed | {"amount": "90,000"}).text
    assert "at most ¥10,000 to all that one sponsor gives" in most
    for odd in ({"amount": ""}, {"amount": "x"}, {"kind": "goods", "amount": "100"}):
        assert browser.get(look, query_string=typed | odd).text.strip() == ""


def test_a_resident_gives_a_little_and_goes_on_to_pay(
    stall: Stall, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(stall.resident)
    page = browser.get(url(stall)).text
    assert "From ¥100 to ¥1,000" in page
    typed = {"key": "a-key-that-is-long-enough", "amount": "500", "only_if_met": "no"}
    shown = browser.post(url(stall), data=typed | {"step": "show"})
    assert "¥250" in shown.text
    refused = browser.post(url(stall), data=typed | {"step": "offer"})
    assert refused.status_code == 422
    assert "agree to them" in refused.text
    given = browser.post(url(stall), data=typed | {"step": "offer", "agree": "y"})
    assert given.status_code == 303
    assert given.location.endswith("/pay")
    again = browser.post(url(stall), data=typed | {"step": "offer", "agree": "y"})
    assert again.location == given.location
    assert count(session) == 1
    assert "¥750" not in browser.get(given.location.removesuffix("/pay")).text
    person = sign_in(stall.signatory).get(url(stall) + "?as=person").text
    assert "From ¥100 to ¥1,000" in person


def test_nothing_is_offered_while_the_vote_runs(stall: Stall, sign_in: SignIn) -> None:
    change(Project, stall.project, state=State.ON_BALLOT)
    answer = sign_in(stall.signatory).get(url(stall))
    assert answer.status_code == 403
    assert "vote" in answer.text


def test_visitors_sign_in_first(stall: Stall, client: FlaskClient) -> None:
    assert client.get(url(stall)).status_code in {302, 303, 403}


def test_a_draft_is_thrown_away_and_an_offer_withdrawn(stall: Stall, sign_in: SignIn) -> None:
    with transaction() as session:
        draft = offering.save_draft(session, stall.new(), stall.signatory, stall.at).id
    browser = sign_in(stall.signatory)
    for ident in (draft, stall.offer()):
        base = f"/sponsor/pledges/{ident}/withdraw"
        assert browser.get(base).status_code == 200
        assert sign_in(stall.payer).post(base).status_code == 403
        assert browser.post(base, data={"reason": ""}).status_code == 303
        assert stall.pledge(ident).state == PledgeState.WITHDRAWN
        assert browser.get(f"/sponsor/pledges/{ident}").status_code == 200
