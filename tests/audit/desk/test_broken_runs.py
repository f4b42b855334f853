"""Runs of the rules that break off, meet each other, or meet a rule that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.flags import job, keeping
from audit.flags.models import FlagMark, FlagRun, RunState
from audit.flags.rule import REGISTRY, Hit, Look, Rule
from audit.flags.runs import ask
from core import outbox
from core.db import transaction
from core.errors import Conflict
from tests.audit.desk.odd import YUAN, Odd, flags, run, steps
from tests.conftest import START
from tests.together import together

Clock = Callable[[datetime], None]
LATER = START + timedelta(hours=1)
LIMIT = 50_000 * YUAN


class Killed(BaseException):
    """The computer went off."""


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
    before = steps(ident)
    assert len(before) == len(REGISTRY.rules) - 1
    assert session.get_one(FlagRun, ident).state == RunState.RUNNING
    job.work(ident)  # somebody else still has it
    assert len(steps(ident)) == len(before)
    clock(START + timedelta(minutes=15))
    job.tend(START + timedelta(minutes=15))
    outbox.deliver(START + timedelta(minutes=15))
    after = steps(ident)
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
    kept, count = keeping.keep, [0]

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
