"""Nobody reads a bid before the opening: not by any route, role, export, table, file or log.

The same probes look after the opening, and find it: so they are known to work.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog
from flask import Flask
from sqlalchemy import select

from accounts.models import Role
from audit.exports.formats import FORMATS
from core import logs
from core.db import db
from core.jobs import run_due
from core.web import settings
from projects.models import Bid, Tender
from projects.states import BidState
from tests.conftest import START
from tests.factories import Factory
from tests.projects.tenders import probes
from tests.projects.tenders.probes import NAME
from tests.projects.tenders.sealed import DEADLINE, Sealed, SignIn

pytestmark = pytest.mark.timeout(900)


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
    for name in (*FORMATS, "ocds"):
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
