"""Nobody reads a bid before the opening: not by any route, role, export, table, file or log.

The same probes look after the opening, and find it: so they are known to work.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Organisation, Role
from audit.exports.formats import FORMATS
from budgeting.jobs import turn
from budgeting.models import Round, RoundState
from core import logs
from core.db import db, transaction
from core.jobs import run_due
from core.web import settings
from ledger.models import CostCentre
from projects.models import Bid, Criterion, Exclusion, Tender, TenderQuestion, TenderReviewer
from projects.states import BidState, TenderState
from projects.tenders.keys import make_key
from tests.conftest import START
from tests.conftest import browser as browse
from tests.factories import Factory
from tests.house.test_matrix import World
from tests.projects.tenders import probes
from tests.projects.tenders.probes import DAYS, NAME, OFFER, RELATION, TWIN

SignIn = Callable[..., FlaskClient]
DEADLINE = START + timedelta(hours=2)
pytestmark = pytest.mark.timeout(900)


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
            project = session.get_one(Tender, self.world.delivery["tender_id"]).project_id
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
        self.world.delivery |= {
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
            own = select(Bid.organisation_id).where(Bid.id == self.world.delivery["bid_id"])
            self.firm = session.scalar(own) or 0
            found = session.get_one(Organisation, self.firm)
            found.name = {"en": NAME, "zh_Hans": NAME}
            # What it has won elsewhere would name it besides.
            elsewhere = session.get_one(Tender, self._elsewhere(session))
            elsewhere.published_at = None
        self.world.delivery["exclusion_id"] = make.add(
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
        rows = select(Bid.tender_id).where(Bid.id == self.world.delivery["bid_id"])
        found: int = session.scalar(rows)
        return found

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
        self.world.delivery["bid_id"] = self.bid

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


@pytest.fixture
def sealed(app: Flask, make: Factory, sign_in: SignIn) -> Sealed:
    return Sealed(app, make, sign_in)


# Of these two there are others alike.
ALIKE = frozenset({"minor", "proposer", "other reviewer", "other finance", "foreign approver"})


def test_no_route_tells_anybody_of_a_sealed_bid(sealed: Sealed) -> None:
    sealed.submit()
    sealed.sequence()
    found, names = [], set()
    for who, endpoint, body in sealed.look(but=ALIKE):
        found += [(who, endpoint, what) for what in probes.told(body)]
        shown = [name.encode() in probes.unpacked(body) for name in probes.TWINS]
        if shown[0] and not shown[1] and who != "bidder":
            names.add((who, endpoint))
    assert found == []
    assert names == set()
    assert sealed.broken == set()


def test_the_same_probes_find_it_once_it_is_open(
    sealed: Sealed, clock: Callable[[datetime], None]
) -> None:
    sealed.submit()
    clock(DEADLINE)
    run_due(DEADLINE)
    assert sealed.app.test_client().get(f"/tenders/{sealed.tender}").status_code == 200
    everybody = frozenset({"twin", *sealed.world.people})
    found: dict[str, set[str]] = {}
    for _who, endpoint, body in sealed.look(but=everybody):
        found.setdefault(endpoint, set()).update(probes.told(body))
        if b"Cormorant" in body:
            found[endpoint].add(NAME)
    page = found["tenders_public.tender"]
    assert {"KINGFISHER", "HERON", "76,543", "3137", NAME} <= page
    assert {"7654321", "KINGFISHER", "HERON"} <= set(probes.told(probes.tables()))
    assert "76,543" in found["tenders_public.tender"]


def test_no_table_file_or_log_holds_a_sealed_bid(
    sealed: Sealed, heard: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("projects.tenders.services.bidding.seal", _crash)
        assert sealed.send().status_code == 500
    sealed.submit()
    run_due(START)
    said = heard.getvalue().encode()
    assert b"the sealing broke" in said
    assert probes.told(said) == []
    assert probes.told(probes.tables()) == []
    assert probes.told(probes.folder(settings().instance)) == []


@pytest.fixture
def heard(app: Flask) -> Iterator[io.StringIO]:
    """Whatever is logged, from the least important message on."""
    said = io.StringIO()
    listener = logging.StreamHandler(said)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.PrintLoggerFactory(said),
    )
    yield said
    root.removeHandler(listener)
    root.setLevel(level)
    logs.register(app)


def _crash(*_what: object) -> None:
    raise RuntimeError("the sealing broke")


def test_no_export_holds_a_sealed_bid(sealed: Sealed, tmp_path: Path) -> None:
    sealed.submit()
    sealed.sequence()
    runner = sealed.app.test_cli_runner()
    written = []
    for name in FORMATS:
        out = tmp_path / name
        runner.invoke(args=["audit", "export", "--format", name, "--out", str(out)])
        written.append(out)
    assert runner.invoke(args=["log", "export", str(tmp_path / "log")]).exit_code == 0
    assert all(path.exists() for path in written)
    assert b"bid.received" in probes.folder(tmp_path / "log")
    assert probes.told(probes.folder(tmp_path)) == []
    assert NAME.encode() not in probes.folder(tmp_path)


def test_a_persons_own_data_says_that_they_bid_and_nothing_of_the_bid(sealed: Sealed) -> None:
    sealed.submit()
    for person in (sealed.bidder, sealed.twin, sealed.world.people["officer"]):
        from accounts.own_data import parts  # noqa: PLC0415 - with all rooms registered

        db.session.rollback()
        said = str({name: part(db.session, person) for name, part in parts().items()}).encode()
        assert probes.told(said) == []
        assert (b"envelope_sha256" in said) == (person == sealed.bidder)


def test_pages_are_the_same_with_one_bid_and_with_three(
    sealed: Sealed, make: Factory, sign_in: SignIn
) -> None:
    sealed.submit()
    paths = ["/tenders", f"/tenders/{sealed.tender}", f"/tenders/{sealed.tender}/office", "/desk"]
    people = [sealed.world.people[who] for who in ("officer", "auditor", "admin", "reviewer")]
    before = _pages(sign_in, people, paths)
    for number in range(2):
        firm = make.organisation(sealed.world.town, "business")
        trader = make.staff(Role.BUSINESS, sealed.world.town, firm)
        sent = sealed.send(
            sign_in(trader), organisation=str(firm), key=f"the-key-of-another-{number}"
        )
        assert sent.status_code == 303, sent.text
    assert _pages(sign_in, people, paths) == before
    db.session.rollback()
    sealed_now = select(Bid.id).where(Bid.state == BidState.SEALED)
    assert len(db.session.scalars(sealed_now).all()) == 3


def _pages(sign_in: SignIn, people: list[int], paths: list[str]) -> list[str]:
    import re  # noqa: PLC0415 - only here

    changing = re.compile(r'name="csrf[^>]*>|[0-9a-f]{16}')
    return [
        changing.sub("", browser.get(path).text)
        for browser in map(sign_in, people)
        for path in paths
    ]


@pytest.mark.parametrize("who", ["officer", "admin", "auditor", "reviewer", "bidder", "finance"])
def test_nobody_opens_before_the_deadline_by_asking(sealed: Sealed, who: str) -> None:
    sealed.submit()
    browser = sealed.sign_in(sealed.world.people[who])
    for rule in sealed.app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and rule.rule.startswith(("/tenders", "/bids")):
            if "cancel" in rule.rule or "withdraw" in rule.rule:
                continue
            for path in probes.addresses(sealed.world, rule, {"entries": 0}):
                browser.post(path, data={"reason": "Now", "action": "hand_in", "knows": "no"})
    run_due(DEADLINE - timedelta(seconds=1))
    db.session.rollback()
    bid = db.session.get_one(Bid, sealed.bid)
    assert (bid.state, bid.price, bid.offer, bid.relations) == (BidState.SEALED, None, "", "")
    assert db.session.get_one(Tender, sealed.tender).opening_key is None
