"""What pledges come to in the books."""

from __future__ import annotations

from typing import Any

import pytest

from core.db import transaction
from core.errors import Conflict, Invalid
from ledger.journal import Kind
from sponsorship import bookings
from sponsorship.models import Pledge
from tests.ledger.books import YUAN
from tests.sponsorship.ground import POOL, Square


def book(square: Square, ident: int, event: str, amount: int) -> None:
    """Book one event of a pledge."""
    with transaction() as session:
        pledge = session.get_one(Pledge, ident)
        bookings.book(session, pledge, [(event, amount)], square.at, key=event)


def match_one_fen(square: Square, ident: int) -> None:
    """Reserve the least there is for a pledge."""
    with transaction() as session:
        pledge = session.get_one(Pledge, ident)
        bookings.book_match(session, pledge, "match", 1, square.at, key="n")


def test_a_pledge_is_no_cash_before_it_is_settled(square: Square) -> None:
    ident = square.add_signed(10_000 * YUAN)
    assert square.net(Kind.PLEDGE_RECEIVABLE) == 10_000 * YUAN
    assert square.net(Kind.PROVIDER_CLEARING) == 0
    with transaction() as session:
        pledge = session.get_one(Pledge, ident)
        bookings.book(session, pledge, [("settle", 10_000 * YUAN)], square.at, key="1")
        assert bookings.kept_for(session, pledge) == 10_000 * YUAN
    assert square.net(Kind.PLEDGE_RECEIVABLE) == 0
    assert square.net(Kind.PROVIDER_CLEARING) == 10_000 * YUAN


def test_no_more_is_settled_than_was_pledged(square: Square) -> None:
    ident = square.add_signed(10_000 * YUAN)
    with pytest.raises(Invalid):
        book(square, ident, "settle", 10_000 * YUAN + 1)


def test_doubling_money_is_reserved_freed_and_never_overdrawn(square: Square) -> None:
    ident = square.add_pledge()
    with transaction() as session:
        pledge = session.get_one(Pledge, ident)
        bookings.book_match(session, pledge, "match", POOL, square.at, key="m")
        assert bookings.pool_left(session, pledge.opening.call) == 0
        assert bookings.match_left(session, pledge) == POOL
    with pytest.raises(Conflict):
        match_one_fen(square, ident)
    with transaction() as session:
        pledge = session.get_one(Pledge, ident)
        bookings.book_match(session, pledge, "unmatch", POOL, square.at, key="u")
        assert bookings.pool_left(session, pledge.opening.call) == POOL


def test_released_money_is_committed_to_the_project(square: Square) -> None:
    ident = square.add_signed(10_000 * YUAN)
    before = square.net(Kind.ENCUMBRANCE, "project", square.project)
    with transaction() as session:
        pledge = session.get_one(Pledge, ident)
        bookings.book(session, pledge, [("settle", 10_000 * YUAN)], square.at, key="1")
        bookings.book_match(session, pledge, "match", 5_000 * YUAN, square.at, key="m")
        asked = {"key": "r", "people": (square.author, square.officer)}
        where: dict[str, Any] = asked | {"project_ref": square.project}
        bookings.book(session, pledge, [("sponsor.commit", 10_000 * YUAN)], square.at, **where)
        bookings.book_match(session, pledge, "match.commit", 5_000 * YUAN, square.at, **where)
    after = square.net(Kind.ENCUMBRANCE, "project", square.project)
    assert after - before == 15_000 * YUAN
