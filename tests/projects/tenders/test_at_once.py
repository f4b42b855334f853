"""Several at the same moment, with real threads on both databases."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import db, transaction
from core.errors import DomainError
from core.web import settings
from projects.models import Bid
from projects.states import BidState, TenderState
from projects.tenders import services
from tests.projects.tenders.ground import DAY
from tests.projects.tenders.town import Town
from tests.together import together
from transparency.log import timeline

SECOND = timedelta(seconds=1)


def tried(verb: Callable[[Session], object]) -> str:
    """Do something in a transaction; gives what came of it."""
    try:
        with transaction() as session:
            done = verb(session)
    except DomainError as error:
        return type(error).__name__
    return "done" if done is not False else "nothing"


def test_twenty_bids_at_once_at_the_deadline_all_count(app: Flask, town: Town) -> None:
    for number in range(16):
        town.add_firm({"en": f"Firm {number}"})
    tender = town.publish(min_bids=3)
    new = [town.new_bid(tender, firm, price=1_000 + firm) for firm in range(20)]
    waiting = iter(new)
    at = town.deadline - SECOND

    def bid() -> str:
        own = next(waiting)
        return tried(lambda session: services.submit_bid(session, own, at))

    assert Counter(together(app, bid, 20)) == {"done": 20}
    town.open(tender)
    rows = db.session.execute(select(Bid.price, Bid.state).where(Bid.tender_id == tender)).all()
    assert sorted(price or 0 for price, _ in rows) == list(range(1_000, 1_020))
    assert {state for _, state in rows} == {BidState.OPENED}


def test_the_same_form_and_the_same_firm_at_once_are_one_bid(app: Flask, town: Town) -> None:
    tender = town.publish()
    same = town.new_bid(tender)
    at = town.at + DAY
    once = together(app, lambda: tried(lambda s: services.submit_bid(s, same, at)), 4)
    assert Counter(once) == {"done": 4}
    forms = iter([town.new_bid(tender, 1) for _ in range(4)])

    def another() -> str:
        own = next(forms)
        return tried(lambda session: services.submit_bid(session, own, at))

    assert Counter(together(app, another, 4)) == {"done": 1, "Conflict": 3}
    db.session.rollback()
    assert len(db.session.scalars(select(Bid.id)).all()) == 2


@pytest.mark.parametrize("turn", range(3))
def test_opener_against_bidder_loses_no_bid_that_was_taken(
    app: Flask, town: Town, turn: int
) -> None:
    tender = town.publish()
    town.bids(tender)
    late = town.new_bid(tender, 3)
    kinds = itertools.cycle([True, False])

    def either() -> str:
        if next(kinds):
            keys = settings().keys
            return tried(lambda s: services.open_tender(s, tender, keys, town.deadline))
        return tried(lambda s: services.submit_bid(s, late, town.deadline - SECOND))

    came = Counter(together(app, either, 2))
    db.session.rollback()
    states = Counter(db.session.scalars(select(Bid.state).where(Bid.tender_id == tender)))
    taken = 3 + (came["done"] - 1)
    assert states == {BidState.OPENED: taken}
    assert came["done"] + came["Conflict"] == 2


def test_two_openers_at_once_open_once(app: Flask, town: Town, session: Session) -> None:
    tender = town.publish()
    town.bids(tender)
    keys = settings().keys
    came = together(
        app, lambda: tried(lambda s: services.open_tender(s, tender, keys, town.deadline)), 4
    )
    assert Counter(came) == {"done": 1, "nothing": 3}
    opened = timeline(session, ("tender", tender), types=("tender.opened", "bid.opened"))
    assert len(opened) == 4


def test_an_opening_that_is_cut_short_is_done_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    tender = town.publish()
    bids = town.bids(tender)

    def cut(*_what: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("projects.tenders.services.opening.tell_all", cut)
        with pytest.raises(KeyboardInterrupt):
            town.open(tender)
    assert town.row(tender).state == TenderState.OPEN
    assert {town.bid_row(bid).state for bid in bids} == {BidState.SEALED}
    assert town.open(tender)
    assert {town.bid_row(bid).state for bid in bids} == {BidState.OPENED}


def test_two_awards_at_once_are_one(app: Flask, town: Town, session: Session) -> None:
    tender = town.judged(town.opened())
    officers = iter([town.officer, town.other] * 2)

    def award() -> str:
        by = next(officers)
        return tried(lambda s: services.award(s, tender, "Best.", by, town.opening + DAY))

    assert Counter(together(app, award, 4)) == {"done": 1, "Conflict": 3}
    assert len(timeline(session, ("tender", tender), types=("tender.awarded",))) == 1


def test_signing_at_once_books_once(app: Flask, town: Town, session: Session) -> None:
    tender = town.awarded()
    town.draw(tender)
    town.agree(tender, town.traders[1])
    officers = iter([town.officer, town.other])

    def sign() -> str:
        by = next(officers)
        return tried(lambda s: services.sign_contract(s, tender, by, town.later))

    assert Counter(together(app, sign, 2)) == {"done": 1, "Conflict": 1}
    assert len(timeline(session, ("tender", tender), types=("contract.signed",))) == 1
