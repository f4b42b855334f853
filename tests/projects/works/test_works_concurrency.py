"""Delivery under many hands at once: one of two wins, and the books agree with the states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import db
from core.errors import DomainError
from projects.models import Acceptance, Evaluation, FinalAccount, MilestoneReport, PlanChange
from projects.states import MilestoneState, State
from tests.projects.works.yard import COST, YUAN, Yard
from transparency.log import timeline

Act = Callable[[], object]


def race(app: Flask, *acts: Act) -> Counter[str]:
    """Do all at the same moment, each in a thread of its own; counts "done" and errors by name."""
    start = Barrier(len(acts))

    def run(act: Act) -> str:
        with app.app_context():
            start.wait(10)
            try:
                act()
            except DomainError as error:
                return type(error).__name__
            return "done"

    db.session.rollback()
    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def count(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def recorded(session: Session, yard: Yard, *types: str) -> int:
    session.rollback()
    return len(timeline(session, ("project", yard.project), types=types, limit=1000))


def test_of_four_accepting_at_once_two_are_needed_and_it_is_booked_once(
    app: Flask, yard: Yard, session: Session
) -> None:
    first, _second = yard.begin()
    yard.contract({first: 5000 * YUAN})
    report = yard.report(first)
    people = (yard.officer, yard.second_officer, yard.reviewer, yard.committee)
    said = race(app, *(lambda who=who: yard.accept(report, who) for who in people))
    assert said == {"done": 2, "Conflict": 2}
    assert yard.milestone(first).state == MilestoneState.ACCEPTED
    assert yard.money().accepted == 4750 * YUAN
    assert recorded(session, yard, "delivery.accepted") == 1


def test_one_person_pressing_twice_accepts_once(app: Flask, yard: Yard, session: Session) -> None:
    first, _second = yard.begin()
    report = yard.report(first, yard.reviewer)
    assert race(app, *[lambda: yard.accept(report, yard.officer)] * 4) == {"done": 4}
    assert count(session, Acceptance) == 1
    assert yard.milestone(first).state == MilestoneState.REPORTED


def test_of_a_dispute_and_the_last_acceptance_one_waits_for_the_other(
    app: Flask, yard: Yard
) -> None:
    first, _second = yard.begin()
    report = yard.report(first, yard.reviewer)
    yard.accept(report, yard.officer)
    said = race(
        app,
        lambda: yard.say(report, holds=False),
        lambda: yard.accept(report, yard.second_officer),
    )
    assert said == {"done": 1, "Conflict": 1}


def test_of_a_yes_and_a_no_at_once_the_report_has_one_end(app: Flask, yard: Yard) -> None:
    first, _second = yard.begin()
    report = yard.report(first, yard.reviewer)
    yard.accept(report, yard.officer)
    said = race(
        app,
        lambda: yard.accept(report, yard.second_officer),
        lambda: yard.refuse(report, yard.committee),
    )
    assert said == {"done": 1, "Conflict": 1}
    assert yard.milestone(first).state in {MilestoneState.ACCEPTED, MilestoneState.PLANNED}


def test_of_giving_up_and_accepting_at_once_the_books_follow_what_came_first(
    app: Flask, yard: Yard
) -> None:
    first, second = yard.begin()
    contract = yard.contract({first: 5000 * YUAN, second: 3000 * YUAN})
    report = yard.report(first)
    yard.accept(report, yard.officer)
    change = yard.ask("cancel", {"state": "cancelled"})
    said = race(
        app,
        lambda: yard.decide(change),
        lambda: yard.accept(report, yard.second_officer),
    )
    money, state = yard.money(), yard.milestone(first).state
    assert yard.row().state == State.CANCELLED
    if state == MilestoneState.ACCEPTED:
        assert said == {"done": 2}
        assert (money.contracted, money.accepted) == (5000 * YUAN, 4750 * YUAN)
    else:
        assert said == {"done": 1, "Conflict": 1}
        assert (money.contracted, money.accepted) == (0, 0)
    assert yard.contract_row(contract).amount_now == money.contracted


def test_a_plan_is_published_once(app: Flask, yard: Yard, session: Session) -> None:
    yard.write(COST)
    said = race(app, *[yard.publish] * 3)
    assert said == {"done": 1, "Conflict": 2}
    assert recorded(session, yard, "delivery.begun") == 1


def test_the_same_report_form_sent_at_once_is_one_report(
    app: Flask, yard: Yard, session: Session
) -> None:
    first, _second = yard.begin()
    assert race(app, *[lambda: yard.report(first, yard.reviewer, key="same")] * 4) == {"done": 4}
    assert count(session, MilestoneReport) == 1


def test_the_same_change_asked_for_and_decided_at_once_is_one(
    app: Flask, yard: Yard, session: Session
) -> None:
    first, _second = yard.begin()
    yard.contract({first: 5000 * YUAN})
    ask = [lambda: yard.ask("cost", {"price": 6000 * YUAN}, first)] * 3
    assert race(app, *ask) == {"done": 3}
    assert count(session, PlanChange) == 1
    change = yard.ask("cost", {"price": 6000 * YUAN}, first)
    assert race(app, *[lambda: yard.decide(change)] * 3) == {"done": 3}
    assert yard.money().contracted == 6000 * YUAN
    assert recorded(session, yard, "contract.amended") == 1


def test_the_retention_is_released_once(app: Flask, yard: Yard) -> None:
    first, _second = yard.begin()
    contract = yard.contract({first: 5000 * YUAN}, until=yard.at.date())
    yard.finish(first)
    yard.at = yard.books.at = yard.at.replace(day=yard.at.day + 2)
    change = yard.ask("retention", {"release": 100 * YUAN}, contract=contract)
    assert race(app, *[lambda: yard.decide(change)] * 3) == {"done": 3}
    assert yard.money().accepted == 4850 * YUAN
    assert yard.money().contracted == 4850 * YUAN


def test_the_final_account_is_drawn_up_and_approved_once(
    app: Flask, yard: Yard, session: Session
) -> None:
    for milestone in yard.begin():
        yard.finish(milestone, by=yard.reviewer)
    assert race(app, *[yard.draw] * 3) == {"done": 3}
    assert count(session, FinalAccount) == 1
    assert race(app, *[yard.approve_account] * 3) == {"done": 3}
    assert yard.money().returned == COST
    assert recorded(session, yard, "account.approved") == 1


def test_a_resident_rates_once_however_often_the_button_is_pressed(
    app: Flask, yard: Yard, session: Session
) -> None:
    for milestone in yard.begin():
        yard.finish(milestone, by=yard.reviewer)
    assert race(app, *[lambda: yard.rate(yard.neighbour)] * 4) == {"done": 4}
    assert count(session, Evaluation) == 1
    assert recorded(session, yard, "evaluation.given") == 1


def test_residents_disputing_at_once_are_all_heard(app: Flask, yard: Yard) -> None:
    first, _second = yard.begin()
    report = yard.report(first, yard.reviewer)
    people = (yard.neighbour, yard.proposer, yard.stranger)
    assert race(app, *(lambda who=who: yard.say(report, who, holds=False) for who in people)) == {
        "done": 3
    }
