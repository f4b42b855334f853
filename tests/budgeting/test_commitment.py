"""A decided round books by itself what it has to pay for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area, Role
from budgeting.models import Round
from core.db import transaction
from ledger.accounts import cost_centre
from ledger.models import CostCentre, CostCentreKind, FundKind, Transfer, VoucherKind
from ledger.services import approving, requesting
from ledger.services.approving import Answer
from ledger.services.funds import open_fund
from projects.models import Project
from tests.budgeting.polls import AFTER, Poll, decide, open_poll, town_poll
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.papers import policy_paper

Clock = Callable[[datetime], None]


class Office:
    """Finance staff of an area, its fund, and what they do for a round."""

    def __init__(self, make: Factory, area: int, round_id: int) -> None:
        self.asks = make.staff(Role.FINANCE, area)
        self.approvers = [make.staff(Role.APPROVER, area) for _ in range(2)]
        with transaction() as session:
            self.fund = open_fund(
                session,
                session.get_one(Area, area),
                kind=FundKind.ALLOCATION,
                year=2026,
                currency="CNY",
                name={"en": "Fund"},
                planned=None,
                by_id=self.asks,
                now=START,
            ).id
            title = session.get_one(Round, round_id).title
            self.centre = cost_centre(session, CostCentreKind.ROUND, round_id, title).id

    def appropriate(self, amount: int, now: datetime) -> None:
        """Receive money and set it aside for the round."""
        self._book(VoucherKind.RECEIVE, amount, now)
        self._book(VoucherKind.APPROPRIATE, amount, now)

    def _book(self, kind: VoucherKind, amount: int, now: datetime) -> None:
        with transaction() as session:
            asked = requesting.Request(
                kind=kind,
                key=f"{kind}{self.fund}{now}",
                fund_id=self.fund,
                amount=amount,
                purpose="For the round",
                effective_on=now.date(),
                cost_centre_id=self.centre if kind == VoucherKind.APPROPRIATE else None,
            )
            voucher = requesting.request(session, asked, self.asks, now)
            if kind == VoucherKind.RECEIVE:
                session.add(policy_paper(voucher.id, self.asks, now))
            for person in self.approvers:
                if voucher.state == "requested":
                    approving.approve(session, voucher.id, Answer(person, Role.APPROVER), now)


def area_of(session: Session, poll: Poll) -> int:
    return session.get_one(Round, poll.round_id).area_id


def committed(session: Session) -> dict[str, int]:
    """What was committed, by project."""
    session.rollback()
    rows = (
        select(CostCentre.title, Transfer.amount)
        .join(CostCentre, CostCentre.id == Transfer.cost_centre_id)
        .where(Transfer.code == "commit")
    )
    return {title["en"]: amount for title, amount in session.execute(rows)}


def test_winners_are_committed_when_the_result_is_published(
    app: Flask, make: Factory, session: Session, clock: Clock
) -> None:
    poll = town_poll(make)
    office = Office(make, area_of(session, poll), poll.round_id)
    office.appropriate(130_000_00, START)
    decide(poll, clock)
    assert committed(session) == {"Park": 70_000_00, "Bench": 20_000_00, "Tree": 20_000_00}
    lines = session.scalars(select(Transfer).where(Transfer.code == "commit")).all()
    assert {(line.actor_id, line.approver_id, line.source_ref) for line in lines} == {
        (None, None, f"vote:{poll.round_id}")
    }


def test_what_was_not_appropriated_yet_is_committed_when_it_is(
    app: Flask, make: Factory, session: Session, clock: Clock
) -> None:
    poll = town_poll(make)
    office = Office(make, area_of(session, poll), poll.round_id)
    decide(poll, clock)
    assert committed(session) == {}
    office.appropriate(50_000_00, AFTER)
    assert committed(session) == {"Bench": 20_000_00, "Tree": 20_000_00}
    office.appropriate(60_000_00, AFTER.replace(hour=6))
    assert committed(session) == {"Park": 70_000_00, "Bench": 20_000_00, "Tree": 20_000_00}


def test_another_communitys_fund_does_not_pay(
    app: Flask, make: Factory, session: Session, clock: Clock
) -> None:
    poll = town_poll(make)
    _town, east, west = poll.people
    Office(make, west, poll.round_id).appropriate(130_000_00, START)
    Office(make, east, poll.round_id).appropriate(25_000_00, START)
    decide(poll, clock)
    assert committed(session) == {"Tree": 20_000_00}


def test_a_project_that_somebody_else_pays_is_not_committed(
    app: Flask, make: Factory, session: Session, clock: Clock
) -> None:
    town = make.area("Town")
    poll = open_poll(
        make,
        {"Mill": 10_000_00, "Park": 20_000_00},
        {town: 10},
        limits=lambda ids: {
            "ceilings": [],
            "exclusive": [],
            "payers": {str(ids["Mill"]): "Mill Ltd"},
        },
    )
    poll.vote_all({person: {poll.codes["Park"]} for person in poll.people[town]})
    Office(make, town, poll.round_id).appropriate(100_000_00, START)
    decide(poll, clock)
    won = session.scalars(select(Project.title).where(Project.state == "selected")).all()
    assert sorted(title["en"] for title in won) == ["Mill", "Park"]
    assert committed(session) == {"Park": 20_000_00}
