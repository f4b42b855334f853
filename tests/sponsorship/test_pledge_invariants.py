"""Random work on pledges, allowed and forbidden, beside a model of what a provider moved: a pledge
is no cash, the pool is never overdrawn, no more is given back, disputed or released than came in,
and every account follows from the journal."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from core.db import db, transaction
from core.errors import DomainError
from ledger.journal import Kind
from ledger.models import Account, Balance, Transfer
from sponsorship import bookings
from sponsorship.models import GuidanceCall, Payment, Pledge, Refund
from sponsorship.payments.providers.protocol import Disputed, Stage
from sponsorship.payments.services import refunding, settling
from sponsorship.payments.services.disputing import mirror_dispute
from sponsorship.pledges.services import deciding, ending, releasing, signing
from sponsorship.states import PAYABLE, PaymentState, RefundState
from tests.conftest import START, empty
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.sponsorship.ground import POOL, Square

REFS = itertools.count(1)
which = st.integers(0, 3)
percent = st.integers(1, 120)


@dataclass
class Moved:
    """What the provider holds, as it said itself: each settlement, refund, dispute and fee."""

    held: int = 0
    given_back: set[int] = field(default_factory=set)


class PledgesMachine(RuleBasedStateMachine):
    """A square on which anybody may try anything at any time."""

    APP: Flask

    @initialize()
    def begin(self) -> None:
        empty(self.APP)
        self.square = Square.open(Factory(START), START)
        self.moved = Moved()
        self.disputes: dict[int, Disputed] = {}
        for amount in (30_000, 8_000, 45_000, 1_000):
            self.square.add_pledge(amount * YUAN)
        self.accept(0)
        self.sign(0)
        self.pay(0, 100, 1)

    def tried(self, act: Callable[[Any], object]) -> bool:
        """Whether it was allowed; what is refused leaves nothing behind."""
        try:
            with transaction() as session:
                act(session)
        except DomainError:
            db.session.rollback()
            return False
        return True

    def pledge(self, number: int) -> int:
        return self.square.made[number]

    @rule(number=which)
    def accept(self, number: int) -> None:
        by = self.square.author
        self.tried(lambda s: deciding.accept(s, self.pledge(number), "It fits.", by, START))

    @rule(number=which)
    def sign(self, number: int) -> None:
        def act(session: Any) -> None:
            ident = self.pledge(number)
            signing.sign_for_sponsor(session, ident, self.square.signatory, START)
            signing.sign_for_office(session, ident, self.square.officer, START)

        self.tried(act)

    @rule(number=which, part=percent, fee=st.integers(0, 3))
    def pay(self, number: int, part: int, fee: int) -> None:
        """The provider settles part of an instalment, whatever became of the pledge."""
        moved: list[int] = []

        def act(session: Any) -> None:
            pledge = session.get_one(Pledge, self.pledge(number))
            instalment, ref = pledge.instalments[0], next(REFS)
            amount = instalment.amount * min(part, 100) // 100
            payment = Payment(
                pledge_id=pledge.id,
                instalment_id=instalment.id,
                attempt=ref,
                key=f"try{ref}",
                provider="stripe",
                provider_ref=f"pi_{ref}",
                state=PaymentState.PENDING,
                amount=amount,
                currency="CNY",
                created_at=START,
            )
            session.add(payment)
            session.flush()
            kept = amount * fee // 100
            settling.settle(session, payment, amount, kept, START)
            settling.settle(session, payment, amount, kept, START)  # said twice
            moved.append(amount - kept)

        if self.tried(act):
            self.moved.held += sum(moved)

    def _payment(self, number: int) -> int | None:
        rows = select(Payment.id).where(Payment.pledge_id == self.pledge(number))
        return db.session.scalars(rows.order_by(Payment.id.desc())).first()

    @rule(number=which, part=percent, beyond=st.booleans())
    def give_back(self, number: int, part: int, beyond: bool) -> None:
        ident = self._payment(number)

        def act(session: Any) -> None:
            payment = session.get_one(Payment, ident)
            made = refunding.ask(
                session,
                payment.id,
                payment.captured * part // 100,
                reason="A mistake.",
                by_id=self.square.finance,
                now=START,
                key=f"back{next(REFS)}",
                beyond=beyond,
            )
            refunding.approve(session, made.id, self.square.approver, START)

        if ident:
            self.tried(act)

    @rule(number=which, fails=st.booleans())
    def arrive(self, number: int, fails: bool) -> None:
        """The provider says what became of the refunds that it has."""
        rows = select(Refund).join(Payment).where(Payment.pledge_id == self.pledge(number))
        for refund in db.session.scalars(rows).all():
            ident, amount = refund.id, refund.amount
            done = refund.state == RefundState.DONE

            def act(session: Any, ident: int = ident) -> None:
                held = refunding.hold_refund(session, ident)
                (refunding.fail if fails else refunding.finish)(session, held, START)

            if refund.state in {RefundState.SENT, RefundState.DONE} and self.tried(act):
                self.moved.held += amount * done if fails else -amount * (not done)

    @rule(number=which, part=percent, stage=st.sampled_from(list(Stage)), fee=st.integers(0, 9))
    def dispute(self, number: int, part: int, stage: Stage, fee: int) -> None:
        """The provider says that a payment is disputed, and later what came of it."""
        ident = self._payment(number)
        if not ident:
            return
        known = self.disputes.get(ident)
        payment = db.session.get_one(Payment, ident)
        amount = known.amount if known else payment.captured * part // 100
        won = stage == Stage.DONE
        said = Disputed(
            ref=f"dp_{ident}",
            payment_ref=payment.provider_ref or "",
            stage=stage,
            amount=amount,
            currency="CNY",
            fee=known.fee if known else fee,
            withdrawn=True,
            reinstated=won,
        )
        problems: list[str] = []
        if not self.tried(lambda s: problems.append(mirror_dispute(s, ident, said, START))):
            return
        if not problems[0] and known is None:
            self.moved.held -= amount + said.fee
        if not problems[0] and won and not (known and known.reinstated):
            self.moved.held += amount
        if not problems[0] and not (known and known.reinstated):
            self.disputes[ident] = said

    @rule(number=which, part=percent)
    def release(self, number: int, part: int) -> None:
        def act(session: Any) -> None:
            pledge = session.get_one(Pledge, self.pledge(number))
            amount = pledge.amount * part // 100
            asked = releasing.AskedRelease(f"release{next(REFS)}", amount, self.square.project)
            made = releasing.ask(session, pledge.id, asked, self.square.author, START)
            releasing.approve(session, made.id, self.square.officer, START)

        self.tried(act)

    @rule(number=which, by_office=st.booleans())
    def cancel(self, number: int, by_office: bool) -> None:
        by = self.square.officer if by_office else self.square.signatory
        reason = "The shop has to close."
        self.tried(lambda s: ending.cancel(s, self.pledge(number), by, reason, START))

    @invariant()
    def books_hold(self) -> None:
        db.session.rollback()
        self._journal_gives_balances()
        self._pledges_and_books_agree()

    def _journal_gives_balances(self) -> None:
        sums: dict[int, int] = {}
        for debit, credit, amount in db.session.execute(
            select(Transfer.debit_id, Transfer.credit_id, Transfer.amount)
        ):
            sums[debit] = sums.get(debit, 0) + amount
            sums[credit] = sums.get(credit, 0) - amount
        for balance in db.session.scalars(select(Balance)):
            left = sums.get(balance.account_id, 0) * (1 if balance.debit_normal else -1)
            assert balance.net == left
            assert left >= 0 or not balance.floored

    def _pledges_and_books_agree(self) -> None:
        session, square = db.session, self.square
        pledges = session.scalars(select(Pledge).order_by(Pledge.id)).all()
        owed = sum(one.amount - one.paid for one in pledges if one.state in PAYABLE)
        assert square.net(Kind.PLEDGE_RECEIVABLE) == owed
        assert square.net(Kind.PROVIDER_CLEARING) == self.moved.held
        call = session.get_one(GuidanceCall, square.call)
        kept = square.net(Kind.MATCHING)
        released = session.scalar(
            select(func.coalesce(func.sum(Transfer.amount), 0)).where(
                Transfer.code == "match_commit"
            )
        )
        assert bookings.pool_left(session, call) + kept + int(released or 0) == POOL
        assert sum(one.match for one in pledges) == kept + int(released or 0)
        for one in pledges:
            assert one.refunded + one.disputed <= one.paid <= one.amount
            assert one.match <= 10_000 * YUAN
            assert one.released + bookings.kept_for(session, one) <= one.paid - one.fees
        back = select(func.sum(Payment.refunded + Payment.disputed), func.sum(Payment.captured))
        returned, captured = session.execute(back).one()
        assert int(returned or 0) <= int(captured or 0)
        bank = select(Account.id).where(Account.kind == Kind.BANK, Account.fund_id == square.fund)
        assert session.scalars(bank).all() == []


def test_pledges_hold_their_invariants(shared_app: Flask) -> None:
    with shared_app.app_context():
        machine = type("Machine", (PledgesMachine,), {"APP": shared_app})
        about = settings(max_examples=12, stateful_step_count=25, deadline=None)
        run_state_machine_as_test(machine, settings=about)
        empty(shared_app)
