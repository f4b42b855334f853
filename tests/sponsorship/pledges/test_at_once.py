"""Several at the same moment, with real threads on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import db, transaction
from core.errors import DomainError
from ledger.journal import Kind
from sponsorship.bookings import pool_left
from sponsorship.models import GuidanceCall, Pledge
from sponsorship.pledges.services import deciding, offering, signing
from sponsorship.states import PledgeState
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.sponsorship.pledges.ground import Stall
from tests.together import together
from transparency.log import timeline


@pytest.fixture(autouse=True)
def fresh_connections(app: Flask) -> None:
    """The connection that ran the migrations gives up waiting after some seconds; it goes."""
    db.session.rollback()
    db.engine.dispose()


def tried(verb: Callable[[Session], object]) -> str:
    """Do something in a transaction; gives what came of it."""
    try:
        with transaction() as session:
            verb(session)
    except DomainError as error:
        return type(error).__name__
    return "done"


def test_fifty_accepted_at_once_never_overdraw_the_pool(app: Flask, make: Factory) -> None:
    """The last ¥1,000 are for fifty pledges, each of which would have ¥300 added."""
    caps = {"match_sponsor_most": None, "match_project_most": None}
    stall = Stall.begin(make, match_pool=1_000 * YUAN, **caps)
    waiting = iter([stall.offer(stall.new(600 * YUAN)) for _ in range(50)])

    def accept() -> str:
        ident = next(waiting)
        return tried(lambda s: deciding.accept(s, ident, "Yes.", stall.officer, stall.at))

    assert Counter(together(app, accept, 50)) == {"done": 50}
    db.session.rollback()
    found = sorted(db.session.scalars(select(Pledge.match)), reverse=True)
    assert found == [300 * YUAN] * 3 + [100 * YUAN] + [0] * 46
    assert stall.net(Kind.MATCHING) == 1_000 * YUAN


def test_fifty_at_once_never_overdraw_what_is_in_the_books(app: Flask, make: Factory) -> None:
    """The terms would allow more than what was set aside."""
    caps = {"match_sponsor_most": None, "match_project_most": None}
    stall = Stall.begin(make, match_pool=10**12, public_least=0, **caps)
    stall.accepted(98_000 * YUAN)  # takes all but ¥1,000 of the ¥50,000
    stall.opening = stall.add_opening(stall.add_project(cost=900_000 * YUAN))
    waiting = iter([stall.offer(stall.new(600 * YUAN)) for _ in range(50)])

    def accept() -> str:
        ident = next(waiting)
        return tried(lambda s: deciding.accept(s, ident, "Yes.", stall.officer, stall.at))

    assert Counter(together(app, accept, 50)) == {"done": 50}
    db.session.rollback()
    assert db.session.scalar(select(func.sum(Pledge.match))) == 50_000 * YUAN
    assert pool_left(db.session, db.session.get_one(GuidanceCall, stall.call)) == 0


def test_a_double_click_is_one_pledge(app: Flask, stall: Stall) -> None:
    offer, small = stall.new(), stall.new(500 * YUAN, business_id=None)
    at = stall.at
    came = together(app, lambda: tried(lambda s: offering.offer(s, offer, stall.signatory, at)), 8)
    assert Counter(came) == {"done": 8}
    came = together(
        app, lambda: tried(lambda s: offering.give_small(s, small, stall.resident, at)), 8
    )
    assert Counter(came) == {"done": 8}
    db.session.rollback()
    states = Counter(db.session.scalars(select(Pledge.state)))
    assert states == {PledgeState.OFFERED: 1, PledgeState.SIGNED: 1}
    assert stall.net(Kind.PLEDGE_RECEIVABLE) == 500 * YUAN


def test_accepted_against_withdrawn_one_of_them_counts(app: Flask, stall: Stall) -> None:
    ident = stall.offer()
    acts = iter(
        [
            lambda s: deciding.accept(s, ident, "Yes.", stall.officer, stall.at),
            lambda s: offering.withdraw(s, ident, stall.signatory, stall.at),
        ]
        * 2
    )
    came = together(app, lambda: tried(next(acts)), 4)
    assert Counter(came) == {"done": 1, "Conflict": 3}


def test_both_sides_sign_at_once_and_it_is_booked_once(
    app: Flask, stall: Stall, session: Session
) -> None:
    ident = stall.accepted()
    acts = iter(
        [
            lambda s: signing.sign_for_sponsor(s, ident, stall.signatory, stall.at),
            lambda s: signing.sign_for_office(s, ident, stall.officer, stall.at),
        ]
        * 2
    )
    came = together(app, lambda: tried(next(acts)), 4)
    assert Counter(came) == {"done": 2, "Conflict": 2}
    assert stall.pledge(ident).state == PledgeState.SIGNED
    assert stall.net(Kind.PLEDGE_RECEIVABLE) == 10_000 * YUAN
    assert len(timeline(session, ("pledge", ident), types=("pledge.signed",))) == 1


def test_no_two_small_shares_together_take_too_much_of_a_project(app: Flask, make: Factory) -> None:
    stall = Stall.begin(make, public_least=90)  # ¥10,000 may come from sponsors
    waiting = iter([stall.offer(stall.new(6_000 * YUAN)) for _ in range(6)])

    def accept() -> str:
        ident = next(waiting)
        return tried(lambda s: deciding.accept(s, ident, "Yes.", stall.officer, stall.at))

    assert Counter(together(app, accept, 6)) == {"done": 1, "Conflict": 5}
