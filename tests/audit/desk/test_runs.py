"""Runs of the rules: in parts as well as at once, begun again after a crash, never two at once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Role
from audit.flags import job
from audit.flags.models import FlagMark, FlagRun, FlagState, FlagStep, RunState
from audit.flags.rule import REGISTRY, Hit, Look, Rule
from audit.flags.runs import ask
from core import outbox
from core.db import transaction
from core.errors import Conflict
from ledger.models import Voucher, VoucherKind, VoucherState
from tests.audit.desk.odd import DAY, YUAN, Odd, days, facts, flags, run
from tests.conftest import START
from tests.together import together

Clock = Callable[[datetime], None]
LATER = START + timedelta(hours=1)
LIMIT = 50_000 * YUAN


class Killed(BaseException):
    """The computer went off."""


@pytest.fixture
def rule(app: Flask) -> Iterator[Callable[..., None]]:
    """``rule(name, look)`` adds a rule for one test."""
    added: list[str] = []

    def add(name: str, look: Any, **values: Any) -> None:
        given = {"title": name, "caveat": name, "says": lambda params: name, "scope": "payee"}
        REGISTRY.rules[name] = Rule(**{"id": name, "look": look, **given, **values})
        added.append(name)

    yield add
    for name in added:
        del REGISTRY.rules[name]


def steps(session: Session, ident: int) -> dict[str, FlagStep]:
    """What each rule did in a run."""
    session.rollback()
    return {
        one.rule: one for one in session.scalars(select(FlagStep).where(FlagStep.run_id == ident))
    }


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
    assert not any(one.partial for one in steps(session, ident).values())


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
    assert steps(session, run())["round_sums"].hits == 3
    odd.pay(payees[0], 5000 * YUAN, requested_at=LATER, decided_at=LATER)
    clock(LATER + timedelta(hours=1))
    step = steps(session, run())["round_sums"]
    assert (step.partial, step.hits, step.new) == (True, 1, 0)
    assert sorted(one.params["count"] for one in flags("round_sums")) == [3, 3, 4]


def test_the_last_minutes_are_looked_at_twice(odd: Odd, clock: Clock, session: Session) -> None:
    payee = odd.payee()
    for _ in range(3):
        odd.pay(payee, 5000 * YUAN, requested_at=START, decided_at=START)
    run()
    clock(START + timedelta(minutes=9))
    assert steps(session, run())["round_sums"].hits == 1
    clock(START + timedelta(minutes=30))
    assert steps(session, run())["round_sums"].hits == 1
    assert steps(session, run())["round_sums"].hits == 0


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
        undoes = {"kind": VoucherKind.REVERSE, "reverses_id": second}
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


def test_two_runs_at_once_are_impossible(app: Flask, odd: Odd, session: Session) -> None:
    def once() -> bool:
        try:
            with transaction() as writing:
                ask(writing, odd.asks, START)
        except Conflict:
            return False
        return True

    assert sorted(together(app, once, 4)) == [False, False, False, True]
    session.rollback()
    assert session.scalars(select(FlagRun.state)).all() == [RunState.WAITING]
    outbox.deliver(START)
    session.rollback()
    assert session.scalars(select(FlagRun.state)).all() == [RunState.DONE]
    assert once()


def test_after_a_crash_only_the_rules_that_are_missing_look(
    odd: Odd, session: Session, clock: Clock, rule: Callable[..., None]
) -> None:
    looked: list[str] = []

    def die(look: Look) -> Iterator[Hit]:
        looked.append("die")
        if len(looked) == 1:
            raise Killed
        yield from ()

    rule("zz_killed", die)
    for _ in range(2):
        odd.pay(odd.payee(), LIMIT)
    with transaction() as writing:
        ident = ask(writing, odd.asks, START).id
    with pytest.raises(Killed):
        outbox.deliver(START)
    session.rollback()
    before = steps(session, ident)
    assert len(before) == len(REGISTRY.rules) - 1
    assert session.get_one(FlagRun, ident).state == RunState.RUNNING
    job.work(ident)  # somebody else still has it
    assert len(steps(session, ident)) == len(before)
    clock(START + timedelta(minutes=15))
    job.tend(START + timedelta(minutes=15))
    outbox.deliver(START + timedelta(minutes=15))
    after = steps(session, ident)
    assert set(after) - set(before) == {"zz_killed"}
    assert {name: after[name].ended_at for name in before} == {
        name: one.ended_at for name, one in before.items()
    }
    assert session.get_one(FlagRun, ident, populate_existing=True).state == RunState.DONE


def test_a_rule_killed_while_its_flags_are_written_writes_each_once(
    odd: Odd, session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        payee = odd.payee()
        odd.pay(payee, LIMIT)
        odd.pay(payee, LIMIT)
    monkeypatch.setattr("audit.flags.keeping.parts.__defaults__", (1,))
    kept, count = job.keep, [0]

    def keep(*args: Any) -> int:
        count[0] += 1
        if count[0] == 2:
            raise Killed
        return kept(*args)

    monkeypatch.setattr(job, "keep", keep)
    with pytest.raises(Killed):
        run()
    session.rollback()
    clock(START + timedelta(minutes=15))
    ident = session.scalars(select(FlagRun.id)).one()
    job.work(ident)
    assert len(flags("split_payment")) == 3
    assert len({one.id for one in flags()}) == len(flags())


def test_a_worker_that_was_overtaken_writes_nothing_more(
    odd: Odd, session: Session, rule: Callable[..., None]
) -> None:
    def overtaken(look: Look) -> Iterator[Hit]:
        with transaction() as writing:
            writing.get_one(FlagRun, ident).claim += 1
        yield Hit("x", "payee:1", ("payee", 1), (), {}, 50)

    rule("zz_slow", overtaken)
    with transaction() as writing:
        ident = ask(writing, None, START).id
    job.work(ident)
    assert flags("zz_slow") == []
    session.rollback()
    assert session.get_one(FlagRun, ident).state == RunState.RUNNING


def test_a_run_that_breaks_off_again_and_again_ends(
    odd: Odd, session: Session, clock: Clock, rule: Callable[..., None]
) -> None:
    def die(look: Look) -> Iterator[Hit]:
        raise Killed

    rule("zz_killed", die)
    with transaction() as writing:
        ident = ask(writing, None, START).id
    for tries in range(job.MOST_TRIES):
        clock(START + timedelta(minutes=15 * tries))
        with suppress(Killed):
            job.work(ident)
    clock(START + timedelta(hours=2))
    with suppress(Killed):
        job.work(ident)
    clock(START + timedelta(hours=3))
    job.work(ident)
    session.rollback()
    found = session.get_one(FlagRun, ident)
    assert (found.state, found.going) == (RunState.FAILED, False)
    assert "broke off" in found.error["en"]


def test_a_rule_that_fails_lets_the_others_look_and_looks_at_everything_next_time(
    odd: Odd, session: Session, rule: Callable[..., None]
) -> None:
    seen: list[Any] = []

    def fail_once(look: Look) -> Iterator[Hit]:
        seen.append(look.only)
        if len(seen) == 1:
            raise ValueError("no")
        yield from ()

    rule("aa_fails", fail_once)
    ident = run()
    found = session.get_one(FlagRun, ident)
    assert found.state == RunState.FAILED
    assert "aa_fails" in found.error["en"]
    assert found.done == found.total - 1
    run()
    assert seen == [None, None]


def test_a_new_version_of_a_rule_looks_at_everything(
    odd: Odd, session: Session, rule: Callable[..., None]
) -> None:
    seen: list[Any] = []

    def look_at(look: Look) -> Iterator[Hit]:
        seen.append(look.only)
        yield from ()

    rule("zz_version", look_at)
    payee = odd.payee()
    odd.pay(payee, 100 * YUAN, requested_at=START, decided_at=START)
    run()
    run()
    REGISTRY.rules["zz_version"] = Rule("zz_version", "x", "x", str, "payee", look_at, version=2)
    run()
    assert seen == [None, {payee}, None]
    assert session.get_one(FlagMark, "zz_version").version == 2


def test_the_clock_asks_once_a_night_where_the_rules_are_used(
    odd: Odd, session: Session, clock: Clock
) -> None:
    night = datetime(2026, 3, 3, 18, 5, tzinfo=UTC)  # 2:05 on the 4th
    job.tend(night)
    assert session.scalars(select(FlagRun.id)).all() == []
    run()
    for minute in range(3):
        clock(night + timedelta(minutes=minute))
        job.tend(night + timedelta(minutes=minute))
        outbox.deliver(night + timedelta(minutes=minute))
        session.rollback()
    assert len(session.scalars(select(FlagRun.id)).all()) == 2
    job.tend(night + timedelta(hours=3))
    session.rollback()
    assert len(session.scalars(select(FlagRun.id)).all()) == 2
