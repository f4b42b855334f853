"""The whole way in browsers, each person in their own: notice, question, bids, points, contract."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.jobs import run_due
from projects.models import Bid, Tender, TenderQuestion
from projects.states import BidState, TenderState
from tests.ledger.papers import pdf
from tests.projects.tenders.ground import DAY
from tests.projects.tenders.town import Town

SignIn = Callable[..., FlaskClient]
Clock = Callable[[datetime], None]


def notice_data(town: Town, **about: Any) -> dict[str, Any]:
    """What an officer types."""
    return {
        "title": "Ten benches",
        "scope": "Ten benches of oak.",
        "milestones": [str(ident) for ident in town.milestones[:2]],
        "ceiling": "90,000",
        "questions_until": "2026-03-09T12:00",
        "deadline": "2026-03-12T12:00",
        "price_weight": "60",
        "name_1": "How it is built",
        "weight_1": "40",
        "min_bids": "3",
        "min_reviewers": "2",
        "standstill_days": "5",
        "retention": "5",
        "warranty_months": "12",
    } | about


def bid_data(town: Town, firm: int, price: str, **about: Any) -> dict[str, Any]:
    """What a bidder types."""
    return {
        "key": f"a-key-of-a-form-{firm}",
        "organisation": str(town.firms[firm]),
        "price": price,
        "days": "40",
        "offer": "Oak from the hills.",
        "knows": "no",
        "honest": "y",
    } | about


class Journey:
    """Everybody's browser."""

    def __init__(self, town: Town, sign_in: SignIn, clock: Clock) -> None:
        self.town, self.sign_in, self.clock = town, sign_in, clock
        self.author, self.officer = sign_in(town.author), sign_in(town.officer)

    def publish(self) -> int:
        made = self.author.post(
            f"/projects/{self.town.project}/tenders/new", data=notice_data(self.town)
        )
        assert made.status_code == 303, made.text
        assert self.officer.post(f"{made.location}/approve").status_code == 303
        return int(made.location.rpartition("/")[2])

    def bid(self, tender: int, firm: int, price: str, **about: Any) -> Any:
        browser = self.sign_in(self.town.traders[firm])
        data = bid_data(self.town, firm, price, **about)
        return browser.post(f"/tenders/{tender}/bid", data=data)

    def open(self) -> None:
        self.at(self.town.opening)
        run_due(self.town.opening)

    def at(self, when: datetime) -> None:
        """It is later, and everybody signs in again."""
        self.clock(when)
        self.author, self.officer = (
            self.sign_in(person) for person in (self.town.author, self.town.officer)
        )


@pytest.fixture
def way(town: Town, sign_in: SignIn, clock: Clock) -> Journey:
    """Everybody's browser, on the day of the notice."""
    return Journey(town, sign_in, clock)


def test_from_notice_to_contract_in_browsers(way: Journey, client: FlaskClient) -> None:
    town = way.town
    tender = way.publish()
    way.at(town.at + DAY)
    resident = way.sign_in(town.resident, strong=False)
    assert resident.post(f"/tenders/{tender}/questions", data={"text": "Which oak?"}).status_code
    assert "Which oak?" not in client.get(f"/tenders/{tender}").text
    question = first(TenderQuestion).id
    answered = way.officer.post(f"/tender-questions/{question}", data={"answer": "Any oak."})
    assert answered.status_code == 303
    assert "Any oak." in client.get(f"/tenders/{tender}").text
    paper = {"paper": (io.BytesIO(pdf()), "offer.pdf")}
    for firm, (price, more) in enumerate([("80,000", paper), ("70,000", {}), ("75,000", {})]):
        sent = way.bid(tender, firm, price, **more)
        assert sent.status_code == 303, sent.text
    page = client.get(f"/tenders/{tender}").text
    assert "Greenfield" not in page
    way.open()
    page = client.get(f"/tenders/{tender}").text
    assert "Greenfield 1 Ltd" in page
    assert "¥70,000" in page
    judge_all(way, tender)
    page = way.officer.get(f"/tenders/{tender}/award").text
    assert "Greenfield 2 Ltd · ¥70,000" in page
    assert way.officer.post(f"/tenders/{tender}/award", data={"reason": "Best."}).status_code == 303
    sign_all(way, tender)
    page = client.get(f"/tenders/{tender}").text
    assert "Contract signed" in page
    assert town.row(tender).state == TenderState.CONTRACTED
    assert client.get(f"/tenders/{tender}/contract").status_code == 200


