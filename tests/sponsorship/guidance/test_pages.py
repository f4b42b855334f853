"""Pages of guidance: what everybody reads, what officers do, in both languages, few queries."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.canonical import digest
from core.db import db, transaction
from projects.states import State
from sponsorship import bookings
from sponsorship.models import GuidanceCall, Opening, Pledge
from sponsorship.states import PledgeState
from tests.budgeting.voting import csrf_token
from tests.ledger.books import YUAN
from tests.sponsorship.guidance.office import Office

SignIn = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]
DAY = timedelta(days=1)
MOST = 16


def form(**typed: Any) -> dict[str, Any]:
    """A call as somebody types it."""
    usual = {
        "title_en": "Green corners",
        "text_en": "We look for partners.",
        "gets_en": "Thanks in public.",
        "gets_not_en": "No vote.",
        "opens_on": "2026-03-02",
        "closes_on": "2026-06-01",
        "sign_days": "14",
        "match_percent": "50",
        "match_pool": "50,000",
        "match_until": "2026-05-01",
        "match_sponsor_most": "10000",
        "public_least": "20",
        "least": "100",
        "small_most": "1000",
        "anonymous_most": "200",
        "kind_most": "50000.50",
        "excluded_sectors": ["tobacco"],
    }
    return usual | typed


def send(browser: FlaskClient, path: str, data: dict[str, Any]) -> Any:
    """Send a form."""
    return browser.post(path, data={"csrf_token": csrf_token(browser)} | data)


def seen_on(page: str) -> str:
    """The hash of what a form was made from."""
    found = re.search(r'name="seen"[^>]*value="(\w*)"', page)
    assert found is not None
    return found[1]


def test_from_a_draft_to_a_changed_call(office: Office, sign_in: SignIn) -> None:
    author, officer = sign_in(office.author), sign_in(office.officer)
    new = f"/office/partners/funds/{office.fund}/calls/new"
    assert author.get(new).status_code == 200
    sent = send(author, new, form(matching_fund=office.matching_fund))
    assert sent.status_code == 303, sent.text
    page = sent.location
    call = int(page.rpartition("/")[2])
    assert "Somebody else publishes it" in author.get(page).text
    assert author.get(f"{page}/publish").status_code == 403
    assert officer.get(f"/partners/calls/{call}").status_code == 404
    assert "Read and publish the call" in officer.get("/desk").text
    seen = seen_on(officer.get(f"{page}/publish").text)
    assert send(officer, f"{page}/publish", {"seen": seen}).location == f"/partners/calls/{call}"
    row = office.versions(call)[0]
    assert row.terms["match_pool"] == 50_000 * YUAN
    assert row.terms["kind_most"] == 5_000_050
    edit = officer.get(f"{page}/edit").text
    typed = form(
        matching_fund=office.matching_fund,
        seen=seen_on(edit),
        match_percent="80",
        text_en="We look for more partners.",
        reason="More money came.",
    )
    assert send(officer, f"{page}/edit", typed).status_code == 303
    read = author.get(page).text
    assert "50 % of what is given in money before, 80 %" in read
    assert "<ins>more </ins>" in read
    send(author, f"{page}/publish", {"seen": seen_on(author.get(f"{page}/publish").text)})
    shown = officer.get(f"/partners/calls/{call}").text
    for words in ("More money came.", "What changed: 2 things", "<ins>more </ins>", "Version 1"):
        assert words in shown
    first = officer.get(f"/partners/calls/{call}/versions/1").text
    assert "A newer version holds now" in first
    assert "We look for partners." in first
    told = json.loads(officer.get(f"/partners/calls/{call}/versions/1.json").text)
    assert digest(told) == row.sha256


def test_what_does_not_fit_is_said_and_kept(office: Office, sign_in: SignIn) -> None:
    author = sign_in(office.author)
    typed = form(
        match_pool="a lot",
        closes_on="2026-13-01",
        sign_days="0",
        title_en="x" * 121,
        least="-1",
        match_percent="x",
    )
    page = send(author, f"/office/partners/funds/{office.fund}/calls/new", typed)
    assert page.status_code == 422
    for words in (
        "Please write an amount in figures",
        "A whole number from 1 to 90.",
        "At most 120 characters, please.",
        "This must be at least ¥0.01.",
        "a lot",
        "x" * 121,
    ):
        assert words in page.text, words
    together = send(
        author,
        f"/office/partners/funds/{office.fund}/calls/new",
        form(match_until="2026-07-01", title_en="", anonymous_most="2000", matching_fund=0),
    )
    assert together.status_code == 422
    for words in (
        "Doubling ends while the call runs.",
        "Choose the fund that the doubling money comes from.",
        "Please fill this in, in one language at least.",
        "Unnamed gifts cannot be larger than small ones.",
    ):
        assert words in together.text, words
    db.session.rollback()
    assert db.session.query(GuidanceCall).count() == 1


def test_a_fund_of_another_kind_begins_no_call(office: Office, sign_in: SignIn) -> None:
    path = f"/office/partners/funds/{office.matching_fund}/calls/new"
    assert sign_in(office.author).get(path).status_code == 404


def test_partners_are_looked_for_by_officers(office: Office, sign_in: SignIn) -> None:
    project = office.runner_up()
    officer = sign_in(office.officer)
    base = f"/office/partners/calls/{office.call}"
    assert "A quiet square" in officer.get(f"{base}/openings").text
    assert "A quiet square" in officer.get(f"{base}/openings?kind=runner_up").text
    assert "A quiet square" not in officer.get(f"{base}/openings?kind=winner").text
    new = f"{base}/openings/new?project={project}"
    assert 'value="40000"' in officer.get(new).text
    late = send(officer, new, {"target": "50000", "deadline": "2027-01-01T10:00"})
    assert late.status_code == 422
    assert "The call ends before that." in late.text
    much = send(officer, new, {"target": "50000", "deadline": "2026-04-01T10:00"})
    assert "Only ¥40,000 are missing." in much.text
    assert 'value="50000"' in much.text
    sent = send(officer, new, {"target": "30000", "deadline": "2026-04-01T10:00"})
    assert sent.status_code == 303
    assert "A quiet square" not in officer.get(f"{base}/openings").text
    assert "A quiet square" in officer.get(f"/partners/calls/{office.call}").text
    opening = db.session.query(Opening.id).where(Opening.project_id == project).scalar()
    end = f"/office/partners/openings/{opening}/close"
    assert send(officer, end, {"reason": ""}).status_code == 422
    assert send(officer, end, {"reason": "Dropped."}).status_code == 303
    assert "Dropped." in officer.get(f"/partners/calls/{office.call}").text
    assert officer.get(end).status_code == 403


def test_a_category_has_a_name(office: Office, sign_in: SignIn) -> None:
    officer = sign_in(office.officer)
    new = f"/office/partners/calls/{office.call}/openings/new?kind=category"
    typed = {"deadline": "2026-04-01T10:00"}
    assert "in one language at least" in send(officer, new, typed).text
    assert send(officer, new, typed | {"category_en": "Trees"}).status_code == 303
    again = send(officer, new, typed | {"category_en": "Trees"})
    assert "looks for partners for that already" in again.text
    pool = f"/office/partners/calls/{office.call}/openings/new?kind=pool"
    assert send(officer, pool, typed).status_code == 303


def test_closing_says_why(office: Office, sign_in: SignIn, client: FlaskClient) -> None:
    officer = sign_in(office.officer)
    sent = send(officer, f"/office/partners/calls/{office.call}/close", {"reason": "Done."})
    assert sent.location == f"/partners/calls/{office.call}"
    shown = client.get(sent.location).text
    assert "Done." in shown
    assert "in the public record" in shown


def test_a_vote_hides_an_opening_and_what_is_reserved_for_it(
    office: Office, sign_in: SignIn, client: FlaskClient
) -> None:
    project = office.runner_up(State.ELIGIBLE)
    opening = office.look(project)
    office.add_pledge(10_000 * YUAN, PledgeState.ACCEPTED, opening_id=opening, match=5_000 * YUAN)
    reserve(office, office.made[-1], 5_000 * YUAN)
    page = f"/partners/calls/{office.call}"
    assert "Reserved for pledges or passed on: ¥5,000" in client.get(page).text
    office.move(project, State.ON_BALLOT)
    hidden = client.get(page).text
    assert "A quiet square" not in hidden
    assert "Reserved for pledges or passed on: ¥0" in hidden
    assert "Left: ¥50,000" in hidden
    office_page = sign_in(office.officer).get(f"/office/partners/calls/{office.call}").text
    assert "Under vote: not shown" in office_page


def reserve(office: Office, pledge: int, amount: int) -> None:
    """Book the public money that doubles a pledge."""
    with transaction() as session:
        row = session.get_one(Pledge, pledge)
        bookings.book_match(session, row, "match", amount, office.at, key="accept")


def test_the_office_says_what_finance_has_to_set_aside(office: Office, sign_in: SignIn) -> None:
    call = office.published()
    page = sign_in(office.officer).get(f"/office/partners/calls/{call}").text
    assert "Ask finance to set aside ¥50,000 more for this call" in page
    own = sign_in(office.officer).get(f"/office/partners/calls/{office.call}").text
    assert "Ask finance" not in own


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_pages_answer_in_both_languages_with_few_queries(
    office: Office, sign_in: SignIn, client: FlaskClient, count_queries: Count, language: str
) -> None:
    for _ in range(3):
        office.look(office.runner_up())
    office.redraft(office.call, office.said(reason="More.", match_percent=70))
    office.publish(office.call)
    office.redraft(office.call, office.said(reason="Less.", area_ids=(office.community,)))
    office.look(category={"en": "Trees"})
    head = {"Accept-Language": language}
    base, desk = f"/partners/calls/{office.call}", f"/office/partners/calls/{office.call}"
    officer = sign_in(office.officer)
    office.runner_up()
    pages = [(client, one) for one in ("/partners/calls", base, f"{base}/versions/1")]
    pages += [(officer, one) for one in ("/office/partners", desk, f"{desk}/openings")]
    pages += [(officer, one) for one in (f"{desk}/edit", f"{desk}/publish", f"{desk}/close")]
    for browser, path in pages:
        with count_queries() as queries:
            answer = browser.get(path, headers=head)
        assert answer.status_code == 200, path
        assert len(queries) <= MOST + (6 if browser is officer else 0), (path, queries)
        if language != "en":
            assert (
                "口袋花园" in answer.text
                or "小微工程合作伙伴" in answer.text
                or path.endswith(("/publish", "/close"))
            )


def test_more_openings_cost_no_more_queries(
    office: Office, client: FlaskClient, count_queries: Count
) -> None:
    counts = []
    for _ in range(2):
        with count_queries() as queries:
            client.get(f"/partners/calls/{office.call}")
        counts.append(len(queries))
        for _ in range(4):
            office.look(office.runner_up())
    assert counts[0] == counts[1]
