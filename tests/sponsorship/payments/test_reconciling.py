"""Each line of a provider is one booking, or is counted in public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import db, transaction
from ledger.journal import Kind
from sponsorship.models import Payment, ProviderLine, Reconciliation
from sponsorship.payments.following import Silent, ask, follow
from sponsorship.payments.providers.protocol import BalanceLine, Topic, Unreachable
from sponsorship.payments.queries.reconciliation import missing_rows, unmatched_lines
from sponsorship.payments.reconcile import reconcile
from sponsorship.payments.services import balance_lines
from sponsorship.states import PaymentState, PledgeState
from tests.conftest import START
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.fake import Fake
from tests.sponsorship.payments.ground import add_payment, begin, end, paid, settle
from tests.together import together
from transparency.log import timeline

WHOLE, FEE = 10_000 * YUAN, 100 * YUAN
HOUR = timedelta(hours=1)
Line = dict[str, Any]


class Balance(Fake):
    """A service whose balance is written line by line."""

    def add(self, of: str, amount: int, fee: int = 0, about: Line | None = None) -> str:
        """A line, of a payment unless told otherwise; gives its reference."""
        line = BalanceLine(
            ref=f"txn_{len(self.moved):06d}",
            type="charge",
            topic=Topic.PAYMENT,
            source_ref=of,
            amount=amount,
            fee=fee,
            net=amount - fee,
            currency="CNY",
            occurred_at=START,
        )
        self.moved.append(replace(line, **about or {}))
        return self.moved[-1].ref


@pytest.fixture
def balance(app: Flask) -> Iterator[Balance]:
    known = app.extensions["payment_providers"]
    made = Balance()
    app.extensions["payment_providers"] = known | {"stripe": made}
    yield made
    app.extensions["payment_providers"] = known


def run(balance: Fake, at: datetime = START + HOUR) -> Reconciliation:
    """Reconcile; gives the run."""
    ident = reconcile(balance, at)
    db.session.rollback()
    return db.session.get_one(Reconciliation, ident)


def counts(found: Reconciliation) -> tuple[int, int, int, int]:
    """Lines, matched, unmatched and missing."""
    return found.lines, found.matched, found.unmatched, found.missing


def problems() -> dict[str, str]:
    """Why each line has no counterpart; empty for those that have one."""
    db.session.rollback()
    rows = select(ProviderLine.provider_ref, ProviderLine.problem)
    return {ref: problem for ref, problem in db.session.execute(rows)}  # noqa: C416 - rows


def test_a_settled_payment_is_its_line_with_gross_fee_and_net(
    square: Square, balance: Balance
) -> None:
    pledge, payment = paid(square, WHOLE, FEE)
    balance.add(f"pi_{pledge}_1", WHOLE, FEE)
    assert counts(run(balance)) == (1, 1, 0, 0)
    line = db.session.scalars(select(ProviderLine)).one()
    assert line.group_key == f"pledge:{pledge}:settle:{payment}"
    assert counts(run(balance)) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"amount": WHOLE - 1, "net": WHOLE - 1 - FEE}, balance_lines.OTHERWISE),
        ({"fee": FEE + 1, "net": WHOLE - FEE - 1}, balance_lines.OTHERWISE),
        ({"currency": "EUR"}, balance_lines.OTHERWISE),
        ({"net": WHOLE}, balance_lines.ARITHMETIC),
        ({"source_ref": "pi_of_somebody"}, balance_lines.UNKNOWN),
        ({"topic": Topic.NOTHING}, balance_lines.FOREIGN),
        ({"topic": Topic.REFUND, "source_ref": "re_1"}, balance_lines.UNKNOWN),
        ({"topic": Topic.PAYOUT, "source_ref": "po_1"}, balance_lines.NOT_BOOKED),
        (
            {"topic": Topic.PAYOUT, "source_ref": "po_1", "amount": -5, "fee": 0, "net": -5},
            balance_lines.NOT_BOOKED,
        ),
    ],
)
def test_a_line_that_the_books_do_not_have_says_why(
    square: Square, balance: Balance, line: Line, problem: str
) -> None:
    pledge, _payment = paid(square, WHOLE, FEE)
    balance.add(f"pi_{pledge}_1", WHOLE, FEE, line)
    assert counts(run(balance)) == (1, 0, 1, 1)
    assert list(problems().values()) == [problem]
    (shown,) = unmatched_lines(db.session)
    assert shown.problem == problem
    (lacks,) = missing_rows(db.session, "stripe", START + HOUR)
    assert (lacks.what, lacks.net) == ("payment", WHOLE - FEE)


def test_a_payment_that_is_not_settled_here_is_not_booked(square: Square, balance: Balance) -> None:
    pledge = square.add_signed(WHOLE)
    add_payment(square, pledge)
    balance.add(f"pi_{pledge}_1", WHOLE)
    assert counts(run(balance)) == (1, 0, 1, 0)
    assert list(problems().values()) == [balance_lines.NOT_BOOKED]


def test_a_booking_is_one_line_only(square: Square, balance: Balance) -> None:
    pledge, _payment = paid(square, WHOLE, FEE)
    first = balance.add(f"pi_{pledge}_1", WHOLE, FEE)
    run(balance)
    second = balance.add(f"pi_{pledge}_1", WHOLE, FEE)
    third = balance.add(f"pi_{pledge}_1", WHOLE, FEE)
    assert counts(run(balance)) == (3, 1, 2, 0)
    twice = balance_lines.TWICE
    assert problems() == {first: "", second: twice, third: twice}


def test_what_was_booked_since_the_last_run_finds_its_line(
    square: Square, balance: Balance
) -> None:
    pledge = square.add_signed(WHOLE)
    balance.add(f"pi_{pledge}_1", WHOLE, FEE)
    assert counts(run(balance)) == (1, 0, 1, 0)
    settle(square, add_payment(square, pledge), WHOLE, FEE)
    assert counts(run(balance)) == (1, 1, 0, 0)


def test_what_is_booked_while_a_run_goes_on_is_not_missing(
    square: Square, balance: Balance
) -> None:
    paid(square, WHOLE, FEE)
    assert counts(run(balance, square.at)) == (0, 0, 0, 0)
    assert counts(run(balance, square.at + HOUR)) == (0, 0, 0, 1)


def test_a_run_is_on_record_with_the_sums_that_do_not_match(
    square: Square, balance: Balance
) -> None:
    paid(square, WHOLE, FEE)
    balance.add("fee_1", -700, about={"topic": Topic.NOTHING})
    run(balance)
    (entry,) = timeline(db.session, ("provider", "stripe"), types=("payments.reconciled",))
    assert entry.body["unmatched"] == {"CNY": {"lines": 1, "net": -700}}
    assert entry.body["missing"] == {"CNY": {"lines": 1, "net": WHOLE - FEE}}


def test_two_runs_at_once_keep_and_match_every_line_once(
    app: Flask, square: Square, balance: Balance
) -> None:
    for _ in range(3):
        pledge, _payment = paid(square, 1_000 * YUAN)
        balance.add(f"pi_{pledge}_1", 1_000 * YUAN)
    together(app, lambda: run(balance).id, 4)
    found = db.session.scalars(select(Reconciliation)).all()
    assert {counts(one) for one in found} == {(3, 3, 0, 0)}


def test_a_run_that_was_cut_short_is_done_again(
    square: Square, balance: Balance, monkeypatch: pytest.MonkeyPatch
) -> None:
    pledge, _payment = paid(square, WHOLE)
    balance.add(f"pi_{pledge}_1", WHOLE)

    def cut(*_what: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("sponsorship.payments.services.reconciling.compare", cut)
        with pytest.raises(KeyboardInterrupt):
            run(balance)
    assert counts(run(balance)) == (1, 1, 0, 0)


def test_a_payment_that_a_crash_left_unnoted_is_settled_by_the_next_run(
    square: Square, balance: Balance
) -> None:
    payment = begin(square, square.add_signed(WHOLE))
    balance.faults["begin"] = ["after"]
    with pytest.raises(Silent):
        ask(payment, square.at)
    (ref,) = balance.payments
    balance.settle(ref)
    found = run(balance)
    assert (*counts(found), found.mended) == (1, 1, 0, 0, 1)
    assert db.session.get_one(Payment, payment).state == PaymentState.PAID
    assert run(balance).mended == 0


def test_money_for_what_was_given_up_is_found_by_its_line(square: Square, balance: Balance) -> None:
    payment = begin(square, square.add_signed(WHOLE))
    ask(payment, square.at)
    (ref,) = balance.payments
    with transaction() as session:
        found = session.get_one(Payment, payment)
        found.state, found.provider_ref, found.page_ref = PaymentState.CANCELLED, None, None
    balance.settle(ref)
    assert run(balance).mended == 1
    assert db.session.get_one(Payment, payment).state == PaymentState.PAID


def test_refunds_disputes_and_payouts_are_one_line_each(square: Square, balance: Balance) -> None:
    balance.fee_percent = 1
    payments = []
    for _ in range(3):
        payments.append(begin(square, square.add_signed(WHOLE)))
        ask(payments[-1], square.at)
    first, second, third = balance.payments
    for ref in (first, second, third):
        balance.settle(ref)
        follow(payments.pop(0), square.at)
    balance.give_back(first, WHOLE)
    dispute = balance.dispute(second, WHOLE, 1_500, withdrawn=True)
    balance._move("adjustment", Topic.DISPUTE, dispute, (-WHOLE, 1_500, "CNY"))
    balance.pay_out(square.today())
    found = run(balance)
    assert (*counts(found), found.mended) == (6, 6, 0, 0, 3)
    assert square.net(Kind.PROVIDER_CLEARING) == 0
    assert set(problems().values()) == {""}


def test_a_refund_that_was_never_sent_is_sent_once(square: Square, balance: Balance) -> None:
    payment = begin(square, pledge := square.add_signed(WHOLE))
    ask(payment, square.at)
    (ref,) = balance.payments
    balance.settle(ref)
    end(pledge, PledgeState.LAPSED)
    follow(payment, square.at)
    assert run(balance).mended == 1
    assert counts(run(balance)) == (2, 2, 0, 0)
    assert balance.calls["refund"] == 1


def test_a_provider_that_is_down_ends_the_run_and_the_next_goes_on(
    square: Square, balance: Balance
) -> None:
    pledge, _payment = paid(square, WHOLE)
    balance.add(f"pi_{pledge}_1", WHOLE)
    balance.faults["lines"] = ["down"]
    with pytest.raises(Unreachable):
        run(balance)
    assert db.session.scalars(select(Reconciliation)).one().ended_at is None
    assert counts(run(balance)) == (1, 1, 0, 0)


def test_many_lines_need_few_queries(
    square: Square, balance: Balance, count_queries: object
) -> None:
    pledge, _payment = paid(square, WHOLE, FEE)
    for _ in range(2_500):
        balance.add(f"pi_{pledge}_1", WHOLE, FEE)
    with count_queries() as queries:  # type: ignore[operator]  # the fixture
        assert counts(run(balance)) == (2_500, 1, 2_499, 0)
    assert len(queries) <= 90
