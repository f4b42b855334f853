"""Pages of businesses: what is typed stays, who sees what, what they cost, in both languages."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Role
from sponsorship.models import Business, Seat
from tests.factories import Factory
from tests.sponsorship.businesses.counter import CODE, Counter, photo

SignIn = Callable[..., FlaskClient]
QueryCount = Callable[[], AbstractContextManager[list[str]]]


def typed(counter: Counter, **about: str) -> dict[str, str]:
    return {
        "name_zh": "清风茶馆",
        "scheme": "CN-USCC",
        "code": CODE,
        "sector": "",
        "area_id": str(counter.square.area),
    } | about


def test_a_business_on_its_way_from_a_draft_to_a_partner(
    counter: Counter, sign_in: SignIn, session: Session
) -> None:
    owner, officer = sign_in(counter.owner), sign_in(counter.square.officer)
    made = owner.post("/sponsor/businesses/new", data=typed(counter))
    assert made.status_code == 303
    page = made.headers["Location"].partition("#")[0]
    ident = int(page.rpartition("/")[2])
    assert "Please choose the sector" in owner.get(page).text
    paper = {"title": "Licence", "file": (io.BytesIO(photo()), "licence.png")}
    assert owner.post(f"{page}/papers", data=paper).status_code == 303
    rest = {"sector": "catering", "address": "River Road", "contact_name": "Wang"}
    full = typed(counter, **rest, contact_email="wang@example.com")
    assert owner.post(f"{page}/edit", data=full).status_code == 303
    assert "Submit it to the office" in owner.get(page).text
    assert owner.post(f"{page}/submit").status_code == 303
    office = f"/office/partners/businesses/{ident}"
    assert "清风茶馆" in officer.get("/office/partners/businesses?state=submitted").text
    assert "Verify it" in officer.get(office).text
    assert officer.post(f"{office}/refuse", data={"reason": "Too dark."}).status_code == 303
    assert "Too dark." in owner.get(page).text
    assert owner.post(f"{page}/submit").status_code == 303
    assert officer.post(f"{office}/verify", data={"organisation": "0"}).status_code == 303
    assert "It can give to projects." in owner.get(page).text
    assert officer.post(f"{office}/suspend", data={"reason": "Licence ended."}).status_code == 303
    assert "Licence ended." in owner.get(page).text
    assert officer.post(f"{office}/restore", data={"reason": "New one."}).status_code == 303
    assert session.get_one(Business, ident).state == "verified"


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"code": CODE[:-1] + "A"}, "one of them is mistyped"),
        ({"code": "123"}, "18 characters; this has 3"),
        ({"scheme": "XX"}, "Not a valid choice"),
        ({"area_id": "0"}, "Please choose one."),
        ({"name_zh": ""}, "Please write the name in Chinese, in English, or in both."),
        ({"about_en": "x" * 2001}, "At most 2000 characters, please."),
    ],
)
def test_nothing_typed_is_lost(
    counter: Counter, sign_in: SignIn, about: dict[str, str], says: str
) -> None:
    said = typed(counter, contact_name="Wang Fang", address="1 River Road") | about
    page = sign_in(counter.owner).post("/sponsor/businesses/new", data=said)
    assert page.status_code == 422
    assert says in page.text
    for kept in ("Wang Fang", "1 River Road", about.get("code", CODE)):
        assert f'value="{kept}"' in page.text


def test_the_second_to_register_a_number_is_told_whom_to_ask(
    counter: Counter, sign_in: SignIn, make: Factory
) -> None:
    counter.register()
    said = typed(counter, contact_name="Zhou")
    page = sign_in(make.person()).post("/sponsor/businesses/new", data=said)
    assert page.status_code == 409
    assert "Please ask whoever manages it for an invitation" in page.text
    assert 'value="Zhou"' in page.text


def test_a_paper_that_is_not_taken_says_why(counter: Counter, sign_in: SignIn) -> None:
    ident = counter.register()
    owner = sign_in(counter.owner)
    for data, says in (
        ({"title": "Licence"}, "Please choose a file."),
        ({"title": "Licence", "file": (io.BytesIO(b"MZ"), "a.exe")}, "Please choose a PDF"),
        ({"file": (io.BytesIO(photo()), "a.png")}, "Please fill this in."),
    ):
        page = owner.post(f"/sponsor/businesses/{ident}/papers", data=data)
        assert page.status_code == 422
        assert says in page.text


def test_an_invitation_is_answered_alike_and_found_on_the_desk(
    counter: Counter, sign_in: SignIn, make: Factory, session: Session
) -> None:
    ident, other = counter.verified(), make.person()
    owner, page = sign_in(counter.owner), f"/sponsor/businesses/{ident}"
    answers = set()
    for address in (counter.address(other), "+8613900009999", "nobody@example.com"):
        done = owner.post(f"{page}/invite", data={"address": address, "role": "payer"})
        assert done.status_code == 303
        # Form tokens carry the second in which they were made.
        answers.add(re.sub(r'value="[\w.-]{60,}"', "", owner.get(page).text))
    assert len(answers) == 1
    assert "If somebody has an account" in answers.pop()
    invited = sign_in(other)
    assert "You are invited to act for Teahouse Ltd" in invited.get("/desk").text
    seat = session.scalars(select(Seat.id).where(Seat.person_id == other)).one()
    assert "Do you act for Teahouse Ltd?" in invited.get(page).text
    assert "Wang Fang" not in invited.get(page).text
    assert owner.get(f"/sponsor/seats/{seat}/end").status_code == 403
    assert owner.post(f"/sponsor/seats/{seat}/accept").status_code == 403
    assert invited.post(f"/sponsor/seats/{seat}/accept").status_code == 303
    assert "Wang Fang" in invited.get(page).text
    assert invited.get(f"{page}/edit").status_code == 403
    assert owner.post(f"/sponsor/seats/{seat}/role", data={"role": "manager"}).status_code == 303
    assert invited.get(f"{page}/edit").status_code == 200
    assert owner.post(f"/sponsor/seats/{seat}/end").status_code == 303
    assert invited.get(page).status_code == 403


def test_relations_are_declared_and_ended_by_managers(counter: Counter, sign_in: SignIn) -> None:
    ident = counter.verified()
    owner, page = sign_in(counter.owner), f"/sponsor/businesses/{ident}"
    wrong = owner.post(f"{page}/relations", data={"kind": "owner", "note": "By half"})
    assert wrong.status_code == 422
    assert "Please name a person or a company." in wrong.text
    assert "By half" in wrong.text
    said = {"kind": "owner", "person_name": "Zhou Min"}
    assert owner.post(f"{page}/relations", data=said).status_code == 303
    assert "Zhou Min" in owner.get(page).text
    link = re.search(r"/sponsor/business-relations/\d+/end", owner.get(page).text)
    assert link is not None
    assert owner.post(link[0]).status_code == 303
    assert "Over" in owner.get(page).text


def test_strangers_see_nothing(
    counter: Counter, sign_in: SignIn, client: FlaskClient, make: Factory
) -> None:
    ident = counter.submitted()
    stranger = sign_in(counter.square.resident)
    foreign = sign_in(make.staff(Role.OFFICER, make.area("Elsewhere")))
    for path in (
        f"/sponsor/businesses/{ident}",
        f"/sponsor/businesses/{ident}/edit",
        f"/sponsor/businesses/{ident}/invite",
        f"/office/partners/businesses/{ident}",
        f"/office/partners/businesses/{ident}/verify",
    ):
        assert stranger.get(path).status_code == 403, path
        assert foreign.get(path).status_code == 403, path
        assert client.get(path).status_code != 200, path
    assert "Teahouse" not in foreign.get("/office/partners/businesses").text
    assert stranger.get("/office/partners/businesses").status_code == 403
    assert stranger.get("/sponsor/businesses/999999999999999999999").status_code == 404


def test_an_officer_who_registered_it_is_told_that_others_decide(
    counter: Counter, sign_in: SignIn
) -> None:
    counter.owner = counter.square.author
    ident = counter.submitted()
    own = sign_in(counter.square.author)
    assert "Another officer decides" in own.get(f"/office/partners/businesses/{ident}").text
    assert own.post(f"/office/partners/businesses/{ident}/verify").status_code == 403
    assert "Verify the business" not in own.get("/desk").text


def test_the_desk_says_what_waits(counter: Counter, sign_in: SignIn) -> None:
    draft = counter.register()
    owner, officer = sign_in(counter.owner), sign_in(counter.square.officer)
    assert "Go on with the registration of Teahouse Ltd" in owner.get("/desk").text
    assert "Verify the business Teahouse Ltd" not in officer.get("/desk").text
    counter.add_paper(draft)
    counter.submit(draft)
    assert "registration of Teahouse Ltd" not in owner.get("/desk").text
    assert "Verify the business Teahouse Ltd" in officer.get("/desk").text
    counter.decide("refuse", draft)
    assert "Mend the registration of Teahouse Ltd" in owner.get("/desk").text
    assert "Verify the business" not in officer.get("/desk").text


def test_an_invitation_leaves_the_desk_after_thirty_days(
    counter: Counter, sign_in: SignIn, make: Factory, clock: Callable[..., None]
) -> None:
    ident, other = counter.verified(), make.person()
    counter.invite(ident, other)
    clock(counter.square.at + timedelta(days=31))
    invited = sign_in(other)
    assert "You are invited to act for Teahouse Ltd</a>" not in invited.get("/desk").text
    page = invited.get(f"/sponsor/businesses/{ident}").text
    assert "over 30 days old" in page
    assert "Yes, I act for it" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_ask_the_database_little_in_both_languages(
    counter: Counter, sign_in: SignIn, count_queries: QueryCount, language: str
) -> None:
    ident = counter.submitted()
    for _ in range(5):
        counter.add_paper(ident)
        counter.seat(ident, counter.square.make.person(), "payer")
        counter.declare(ident, person_name=f"Zhou {counter.square.make.person()}")
    owner, officer = sign_in(counter.owner), sign_in(counter.square.officer)
    for browser, path, most in (
        (owner, "/sponsor/businesses/new", 4),
        (owner, f"/sponsor/businesses/{ident}", 9),
        (owner, f"/sponsor/businesses/{ident}/edit", 11),
        (owner, f"/sponsor/businesses/{ident}/invite", 6),
        (owner, f"/sponsor/businesses/{ident}/relations", 6),
        (officer, "/office/partners/businesses", 6),
        (officer, f"/office/partners/businesses/{ident}", 9),
        (officer, f"/office/partners/businesses/{ident}/verify", 7),
    ):
        browser.set_cookie("locale", language)
        with count_queries() as queries:
            page = browser.get(path)
        assert page.status_code == 200, path
        assert len(queries) <= most, (path, queries)
        assert f'lang="{"zh-Hans" if language == "zh" else "en"}"' in page.text


def test_a_name_in_another_language_leaves_the_head_of_the_page_whole(
    counter: Counter, sign_in: SignIn
) -> None:
    ident = counter.submitted(name={"en": "Lamps by the Bridge Ltd"})
    for person, path in (
        (counter.owner, f"/sponsor/businesses/{ident}"),
        (counter.square.officer, f"/office/partners/businesses/{ident}"),
    ):
        browser = sign_in(person)
        browser.set_cookie("locale", "zh")
        head = browser.get(path).text.partition("</head>")[0]
        assert 'og:title" content="Lamps by the Bridge Ltd"' in head
