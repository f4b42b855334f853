"""The town of the matrix of permissions, with an open tender and one sealed bid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Organisation, Role
from budgeting.jobs import turn
from budgeting.models import Round, RoundState
from core.db import db, transaction
from core.web import settings
from ledger.models import CostCentre
from projects.models import Bid, Criterion, Exclusion, Tender, TenderQuestion, TenderReviewer
from projects.states import TenderState
from projects.tenders.keys import make_key
from tests.conftest import START
from tests.conftest import browser as browse
from tests.factories import Factory
from tests.house.test_matrix import World
from tests.projects.tenders import probes
from tests.projects.tenders.probes import DAYS, NAME, OFFER, RELATION, TWIN
from transparency import log

SignIn = Callable[..., FlaskClient]
DEADLINE = START + timedelta(hours=2)


class Sealed:
    """The town of the matrix of permissions, with an open tender and one sealed bid."""

    def __init__(self, app: Flask, make: Factory, sign_in: SignIn) -> None:
        self.app, self.sign_in = app, sign_in
        self.world = World(make)
        turn(START)
        self._count_nothing()
        self.tender = self._tender(make)
        self.bidder = self.world.people["bidder"]
        self.twin = self._twin(make)
        self._record()
        self.bid = 0
        self.broken: set[str] = set()

    def _count_nothing(self) -> None:
        """The matrix has rounds that are decided though nothing was counted; pages of those that
        nobody could see would tell nothing."""
        with transaction() as session:
            for phase in ("closed", "decided"):
                found = session.get_one(Round, self.world.rounds[phase]["round"])
                found.state = RoundState.PUBLISHED

    def _tender(self, make: Factory) -> int:
        with transaction() as session:
            project = session.get_one(Tender, self.world.tender["tender_id"]).project_id
        tender = make.add(
            Tender(
                project_id=project,
                state=TenderState.OPEN,
                title="Lamps",
                scope="Ten lamps",
                ceiling=90_000_00,
                currency="CNY",
                min_bids=1,
                deadline=DEADLINE,
                questions_until=DEADLINE,
                written_by_id=self.world.people["admin"],
                written_at=make.at,
                published_at=make.at,
            )
        )
        with transaction() as session:
            session.get_one(Tender, tender).seal = make_key(settings().keys, tender)
        make.add(Criterion(tender_id=tender, position=1, kind="price", name="Price", weight=100))
        judge = TenderReviewer(
            tender_id=tender,
            person_id=self.world.people["reviewer"],
            appointed_by_id=self.world.people["admin"],
            appointed_at=make.at,
        )
        asked = TenderQuestion(tender_id=tender, text="Which lamps?", asked_at=make.at)
        self.world.tender |= {
            "tender_id": tender,
            "tender_reviewer_id": make.add(judge),
            "tender_question_id": make.add(asked),
        }
        return tender

    def _twin(self, make: Factory) -> int:
        """Another organisation of the same kind that does not bid: wherever only the bidder is
        named, it is named for its bid."""
        firm = make.organisation(self.world.town, "business", name={"en": TWIN, "zh_Hans": TWIN})
        with transaction() as session:
            own = select(Bid.organisation_id).where(Bid.id == self.world.tender["bid_id"])
            self.firm = session.scalar(own) or 0
            found = session.get_one(Organisation, self.firm)
            found.name = {"en": NAME, "zh_Hans": NAME}
            # What it has won elsewhere would name it besides.
            elsewhere = session.get_one(Tender, self._elsewhere(session))
            elsewhere.published_at = None
        self.world.tender["exclusion_id"] = make.add(
            Exclusion(
                organisation_id=firm,
                reason="Late",
                starts_on=date(2025, 1, 1),
                ends_on=date(2025, 1, 2),
                decided_by_id=self.world.people["officer"],
                decided_at=START,
            )
        )
        return make.staff(Role.BUSINESS, self.world.town, firm)

    def _elsewhere(self, session: Any) -> int:
        rows = select(Bid.tender_id).where(Bid.id == self.world.tender["bid_id"])
        found: int = session.scalar(rows)
        return found

    def _record(self) -> None:
        """What is published was recorded, so exports tell it."""
        with transaction() as session:
            for tender in session.scalars(select(Tender).where(Tender.published_at.is_not(None))):
                about = [("tender", tender.id), ("project", tender.project_id)]
                body = {"tender": tender.id, "title": tender.title}
                log.record(session, "tender.published", about, body, START)

    def send(self, browser: FlaskClient | None = None, **about: Any) -> Any:
        """What the bidder types, sent."""
        sender = browser or self.sign_in(self.bidder)
        data = {
            "key": "the-key-of-the-form-1",
            "organisation": str(self.firm),
            "price": "76,543.21",
            "days": str(DAYS),
            "offer": OFFER,
            "knows": "yes",
            "relation": RELATION,
            "honest": "y",
        }
        return sender.post(f"/tenders/{self.tender}/bid", data=data | about)

    def submit(self) -> None:
        """The bid comes in, after tries that are refused and one that crashes."""
        assert self.send(price="1,000,000").status_code == 422
        assert self.send(honest="").status_code == 422
        sent = self.send()
        assert sent.status_code == 303, sent.text
        self.bid = int(sent.location.rpartition("/")[2])
        assert self.send(key="the-key-of-the-form-2").status_code == 409
        self.world.tender["bid_id"] = self.bid

    def sequence(self) -> None:
        """What was recorded gets its place in the public log."""
        runner = self.app.test_cli_runner()
        runner.invoke(args=["log", "key", "create"])
        done = runner.invoke(args=["log", "sequence", "--once"])
        assert done.exit_code == 0, done.output

    def look(self, *, but: frozenset[str] = frozenset()) -> Iterator[tuple[str, str, bytes]]:
        """Who reads which route, and what they get."""
        db.session.rollback()
        more: dict[str, Any] = {
            "cost_centre_id": db.session.scalar(select(CostCentre.id)) or 1,
        }
        people: dict[str, int | None] = {"visitor": None, "twin": self.twin, **self.world.people}
        for who, person in people.items():
            if who in but:
                continue
            # The record is the same for everybody.
            more["entries"] = 40 if person is None else 1
            browser = browse(self.app) if person is None else self.sign_in(person)
            for rule in probes.read_rules(self.app):
                for path in probes.addresses(self.world, rule, more):
                    with browser.get(path) as answer:
                        self.broken |= {rule.endpoint} if answer.status_code == 500 else set()
                        yield who, rule.endpoint, answer.data
