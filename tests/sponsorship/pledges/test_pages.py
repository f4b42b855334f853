"""The pages of pledges, for sponsors and for the office, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from accounts.models import Role
from core.db import transaction
from sponsorship.models import SeatRole
from sponsorship.pledges.agreement_text import DEFAULT
from sponsorship.pledges.own_data import erase, own_part
from sponsorship.states import PledgeState
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.sponsorship.pledges.ground import Stall
from tests.sponsorship.pledges.test_offer_pages import url

pytestmark = pytest.mark.usefixtures("without_tokens")
SignIn = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]
MOST = 24  # queries of a page; the header, the reader and panels of other parts included


def test_a_pledge_is_for_its_sponsor_and_the_office(stall: Stall, sign_in: SignIn) -> None:
    ident = stall.add_pledge()
    own, office = f"/sponsor/pledges/{ident}", f"/office/partners/pledges/{ident}"
    for person in (stall.signatory, stall.payer, stall.manager):
        assert sign_in(person).get(own).status_code == 200
        assert sign_in(person).get(office).status_code == 403
    for person in (stall.officer, stall.finance, stall.approver):
        assert sign_in(person).get(own).status_code == 403
        assert sign_in(person).get(office).status_code == 200
    assert sign_in(stall.resident).get(own).status_code == 403
    assert sign_in(stall.officer, strong=False).get(office).status_code == 403


def test_the_office_sees_no_drafts(stall: Stall, sign_in: SignIn) -> None:
    ident = stall.add_pledge(state=PledgeState.DRAFT, offered_at=None)
    assert sign_in(stall.officer).get(f"/office/partners/pledges/{ident}").status_code == 403


def test_there_is_no_pledge_of_another_number(stall: Stall, sign_in: SignIn) -> None:
    for number in (0, 99, 2**80):
        assert sign_in(stall.signatory).get(f"/sponsor/pledges/{number}").status_code == 404
        assert sign_in(stall.signatory).get(f"/sponsor/openings/{number}/offer").status_code == 404


def test_an_officer_accepts_having_seen_who_is_close(
    stall: Stall, sign_in: SignIn, make: Factory
) -> None:
    close = make.staff(Role.FINANCE, stall.area, name="王五")
    stall.add_seat(stall.business, close, SeatRole.PAYER)
    ident = stall.offer()
    browser = sign_in(stall.officer)
    page = browser.get(f"/office/partners/pledges/{ident}").text
    assert "looks after the money here" in page
    form = browser.get(f"/office/partners/pledges/{ident}/accept").text
    assert "looks after the money here" in form
    assert "¥5,000" in form
    said = {"reason": "It is good for the square."}
    assert browser.post(f"/office/partners/pledges/{ident}/accept", data=said).status_code == 422
    said["seen"] = "y"
    assert browser.post(f"/office/partners/pledges/{ident}/accept", data=said).status_code == 303
    assert stall.pledge(ident).state == PledgeState.ACCEPTED
    assert "agreement for the authority" in browser.get("/desk").text
    assert "Read and sign the agreement" in sign_in(stall.signatory).get("/desk").text
    assert "Read and sign the agreement" not in sign_in(stall.payer).get("/desk").text


def test_an_officer_declines_with_a_reason(stall: Stall, sign_in: SignIn) -> None:
    ident = stall.offer()
    browser = sign_in(stall.officer)
    base = f"/office/partners/pledges/{ident}"
    assert browser.get(base + "/decline").status_code == 200
    assert browser.post(base + "/decline", data={"reason": ""}).status_code == 422
    said = {"reason": "The place is taken."}
    assert browser.post(base + "/decline", data=said).status_code == 303
    assert "The place is taken." in sign_in(stall.signatory).get(f"/sponsor/pledges/{ident}").text
    assert browser.get(base + "/accept").status_code == 403


def test_officers_of_the_sponsors_side_and_of_elsewhere_decide_nothing(
    stall: Stall, sign_in: SignIn, make: Factory
) -> None:
    ident = stall.offer()
    both = make.staff(Role.OFFICER, stall.area)
    stall.add_seat(stall.business, both, SeatRole.VIEWER)
    stranger = make.staff(Role.OFFICER, make.area("Elsewhere"))
    for person in (both, stranger, stall.finance, stall.signatory, stall.resident):
        browser = sign_in(person)
        for verb in ("accept", "decline"):
            said = {"reason": "Because I like it."}
            answer = browser.post(f"/office/partners/pledges/{ident}/{verb}", data=said)
            assert answer.status_code == 403
    assert "Answer what partners offer" not in sign_in(both).get("/desk").text
    assert "PL-" not in sign_in(stranger).get("/office/partners/pledges").text
    assert sign_in(stall.resident).get("/office/partners/pledges").status_code == 403


def test_both_sides_sign_on_their_pages(stall: Stall, sign_in: SignIn) -> None:
    ident = stall.accepted()
    own, office = f"/sponsor/pledges/{ident}", f"/office/partners/pledges/{ident}"
    signatory, officer = sign_in(stall.signatory), sign_in(stall.officer)
    page = signatory.get(own + "/agreement").text
    assert "人民币壹万元整" in page
    assert stall.agreement(ident).sha256 in page
    assert sign_in(stall.payer).post(own + "/sign").status_code == 403
    assert signatory.get(own + "/sign").status_code == 200
    assert signatory.post(own + "/sign").status_code == 303
    assert officer.post(office + "/sign").status_code == 303
    assert stall.pledge(ident).state == PledgeState.SIGNED
    assert "Signed by both sides" in officer.get(office + "/agreement").text
    assert officer.post(office + "/sign").status_code == 403


def test_signing_asks_for_the_second_factor_anew(
    stall: Stall, sign_in: SignIn, clock: Callable[..., None]
) -> None:
    ident = stall.accepted()
    browser = sign_in(stall.officer)
    clock(stall.at + timedelta(minutes=20))
    base = f"/office/partners/pledges/{ident}/sign"
    assert "Code from your app" in browser.get(base).text
    assert browser.post(base, data={"code": "000000"}).status_code == 422
    assert (
        sign_in(stall.signatory, strong=False)
        .post(f"/sponsor/pledges/{ident}/sign", data={"code": "000000"})
        .status_code
        == 422
    )
    assert stall.pledge(ident).state == PledgeState.ACCEPTED


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_the_paper_has_both_texts_in_readable_type(
    stall: Stall, sign_in: SignIn, language: str
) -> None:
    ident = stall.sign(stall.accepted())
    for person, base in ((stall.payer, "/sponsor"), (stall.approver, "/office/partners")):
        browser = sign_in(person)
        browser.set_cookie("locale", language)
        answer = browser.get(f"{base}/pledges/{ident}/agreement.pdf")
        assert answer.mimetype == "application/pdf"
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
        flat = re.sub(r"\s", "", text)
        for words in ("社会赞助协议", "人民币壹万元整", "明灯公司", "Sponsorshipagreement"):
            assert words in flat, words
        assert stall.agreement(ident).sha256 in flat
        assert "张三" in flat  # who signed
    assert sign_in(stall.resident).get(f"/sponsor/pledges/{ident}/agreement.pdf").status_code == 403


def test_the_offices_list_is_filtered(stall: Stall, sign_in: SignIn) -> None:
    offered, accepted = stall.offer(stall.in_kind()), stall.accepted()
    browser = sign_in(stall.officer)

    def found(**filters: str) -> set[int]:
        page = browser.get("/office/partners/pledges", query_string=filters).text
        return {int(one) for one in re.findall(r"/office/partners/pledges/(\d+)\"", page)}

    assert found() == {offered, accepted}
    assert found(state="offered") == found(kind="in_kind") == {offered}
    assert found(state="accepted") == found(kind="money") == {accepted}
    assert found(call=str(stall.call)) == {offered, accepted}
    assert found(call="9" * 30, state="odd", page="-1") == {offered, accepted}
    assert found(state="ended") == set()


def test_an_area_writes_its_own_text(stall: Stall, sign_in: SignIn, make: Factory) -> None:
    author, officer = sign_in(stall.author), sign_in(stall.officer)
    base = "/office/partners/templates"
    assert "Write the next version" in author.get(base).text
    write = f"{base}/{stall.area}/write"
    assert "社会赞助协议" in author.get(write).text
    wrong = author.post(write, data={"zh_Hans": DEFAULT["zh_Hans"] + "{odd}", "en": ""})
    assert wrong.status_code == 422
    assert "{odd}" in wrong.text
    made = author.post(write, data={"zh_Hans": "新版 " + DEFAULT["zh_Hans"], "en": ""})
    assert made.status_code == 303
    assert author.get(made.location).status_code == 200
    assert author.post(made.location + "/publish").status_code == 403
    assert "Read and publish a new text" in officer.get("/desk").text
    assert officer.get(made.location + "/publish").status_code == 200
    assert officer.post(made.location + "/publish").status_code == 303
    assert stall.agreement(stall.accepted()).text["zh_Hans"].startswith("新版")
    stranger = sign_in(make.staff(Role.OFFICER, make.area("Elsewhere")))
    assert stranger.get(write).status_code == 403
    assert sign_in(stall.resident).get(base).status_code == 403


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_every_page_is_shown_with_few_queries(
    stall: Stall, sign_in: SignIn, count_queries: Count, language: str
) -> None:
    stall.offer(stall.in_kind())
    offered, ident = stall.offer(), stall.sign(stall.accepted())
    sponsor, office = f"/sponsor/pledges/{ident}", "/office/partners/pledges"
    pages = {
        stall.signatory: [url(stall), sponsor, f"{sponsor}/agreement"],
        stall.resident: [url(stall)],
        stall.officer: [
            office,
            f"{office}/{ident}",
            f"{office}/{offered}",
            f"{office}/{offered}/accept",
            f"{office}/{ident}/agreement",
            "/office/partners/templates",
        ],
    }
    for person, addresses in pages.items():
        browser = sign_in(person)
        browser.set_cookie("locale", language)
        browser.get("/")
        for address in addresses:
            with count_queries() as queries:
                answer = browser.get(address)
            assert answer.status_code == 200, address
            assert len(queries) <= MOST, (address, len(queries))
            assert f'<html lang="{ {"en": "en"}.get(language, "zh-Hans") }"' in answer.text


def test_a_person_takes_their_pledges_along_and_is_let_go(stall: Stall, session: Session) -> None:
    gift, offer = stall.give(500 * YUAN, message="For my street"), stall.offer()
    assert [one["message"] for one in own_part(session, stall.resident)["pledges"]] == [
        "For my street"
    ]
    assert own_part(session, stall.signatory)["pledges"][0]["for_a_business"] is True
    session.rollback()
    with transaction() as writing:
        erase(writing, stall.resident, stall.at)
        erase(writing, stall.signatory, stall.at)
    assert (stall.pledge(gift).anonymous, stall.pledge(gift).message) == (True, "")
    assert stall.pledge(offer).by_id is None
    assert stall.pledge(stall.accept(offer)).state == PledgeState.ACCEPTED
