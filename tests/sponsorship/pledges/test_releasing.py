"""Money of a pledge, and its match, on its way to a project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import db, transaction
from core.errors import Conflict, DomainError, Invalid, Refused
from ledger.journal import Kind
from projects.models import Category, Project
from projects.states import State
from sponsorship import bookings
from sponsorship.models import Dispute, Payment
from sponsorship.pledges.services import releasing
from sponsorship.states import OpeningState, PledgeState
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import COST
from tests.sponsorship.pledges.field import Field
from tests.together import together
from transparency.log import timeline


def encumbered(field: Field, project: int = 0) -> int:
    """What is committed to a project."""
    return field.net(Kind.ENCUMBRANCE, "project", project or field.project)


def left(field: Field, ident: int) -> tuple[int, int]:
    """What of a pledge and of its match is not released."""
    with transaction() as session:
        pledge = field.row(ident)
        return bookings.kept_for(session, pledge), bookings.match_left(session, pledge)


def test_released_money_takes_its_match_along_and_ends_the_pledge(field: Field) -> None:
    ident = field.add_paid(match=5_000 * YUAN)
    field.approve(field.ask(ident, 4_000 * YUAN, milestone_id=field.milestones[0]))
    assert encumbered(field) == COST + 6_000 * YUAN
    assert field.row(ident).state == PledgeState.PAID
    field.approve(field.ask(ident, 6_000 * YUAN))
    assert encumbered(field) == COST + 15_000 * YUAN
    row = field.row(ident)
    assert (row.state, row.released) == (PledgeState.RELEASED, 10_000 * YUAN)
    assert left(field, ident) == (0, 0)


def test_what_a_provider_kept_is_not_released_but_all_of_the_match_is(field: Field) -> None:
    ident = field.add_signed(10_000 * YUAN)
    field.pay(ident, 10_000 * YUAN, fee=60 * YUAN)
    field.reserve(ident, 5_000 * YUAN + 1)
    with pytest.raises(Invalid):
        field.ask(ident, 10_000 * YUAN)
    field.approve(field.ask(ident, 9_940 * YUAN))
    assert left(field, ident) == (0, 0)
    assert field.row(ident).state == PledgeState.RELEASED


def test_nothing_is_released_before_the_last_instalment_is_paid(field: Field) -> None:
    ident = field.add_signed(10_000 * YUAN)
    field.pay(ident, 5_000 * YUAN)
    with pytest.raises(Conflict):
        field.ask(ident, 5_000 * YUAN)
    field.pay(ident, 5_000 * YUAN)
    field.approve(field.ask(ident, 5_000 * YUAN))


def test_two_officers_neither_of_whom_gives(field: Field) -> None:
    ident = field.add_paid()
    release = field.ask(ident, 1 * YUAN)
    with pytest.raises(Refused):
        field.approve(release, field.author)
    for person in (field.signatory, field.payer):
        with pytest.raises(Refused):
            field.approve(release, person)
        with pytest.raises(Refused):
            field.ask(ident, 1 * YUAN, person)
    field.approve(release)
    with pytest.raises(Conflict):
        field.approve(release, field.other)


def test_the_same_form_twice_asks_once_and_what_is_asked_for_is_taken(field: Field) -> None:
    ident = field.add_paid()
    first = field.ask(ident, 7_000 * YUAN, key="same")
    assert field.ask(ident, 7_000 * YUAN, key="same") == first
    with pytest.raises(Invalid, match=r"3,000|¥3"):
        field.ask(ident, 3_001 * YUAN)
    with pytest.raises(Conflict):
        field.ask(field.add_paid(), 7_000 * YUAN, key="same")
    with transaction() as session:
        releasing.refuse(session, first, field.officer, "Too early for this.", field.at)
    field.ask(ident, 10_000 * YUAN)


def test_nothing_goes_on_under_vote_before_the_target_or_under_dispute(field: Field) -> None:
    ident = field.add_paid(only_if_met=True)
    with pytest.raises(Conflict):
        field.ask(ident, 1 * YUAN)
    field.set_opening(OpeningState.MET)
    release = field.ask(ident, 1 * YUAN)
    _set_state(field.project, State.ON_BALLOT)
    with pytest.raises(Conflict):
        field.approve(release)
    _set_state(field.project, State.DELIVERING)
    dispute = _dispute(field, ident)
    with pytest.raises(Conflict):
        field.approve(release)
    with transaction() as session:
        session.get_one(Dispute, dispute).state = "won"
    field.approve(release)
    for unpaid in (field.add_signed(only_if_met=True), field.add_pledge(), field.add_kind()):
        with pytest.raises((Conflict, Invalid)):
            field.ask(unpaid, 1 * YUAN)


def _set_state(project: int, state: State) -> None:
    with transaction() as session:
        session.get_one(Project, project).state = state


def _dispute(field: Field, ident: int) -> int:
    db.session.rollback()
    payment = db.session.scalars(select(Payment.id).where(Payment.pledge_id == ident)).one()
    row = {"payment_id": payment, "provider_ref": "dp", "amount": 1, "opened_at": field.at}
    return field.make.add(Dispute(**row))


def test_money_goes_to_the_project_it_was_given_for_only(field: Field) -> None:
    ident = field.add_paid()
    other = field.add_project(State.DELIVERING)
    for where in ({"project_id": other}, {"project_id": None}, {"milestone_id": 10**9}):
        with pytest.raises(Invalid):
            field.ask(ident, 1 * YUAN, **where)


def test_for_a_category_it_goes_to_a_project_of_it(field: Field) -> None:
    opening = field.add_opening(
        kind="category", project_id=None, category={"en": "Parks"}, target=None
    )
    ident = field.add_paid(opening_id=opening)
    with pytest.raises(Invalid):
        field.ask(ident, 1 * YUAN)
    category = field.make.add(Category(round_id=field.round, name={"en": "parks"}))
    with transaction() as session:
        session.get_one(Project, field.project).category_id = category
    field.approve(field.ask(ident, 2_000 * YUAN))
    assert encumbered(field) == COST + 2_000 * YUAN


def test_what_is_for_the_pool_doubles_others(field: Field, session: Session) -> None:
    opening = field.add_opening(kind="pool", project_id=None, target=None)
    ident = field.add_paid(opening_id=opening)
    with pytest.raises(Invalid):
        field.ask(ident, 1 * YUAN)
    before = bookings.pool_left(session, field.opening_row().call)
    field.approve(field.ask(ident, 10_000 * YUAN, project_id=None))
    assert bookings.pool_left(session, field.opening_row().call) == before + 10_000 * YUAN
    assert field.row(ident).state == PledgeState.RELEASED
    pledge = field.add_signed(20_000 * YUAN)
    field.reserve(pledge, before + 5_000 * YUAN)


def tried(verb: Callable[[], object]) -> str:
    """What came of it."""
    try:
        verb()
    except DomainError as error:
        return type(error).__name__
    return "done"


def test_approved_many_times_at_once_it_is_released_once(
    app: Flask, field: Field, session: Session
) -> None:
    ident = field.add_paid(match=5_000 * YUAN)
    release = field.ask(ident, 10_000 * YUAN)
    officers = iter([field.officer, field.other] * 3)
    came = together(app, lambda: tried(lambda: field.approve(release, next(officers))), 6)
    assert Counter(came) == {"done": 1, "Conflict": 5}
    assert encumbered(field) == COST + 15_000 * YUAN
    assert len(timeline(session, ("pledge", ident), types=("pledge.released",))) == 1


def test_many_ask_at_once_and_never_for_more_than_there_is(app: Flask, field: Field) -> None:
    ident = field.add_paid(match=5_000 * YUAN)
    came = together(app, lambda: tried(lambda: field.ask(ident, 4_000 * YUAN)), 6)
    assert Counter(came) == {"done": 2, "Invalid": 4}
    same = together(app, lambda: field.ask(ident, 1_000 * YUAN, key="once"), 4)
    assert len(set(same)) == 1


def test_many_releases_approved_at_once_stay_within_what_was_paid(app: Flask, field: Field) -> None:
    ident = field.add_paid(match=5_000 * YUAN)
    releases = iter([field.ask(ident, 2_500 * YUAN) for _ in range(4)])
    assert together(app, lambda: tried(lambda: field.approve(next(releases))), 4) == ["done"] * 4
    row = field.row(ident)
    assert (row.state, row.released) == (PledgeState.RELEASED, 10_000 * YUAN)
    assert encumbered(field) == COST + 15_000 * YUAN
    assert field.net(Kind.MATCHING) == 0
