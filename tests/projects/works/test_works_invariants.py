"""Random work on a project, allowed and forbidden: what is paid is never more than what is
invoiced, that never more than what is accepted, contracted, committed; and states fit together."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from core.db import db
from core.errors import DomainError
from projects.models import Contract, Milestone
from projects.states import ContractState, MilestoneState, PlanState, State
from projects.works.jobs import close_contracts
from tests.conftest import START
from tests.factories import Count, Factory
from tests.projects.works.yard import YUAN, Yard

PROFILE = settings(
    max_examples=int(os.environ.get("WORKS_EXAMPLES", "5")),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
NUMBERS = Count(999)
which = st.integers(0, 2)
yuan = st.sampled_from([1, 50, 900, 1000, 2000, 20_000])
yes = st.booleans()
OPEN = {MilestoneState.PLANNED, MilestoneState.REPORTED}


class WorksMachine(RuleBasedStateMachine):
    """A project with three parts, two of them by contract, and people who try everything."""

    @initialize()
    def begin(self) -> None:
        make = Factory(START)
        make.count = NUMBERS
        self.yard = Yard.build(make, START)
        self.yard.keys = NUMBERS
        self.parts = self.yard.begin(*[3000 * YUAN] * 3)
        prices = dict.fromkeys(self.parts[:2], 2000 * YUAN)
        self.contract = self.yard.contract(prices, until=START.date() + timedelta(days=5))
        self.reports = dict[int, int]()
        self.changes: list[int] = []
        self.disputes: list[int] = []

    def tried(self, act: Callable[[], Any]) -> Any:
        """Whatever is refused is refused in words, and changes nothing that the checks see."""
        try:
            return act()
        except DomainError:
            db.session.rollback()
            return None

    @rule(part=which, by_firm=yes)
    def report(self, part: int, by_firm: bool) -> None:
        who = None if by_firm else self.yard.reviewer
        found = self.tried(lambda: self.yard.report(self.parts[part], who))
        if found:
            self.reports[part] = found

    @rule(part=which, holds=yes, near=yes)
    def say(self, part: int, holds: bool, near: bool) -> None:
        who = self.yard.neighbour if near else self.yard.stranger
        if part in self.reports:
            report = self.reports[part]
            said = self.tried(lambda: self.yard.say(report, who, holds=holds))
            self.disputes += [said] if said and not holds else []

    @rule(number=which)
    def answer(self, number: int) -> None:
        if self.disputes:
            dispute = self.disputes[number % len(self.disputes)]
            self.tried(lambda: self.yard.answer(dispute))

    @rule(part=which, who=st.integers(0, 3), accepted=st.sampled_from([True, True, True, False]))
    def accept(self, part: int, who: int, accepted: bool) -> None:
        yard = self.yard
        person = (yard.officer, yard.second_officer, yard.committee, yard.worker)[who]
        if part in self.reports:
            report = self.reports[part]
            act = yard.accept if accepted else yard.refuse
            self.tried(lambda: act(report, person))

    @rule(part=which)
    def finish(self, part: int) -> None:
        who = None if part < 2 else self.yard.reviewer
        self.tried(lambda: self.yard.finish(self.parts[part], who))

    @rule(kind=st.sampled_from(["cost", "cancel", "delay"]), part=which, amount=yuan)
    def ask(self, kind: str, part: int, amount: int) -> None:
        milestone = self.yard.milestone(self.parts[part])
        field = "price" if milestone.contract_id else "budget"
        wanted: dict[str, dict[str, Any]] = {
            "cost": {field: amount * YUAN},
            "cancel": {"state": "cancelled"},
            "delay": {"due_on": "2026-12-01"},
        }
        found = self.tried(partial(self.yard.ask, kind, wanted[kind], self.parts[part]))
        self.changes += [found] if found else []

    @rule(amount=yuan)
    def ask_retention(self, amount: int) -> None:
        after = {"release": amount * YUAN}
        found = self.tried(lambda: self.yard.ask("retention", after, contract=self.contract))
        self.changes += [found] if found else []

    @rule()
    def ask_to_give_up(self) -> None:
        if next(NUMBERS) % 7 == 0:
            found = self.tried(lambda: self.yard.ask("cancel", {"state": "cancelled"}))
            self.changes += [found] if found else []

    @rule(number=which, approved=st.sampled_from([True, True, False]))
    def decide(self, number: int, approved: bool) -> None:
        if self.changes:
            change = self.changes[-1 - number % len(self.changes)]
            self.tried(lambda: self.yard.decide(change, approved=approved))

    @rule(part=which, amount=yuan)
    def pay(self, part: int, amount: int) -> None:
        ref = f"milestone:{self.parts[part]}"
        self.tried(lambda: self.yard.pay(ref, amount * YUAN))

    @rule(part=which)
    def pay_all(self, part: int) -> None:
        refs = (f"milestone:{self.parts[part]}", f"retention:{self.contract}")
        for ref in refs:
            work = self.yard.work(ref)
            if work:
                self.tried(partial(self.yard.pay, ref, work.amount))

    @rule(days=st.integers(1, 10))
    def wait(self, days: int) -> None:
        self.yard.at = self.yard.books.at = self.yard.at + timedelta(days=days)
        close_contracts(self.yard.at)

    @rule()
    def account(self) -> None:
        self.tried(self.yard.draw)
        self.tried(self.yard.approve_account)

    @invariant()
    def money_never_runs_ahead(self) -> None:
        money = self.yard.money()
        chain = (money.paid, money.invoiced, money.accepted, money.contracted, money.committed)
        assert list(chain) == sorted(chain)
        assert money.contracted + money.returned <= money.committed

    @invariant()
    def contracts_and_books_agree(self) -> None:
        db.session.rollback()
        contracts = db.session.scalars(select(Contract)).all()
        assert sum(one.amount_now for one in contracts) == self.yard.money().contracted
        assert all(one.amount == 4000 * YUAN for one in contracts)

    @invariant()
    def states_fit_together(self) -> None:
        project, plan = self.yard.row(), self.yard.plan()
        milestones = db.session.scalars(select(Milestone)).all()
        states = {one.state for one in milestones}
        contract = self.yard.contract_row(self.contract)
        assert plan.state == PlanState.PUBLISHED
        if project.state == State.DELIVERING:
            assert states & OPEN
        else:
            assert not states & OPEN
        if project.state in {State.COMPLETED, State.CLOSED}:
            assert MilestoneState.ACCEPTED in states
        if project.state == State.CANCELLED:
            assert contract.state in {ContractState.TERMINATED, ContractState.CLOSED}
        if project.state == State.CLOSED:
            money = self.yard.money()
            assert money.closed_at is not None
            assert money.paid + money.returned == money.committed


def test_random_work_never_breaks_a_promise(app: Flask) -> None:
    from tests.conftest import empty  # noqa: PLC0415 - each run begins with nothing

    class Machine(WorksMachine):
        """The same, leaving nothing behind."""

        def teardown(self) -> None:
            db.session.rollback()
            empty(app)

    run_state_machine_as_test(Machine, settings=PROFILE)