def judge_all(way: Journey, tender: int) -> None:
    """Two people are asked, declare, and hand in."""
    town = way.town
    for person in town.judges[:2]:
        asked = way.officer.post(f"/tenders/{tender}/reviewers", data={"person": str(person)})
        assert asked.status_code == 303, asked.text
        browser = way.sign_in(person)
        assert "Greenfield 1 Ltd" in browser.get(f"/tenders/{tender}/judge").text
        said = browser.post(f"/tenders/{tender}/judge/declare", data={"knows": "no"})
        assert said.status_code == 303
        page = browser.get(f"/tenders/{tender}/judge").text
        names = [part.split('"')[0] for part in page.split('name="')[1:]]
        data = {n: "80" for n in names if n.startswith("points_")}
        data |= {n: "Solid." for n in names if n.startswith("reason_")}
        missing = data | {next(iter(data)): ""}
        short = browser.post(f"/tenders/{tender}/judge", data=missing | {"action": "hand_in"})
        assert short.status_code == 422
        given = browser.post(f"/tenders/{tender}/judge", data=data | {"action": "hand_in"})
        assert given.status_code == 303
        assert "Your points are handed in" in browser.get(f"/tenders/{tender}/judge").text


def sign_all(way: Journey, tender: int) -> None:
    """The contract is drawn up, agreed to and signed."""
    way.at(way.town.later)
    page = way.author.get(f"/tenders/{tender}/contract/draw").text
    names = [part.split('"')[0] for part in page.split('name="')[1:]]
    prices = [name for name in names if name.startswith("price_")]
    data = dict(zip(prices, ("50,000", "20,000"), strict=True))
    data |= {"terms": "As offered.", "starts_on": "2026-06-01", "ends_on": "2026-08-31"}
    wrong = way.author.post(f"/tenders/{tender}/contract/draw", data=data | {prices[0]: "1"})
    assert "must come to ¥70,000" in wrong.text
    drawn = way.author.post(f"/tenders/{tender}/contract/draw", data=data)
    assert drawn.status_code == 303, drawn.text
    contractor = way.sign_in(way.town.traders[1])
    assert "As offered." in contractor.get(f"/tenders/{tender}/contract/agree").text
    assert contractor.post(f"/tenders/{tender}/contract/agree").status_code == 303
    signed = way.officer.post(f"/tenders/{tender}/contract/sign")
    assert signed.status_code == 303, signed.text


def first(model: Any) -> Any:
    """The only row of its kind."""
    from core.db import db  # noqa: PLC0415 - of this moment

    db.session.rollback()
    return db.session.query(model).one()


def test_a_bid_a_second_late_loses_nothing_that_was_typed(way: Journey) -> None:
    tender = way.publish()
    late = town_late(way)
    way.clock(late)
    answer = way.bid(tender, 0, "80,000.37", offer="Chestnut from the valley.")
    assert answer.status_code == 409
    assert "2026-03-12 12:00:01" in answer.text
    assert "2026-03-12 12:00:00" in answer.text
    assert "Chestnut from the valley." in answer.text
    assert "80,000.37" in answer.text
    assert town_bids() == 0


def town_late(way: Journey) -> datetime:
    """A second after the deadline of the notice as it is typed."""
    from datetime import timedelta  # noqa: PLC0415

    return way.town.deadline + timedelta(seconds=1)


def town_bids() -> int:
    from core.db import db  # noqa: PLC0415

    db.session.rollback()
    return db.session.query(Bid).count()


def test_weights_that_do_not_add_up_are_told(way: Journey) -> None:
    data = notice_data(way.town, weight_1="30")
    answer = way.author.post(f"/projects/{way.town.project}/tenders/new", data=data)
    assert answer.status_code == 422
    assert "The weights come to 90 %" in answer.text
    assert "Ten benches of oak." in answer.text


def test_the_form_sent_twice_is_one_bid(way: Journey) -> None:
    tender = way.publish()
    first_try, again = (way.bid(tender, 0, "80,000") for _ in range(2))
    assert first_try.location == again.location
    assert town_bids() == 1
    other = way.bid(tender, 0, "70,000", key="another-key-of-a-form")
    assert other.status_code == 409
    assert "withdraw that one first" in other.text


def test_a_bid_is_withdrawn_unread(way: Journey) -> None:
    tender = way.publish()
    receipt = way.bid(tender, 0, "80,000").location
    trader = way.sign_in(way.town.traders[0])
    assert "SHA-256 of the envelope" in trader.get(receipt).text
    assert trader.post(f"{receipt}/withdraw").status_code == 303
    assert first(Bid).state == BidState.WITHDRAWN
    assert way.bid(tender, 0, "70,000", key="another-key-of-a-form").status_code == 303
    assert way.sign_in(way.town.traders[1]).get(receipt).status_code == 404


def test_drafts_are_not_public(way: Journey, client: FlaskClient) -> None:
    made = way.author.post(f"/projects/{way.town.project}/tenders/new", data=notice_data(way.town))
    assert client.get(made.location).status_code == 404
    assert way.author.get(made.location).status_code == 200
    assert way.author.post(f"{made.location}/approve").status_code == 403
    changed = notice_data(way.town, title="Nine benches")
    assert way.author.post(f"{made.location}/edit", data=changed).status_code == 303
    assert first(Tender).title == "Nine benches"
