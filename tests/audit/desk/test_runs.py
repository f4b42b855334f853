"""Runs of the rules: in parts as well as at once, begun again after a crash, never two at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Role
from audit.flags.models import FlagState
from core.db import transaction
from ledger.models import Voucher, VoucherKind, VoucherState
from tests.audit.desk.odd import DAY, YUAN, Odd, days, facts, flags, run, steps
from tests.conftest import START

Clock = Callable[[datetime], None]
LATER = START + timedelta(hours=1)
LIMIT = 50_000 * YUAN


def strew(odd: Odd, rng: random.Random, payees: list[int], people: list[int]) -> None:
    """A few payments, some of them odd."""
    for _ in range(12):
        payee, on = rng.choice(payees), DAY + days(rng.randrange(60))
        amount = rng.choice([700, 800, 3000, 5000, 45_000, 48_000]) * YUAN
        number = f"A{rng.randrange(40):04}{odd.make.at:%d}{rng.choice(['', 'X'])}"
        with suppress(Exception):  # what the database itself refuses is none of the rules' business
            odd.invoice(payee, number, amount, on, booked=on - days(rng.randrange(3)))
        voucher = odd.pay(payee, amount + rng.randrange(2), on)
        at = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(hours=rng.randrange(1000))
        odd.approve(voucher, at, rng.choice(people))


@pytest.mark.parametrize("seed", range(4))
def test_runs_over_parts_find_what_one_run_over_everything_finds(
    odd: Odd, clock: Clock, session: Session, seed: int
) -> None:
    rng = random.Random(seed)
    firm = odd.firm()
    payees = [odd.payee(), odd.payee(), odd.payee(firm)]
    people = [odd.approves, odd.make.staff(Role.APPROVER, odd.area)]
    for part in range(3):
        clock(START + timedelta(hours=part))
        odd.make.at = START + timedelta(hours=part)
        strew(odd, rng, payees, people)
        if part == 1:
            odd.make.member(odd.approves, Role.BUSINESS, odd.area, firm)
            refuse_some(session, rng)
        run()
    in_parts = facts()
    clock(START + timedelta(hours=5))
    ident = run(full=True)
    assert in_parts == facts()
    assert len(in_parts) > 5
    assert not any(one.partial for one in steps(ident).values())


def refuse_some(session: Session, rng: random.Random) -> None:
    """Some of the payments so far come to nothing."""
    session.rollback()
    ids = list(session.scalars(select(Voucher.id)))
    with transaction() as writing:
        for ident in rng.sample(ids, 4):
            voucher = writing.get_one(Voucher, ident)
            voucher.state = VoucherState.REFUSED
            voucher.decided_at = START + timedelta(hours=1)


def test_a_later_run_looks_only_at_what_is_touched(
    odd: Odd, clock: Clock, session: Session
) -> None:
    payees = [odd.payee() for _ in range(3)]
    for payee in payees:
        for _ in range(3):
            odd.pay(payee, 5000 * YUAN)
    clock(LATER)
    assert steps(run())["round_sums"].hits == 3
    odd.pay(payees[0], 5000 * YUAN, requested_at=LATER, decided_at=LATER)
    clock(LATER + timedelta(hours=1))
    step = steps(run())["round_sums"]
    assert (step.partial, step.hits, step.new) == (True, 1, 0)
    assert sorted(one.params["count"] for one in flags("round_sums")) == [3, 3, 4]


def test_the_last_minutes_are_looked_at_twice(odd: Odd, clock: Clock, session: Session) -> None:
    payee = odd.payee()
    for _ in range(3):
        odd.pay(payee, 5000 * YUAN, requested_at=START, decided_at=START)
    run()
    clock(START + timedelta(minutes=9))
    assert steps(run())["round_sums"].hits == 1
    clock(START + timedelta(minutes=30))
    assert steps(run())["round_sums"].hits == 1
    assert steps(run())["round_sums"].hits == 0


def test_looking_again_changes_nothing(odd: Odd) -> None:
    payee = odd.payee()
    for _ in range(2):
        odd.pay(payee, LIMIT)
    run()
    before = [(one.id, one.changed_at, one.run_id) for one in flags()]
    run(full=True)
    assert [(one.id, one.changed_at, one.run_id) for one in flags()] == before


def test_a_flag_lapses_when_it_is_no_longer_so_and_comes_back(odd: Odd, session: Session) -> None:
    payee = odd.payee()
    odd.pay(payee, LIMIT)
    second = odd.pay(payee, LIMIT)
    run()
    (flag,) = flags("split_payment")

    def put(state: str) -> None:
        with transaction() as writing:
            writing.get_one(Voucher, second).state = state
        undoes: dict[str, Any] = {"kind": VoucherKind.REVERSE, "reverses_id": second}
        odd.pay(payee, LIMIT, requested_at=START, decided_at=START, **undoes)

    put(VoucherState.REVERSED)
    run()
    assert [one.id for one in flags("split_payment", FlagState.LAPSED)] == [flag.id]
    put(VoucherState.PAID)
    run()
    assert [one.id for one in flags("split_payment")] == [flag.id]


def test_what_was_dismissed_comes_back_only_when_there_is_more_to_it(
    odd: Odd, session: Session
) -> None:
    payee = odd.payee()
    odd.pay(payee, LIMIT)
    odd.pay(payee, LIMIT)
    run()
    (flag,) = flags("split_payment")
    with transaction() as writing:
        kept = writing.get_one(type(flag), flag.id)
        kept.state, kept.dismissed_at = FlagState.DISMISSED, START
        kept.dismissed_reason, kept.dismissed_by_id = "Two works", odd.asks
    run(full=True)
    assert flags("split_payment") == []
    odd.pay(payee, LIMIT)
    run()
    (again,) = flags("split_payment")
    assert again.id == flag.id
    assert again.params["count"] == 3
    assert again.params["dismissed_before"] == "Two works"
