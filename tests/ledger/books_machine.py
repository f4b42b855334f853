"""Random work on the books, allowed and forbidden, beside a model that says what must come of it.

After each step every balance is the model's and every figure is made of the same lines; at the
end all the rules of ``checks`` hold, and the balances of any day are a replay up to it.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import func, select

from accounts.models import AreaKind
from core.db import db, transaction
from core.errors import Conflict, DomainError, Refused
from ledger.accounts import cost_centre
from ledger.journal import DEBIT_NORMAL, FIGURES, Kind
from ledger.models import (
    Account,
    Balance,
    CostCentreKind,
    Transfer,
    Turnover,
    VoucherKind,
)
from ledger.services.committing import Winner, enter_winners
from tests.conftest import START
from tests.factories import Count, Factory
from tests.ledger.books import Books
from tests.ledger.checks import SAME, check_books
from tests.ledger.model import Model, Slip

K = VoucherKind
PROFILE = settings(
    max_examples=int(os.environ.get("BOOKS_EXAMPLES", "10")),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
REFS = Count(999)
small = st.integers(1, 20)
amounts = st.one_of(small, small, small, st.sampled_from([-5, 0, 40, 100, 1000, 10**18]))
which = st.integers(0, 7)
ROUND_KINDS = [K.APPROPRIATE, K.APPROPRIATE, K.UNAPPROPRIATE]
PROJECT_KINDS = [K.DISBURSE, K.REFUND]


class BooksMachine(RuleBasedStateMachine):
    """Four levels with two communities, one round, and people who try everything."""

    MODEL = Model

    @initialize()
    def begin(self) -> None:
        make = Factory(START)
        make.count = REFS
        self.books = Books.open(make, START)
        second = make.area("second", self.books.areas[-2], kind=AreaKind.COMMUNITY)
        self.books.funds.append(self.books.fund(second))
        self.funds = self.books.funds
        round_ = next(REFS)
        below = {fund: set[int]() for fund in self.funds}
        below |= {a: {b} for a, b in itertools.pairwise(self.funds[:4])}
        below[self.funds[2]] = set(self.funds[3:])
        depth = {fund: min(level, 3) for level, fund in enumerate(self.funds)}
        self.round_ref, centre = round_, self.books.round(round_)
        self.model = self.MODEL(centre, below, depth)
        self.payees = [self.books.payee(f"Payee {i}") for i in range(2)]
        self.slips: list[Slip] = []
        day = self.books.day
        for fund in self.funds[:4]:
            self.book(Slip(K.RECEIVE, fund, 500, day))
        for fund in self.funds[2:4]:
            self.book(Slip(K.APPROPRIATE, fund, 60, day, centre=centre))
        for cost in (50, 40, 40):
            self.win(cost)

    def tried(self, allowed: bool, act: Callable[[], Any]) -> Any:
        """Do something that the model allows or forbids."""
        try:
            done = act()
        except DomainError:
            if allowed:
                raise
            return None
        assert allowed
        return done

    def ask(self, slip: Slip, key: str = "") -> None:
        about: dict[str, Any] = {
            "to_fund_id": slip.to or None,
            "cost_centre_id": slip.centre or None,
            "payee_id": slip.payee or None,
            "reverses_id": slip.undoes.ident if slip.undoes else None,
            "key": key or f"slip{next(REFS)}",
        }
        about |= self.more_of(slip)
        kind = VoucherKind(slip.kind)
        asked = lambda: self.books.ask(kind, slip.amount, slip.fund, **about)  # noqa: E731
        allowed = self.model.may_ask(slip) and slip.amount < 10**15
        ident = self.tried(allowed, asked)
        if ident is not None:
            slip.ident = ident
            self.slips.append(slip)

    def more_of(self, slip: Slip) -> dict[str, Any]:
        """What else a request says."""
        return {}

    def book(self, slip: Slip) -> None:
        self.ask(slip)
        if slip.ident:
            self.approve(slip)

    def approve(self, slip: Slip) -> None:
        allowed = self.model.approve(slip, self.books.day)
        self.tried(allowed, lambda: self.books.approve(slip.ident))

    def picked(self, number: int, *states: str) -> Slip | None:
        """One of the latest vouchers in these states."""
        found = [slip for slip in self.slips if slip.state in states]
        return found[-1 - number % len(found)] if found else None

    def project(self, number: int) -> int:
        projects = list(self.model.costs)  # mostly the first two, so that much happens to them
        return projects[number % 2 if number < 6 else number % len(projects)]

    def payers(self, project: int) -> list[int]:
        """The funds, mostly those that have or had money for a project."""
        has = {
            fund for fund, kind, c, _ in self.model.nets if (kind, c) == ("encumbrance", project)
        }
        return (sorted(has) * 4)[:4] + self.funds if has else self.funds

    @rule(fund=which, amount=amounts)
    def receive(self, fund: int, amount: int) -> None:
        self.book(Slip(K.RECEIVE, self.funds[fund % 5], amount, self.books.day))

    @rule(fund=which, to=which, amount=amounts, straight=st.booleans())
    def allot(self, fund: int, to: int, amount: int, straight: bool) -> None:
        above = self.funds[fund % 5]
        below = sorted(self.model.below[above]) if straight else self.funds
        if below:
            slip = Slip(K.ALLOT, above, amount, self.books.day, to=below[to % len(below)])
            self.book(slip)

    @rule(kind=st.sampled_from(ROUND_KINDS), fund=which, amount=amounts)
    def set_aside(self, kind: VoucherKind, fund: int, amount: int) -> None:
        centre = self.model.round
        self.book(Slip(kind, self.funds[fund % 5], amount, self.books.day, centre=centre))

    @rule(cost=st.integers(1, 60))
    def win(self, cost: int) -> None:
        number, title = next(REFS), {"en": "Project"}
        with transaction() as session:
            winners = [Winner(number, title, cost)]
            left = enter_winners(
                session, self.round_ref, {"en": "R"}, "CNY", winners, now=self.books.at
            )
            waiting = {centre.id for centre in left}
            made = cost_centre(session, CostCentreKind.PROJECT, number, title).id
        self.model.costs[made] = cost
        self.model.waiting.append(made)
        self.model.commit_due(self.books.day)
        assert waiting == set(self.model.waiting)

    @precondition(lambda self: self.model.costs)
    @rule(
        kind=st.sampled_from(PROJECT_KINDS), project=which, fund=which, payee=which, amount=amounts
    )
    def spend(self, kind: VoucherKind, project: int, fund: int, payee: int, amount: int) -> None:
        centre, who = self.project(project), self.payees[payee % 2]
        of, day = self.payers(centre)[fund % 5], self.books.day
        self.book(Slip(kind, of, amount, day, centre=centre, payee=who))

    @precondition(lambda self: self.model.costs)
    @rule(project=which, fund=which, off=st.sampled_from([0, 0, 0, 0, 1]), now=st.booleans())
    def close(self, project: int, fund: int, off: int, now: bool) -> None:
        centre = self.project(project)
        of = self.payers(centre)[fund % 5]
        amount = self.model.net(of, "encumbrance", centre) + off
        slip = Slip(K.RELEASE, of, amount, self.books.day, centre=centre)
        (self.book if now else self.ask)(slip)

    @rule(number=st.integers(0, 3))
    def pay(self, number: int) -> None:
        if slip := self.picked(number, "approved", "paid"):
            allowed = self.model.pay(slip, self.books.day)
            self.tried(allowed, lambda: self.books.pay(slip.ident))

    @rule(number=st.integers(0, 3), now=st.booleans())
    def undo(self, number: int, now: bool) -> None:
        if undone := self.picked(number, "approved", "paid", "reversed"):
            slip = replace(undone, kind=K.REVERSE, day=self.books.day, undoes=undone)
            slip.ident, slip.state, slip.done = 0, "requested", []
            (self.book if now else self.ask)(slip)

    @rule(fund=which, amount=amounts)
    def ask_only(self, fund: int, amount: int) -> None:
        centre = self.model.round
        self.ask(Slip(K.APPROPRIATE, self.funds[fund % 5], amount, self.books.day, centre=centre))

    @rule(number=which)
    def approve_later(self, number: int) -> None:
        if slip := self.picked(number, "requested"):
            self.approve(slip)

    @rule(number=which)
    def approve_ones_own(self, number: int) -> None:
        if slip := self.picked(number, "requested", "approved"):
            try:
                self.books.approve(slip.ident, self.books.asks)
            except (Refused, Conflict):
                return
            raise AssertionError("somebody approved what they asked for")

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.books.at += timedelta(days=days)

    @invariant()
    def balances_and_figures_are_the_models(self) -> None:
        if not hasattr(self, "model"):
            return
        db.session.rollback()
        rows = select(
            Account.fund_id, Account.kind, Account.cost_centre_id, Account.payee_id, Balance.net
        ).join(Balance)
        kept = {
            (fund, kind, centre or 0, payee or 0): net
            for fund, kind, centre, payee, net in db.session.execute(
                rows.where(Account.fund_id.in_(self.funds))
            )
            if net
        }
        model = {key: net for key, net in self.model.nets.items() if net}
        assert kept == model
        self.figures_add_up()

    def figures_add_up(self) -> None:
        rows = select(Turnover.fund_id, Turnover.code, func.sum(Turnover.amount))
        rows = rows.where(Turnover.fund_id.in_(self.funds))
        sums = {
            (fund, code): int(amount)
            for fund, code, amount in db.session.execute(
                rows.group_by(Turnover.fund_id, Turnover.code)
            )
        }
        nets: Counter[tuple[int, str]] = Counter()
        for (fund, kind, _, _), net in self.model.nets.items():
            nets[fund, kind] += net
        for fund, (figure, kinds) in itertools.product(self.funds, SAME.items()):
            found = sum(sign * sums.get((fund, code), 0) for code, sign in FIGURES[figure].items())
            assert found == sum(nets[fund, kind] for kind in kinds), figure
        assert sum(nets[f, "due_to_child"] for f in self.funds) == sum(
            nets[f, "due_from_parent"] for f in self.funds
        )

    def teardown(self) -> None:
        if hasattr(self, "model"):
            check_books(db.session)
            days = sorted({day for day, _, _ in self.model.by_day})
            for day in days[:: max(1, len(days) // 3)]:
                self.check_day(day)

    def check_day(self, day: date) -> None:
        """The balances of a day are those of the lines up to it."""
        ids = select(
            Account.id, Account.fund_id, Account.kind, Account.cost_centre_id, Account.payee_id
        ).where(Account.fund_id.in_(self.funds))
        keys = {i: (fund, k, c or 0, p or 0) for i, fund, k, c, p in db.session.execute(ids)}
        lines = select(Transfer.debit_id, Transfer.credit_id, Transfer.amount)
        lines = lines.where(Transfer.fund_id.in_(self.funds), Transfer.effective_on <= day)
        found: Counter[tuple[int, str, int, int]] = Counter()
        for debit, credit, amount in db.session.execute(lines):
            for ident, change in ((debit, amount), (credit, -amount)):
                sign = 1 if Kind(keys[ident][1]) in DEBIT_NORMAL else -1
                found[keys[ident]] += sign * change
        expected: Counter[tuple[int, str, int, int]] = Counter()
        for on, key, change in self.model.by_day:
            if on <= day:
                expected[key] += change
        assert {k: n for k, n in found.items() if n} == {k: n for k, n in expected.items() if n}
