"""Lines of the bank find their lines in the ledger; what does not fit is counted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db import transaction
from core.errors import Conflict, Invalid, NotFound
from ledger.jobs import count_statements
from ledger.models import BankMatch, Transfer, VoucherKind
from ledger.queries.bank import AccountCounts, kept_counts, statement_counts
from ledger.queries.suggestions import suggestions
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.banks import DAY, Bank, days, line, statement
from tests.together import together
from transparency.log import timeline

LATER = DAY + timedelta(days=40)

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def bank(app: Flask, make: Factory) -> Bank:
    return Bank.open(make)


def paid(session: Session, voucher: int) -> int:
    """The line of the ledger by which a voucher was paid."""
    rows = select(Transfer.id).where(Transfer.voucher_id == voucher, Transfer.code == "pay")
    return session.scalars(rows).one()


def counts(session: Session, bank: Bank, today: date = LATER) -> AccountCounts:
    session.rollback()
    (found,) = statement_counts(session, today, account_id=bank.account).accounts
    return found


def test_the_voucher_that_a_line_names_comes_first(bank: Bank, session: Session) -> None:
    for _ in range(3):
        bank.pay()
    voucher = bank.pay()
    bank.pay(800_00)
    bank.take_in(statement(line(-900_00, "Payment", text=f"ref pz {voucher}")))
    found = suggestions(session, bank.lines())
    (candidates,) = found.values()
    assert len(candidates) == 4
    assert candidates[0].transfer_id == paid(session, voucher)
    assert candidates[0].names_number
    assert candidates[0].score > candidates[1].score + 50


def test_days_and_names_tell_what_fits_better(bank: Bank, session: Session) -> None:
    other = bank.books.payee("Other")
    mine = bank.pay()
    theirs = bank.books.book(
        VoucherKind.DISBURSE, 900_00, cost_centre_id=bank.project, payee_id=other
    )
    bank.books.pay(theirs)
    bank.take_in(
        statement(
            line(-900_00, counterparty="滨河园林有限公司（杭州）"),
            line(-900_00, counterparty="滨河园林公司", booked_on=days(-3)),
        )
    )
    near, far = suggestions(session, bank.lines()).values()
    assert near[0].transfer_id == far[0].transfer_id == paid(session, mine)
    assert near[0].score > near[1].score
    assert near[0].score > far[0].score > 0


def test_other_sides_amounts_and_times_are_no_candidates(bank: Bank, session: Session) -> None:
    bank.pay()
    bank.take_in(
        statement(
            line(900_00),
            line(-900_01),
            line(-900_00, booked_on=days(-31)),
        )
    )
    assert [len(found) for found in suggestions(session, bank.lines()).values()] == [0, 0, 0]
    assert suggestions(session, []) == {}


def test_a_match_is_recorded_counted_and_can_be_taken_back(bank: Bank, session: Session) -> None:
    voucher = bank.pay()
    bank.take_in(statement(line(-900_00)))
    (one,) = bank.lines()
    transfer = paid(session, voucher)
    bank.match(one.id, transfer)
    found = counts(session, bank)
    assert (found.lines, found.matched, found.unmatched) == (1, 1, 0)
    assert found.missing == 1  # the money from the level above
    body = timeline(session, ("bank_account", bank.account))[0].body
    assert body["pairs"] == [{"line": one.id, "transfer": transfer}]
    bank.unmatch(one.id)
    found = counts(session, bank)
    assert (found.matched, found.unmatched, found.missing) == (0, 1, 2)
    bank.match(one.id, transfer)
    assert len(session.scalars(select(BankMatch)).all()) == 2
    bank.unmatch(one.id)
    with pytest.raises(NotFound, match="not matched"):
        bank.unmatch(one.id)


def test_what_is_not_the_same_movement_is_not_matched(bank: Bank, session: Session) -> None:
    first, second = bank.pay(), bank.pay(800_00)
    bank.take_in(statement(line(-900_00, "A"), line(-900_00, "B")))
    one, other = (found.id for found in bank.lines())
    for wrong in (paid(session, second), 10**9):
        with pytest.raises(Invalid, match="another amount or bank account"):
            bank.match(one, wrong)
    bank.match(one, paid(session, first))
    for again in (one, other):
        with pytest.raises(Conflict, match="matched in the meantime"):
            bank.match(again, paid(session, first))


def test_the_database_itself_keeps_matches_apart(bank: Bank, session: Session) -> None:
    transfer = paid(session, bank.pay())
    bank.take_in(statement(line(-900_00)))
    (one,) = bank.lines()
    bank.match(one.id, transfer)
    again = BankMatch(
        line_id=one.id, transfer_id=transfer, matched_by_id=bank.books.asks, matched_at=START
    )
    with pytest.raises(IntegrityError), transaction() as writing:
        writing.add(again)


def test_two_who_match_one_line_at_once_make_one_match(
    app: Flask, bank: Bank, session: Session
) -> None:
    transfer = paid(session, bank.pay())
    bank.take_in(statement(line(-900_00)))
    one = bank.lines()[0].id

    def work() -> str:
        try:
            bank.match(one, transfer)
        except Conflict:
            return "refused"
        return "matched"

    assert sorted(together(app, work)) == ["matched", "refused"]


def test_one_button_matches_what_leaves_no_doubt(bank: Bank, session: Session) -> None:
    sure, doubled, other = bank.pay(), bank.pay(), bank.pay(700_00)
    bank.take_in(
        statement(
            line(-900_00, f"PZ-{sure:06d}"),
            line(-900_00, f"PZ-{doubled:06d}", bank_id="1"),
            line(-900_00, f"again ＰＺ－{doubled:06d}", bank_id="2"),
            line(-900_00, f"PZ-{other:06d}"),
            line(-700_00, "no number"),
            line(-900_00, "PZ-999999999999"),
        )
    )
    assert bank.match_exact() == 1
    assert session.scalars(select(BankMatch.transfer_id)).all() == [paid(session, sure)]
    assert bank.match_exact() == 0


def test_money_that_stays_at_one_bank_account_is_not_missed(bank: Bank, session: Session) -> None:
    assert counts(session, bank).missing == 1
    next_year = bank.books.fund(bank.area, 2027)
    bank.keep([bank.books.funds[-1], next_year])
    bank.books.book(VoucherKind.CARRY_OVER, 5_00, to_fund_id=next_year)
    assert counts(session, bank).missing == 1


def test_a_payment_that_was_undone_is_not_missed_unless_the_bank_made_it(
    bank: Bank, session: Session
) -> None:
    voucher = bank.pay()
    assert counts(session, bank).missing == 2
    bank.books.book(VoucherKind.REVERSE, 900_00, reverses_id=voucher)
    assert counts(session, bank).missing == 1
    bank.take_in(statement(line(-900_00)))
    bank.match(bank.lines()[0].id, paid(session, voucher))
    assert counts(session, bank).missing == 2  # the bank paid, and did not take it back


def test_what_is_young_or_before_the_first_statement_is_not_missed(
    bank: Bank, session: Session
) -> None:
    bank.pay()
    assert counts(session, bank, DAY + timedelta(days=14)).missing == 0
    assert counts(session, bank, DAY + timedelta(days=15)).missing == 2
    bank.take_in(statement(line(5, booked_on=days(1))))
    assert counts(session, bank).missing == 0


def test_counts_of_areas_and_funds_in_few_queries(
    bank: Bank,
    session: Session,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    bank.take_in(statement(line(-900_00)))
    with count_queries() as queries:
        found = statement_counts(session, LATER, paths=("/",))
    assert len([q for q in queries if q.startswith(("SELECT", "WITH"))]) <= 4
    assert (found.lines, found.matched, found.unmatched, found.missing) == (1, 0, 1, 1)
    funds = statement_counts(session, LATER, fund_ids=(bank.books.funds[-1],))
    assert [account.id for account in funds.accounts] == [bank.account]
    assert statement_counts(session, LATER, fund_ids=(bank.books.funds[0],)).accounts == ()
    assert statement_counts(session, LATER, paths=("/0/",)).accounts == ()


def test_kept_counts_follow_within_a_minute_and_cost_the_same_with_more_lines(
    bank: Bank,
    session: Session,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    bank.take_in(statement(line(-900_00), line(5_00)))
    assert kept_counts(session).lines == 0
    at = START + timedelta(days=40)
    count_statements(at)
    session.rollback()
    first = kept_counts(session)
    assert first == statement_counts(session, at.date())
    assert (first.lines, first.unmatched, first.missing) == (2, 2, 1)
    bank.match(bank.lines()[0].id, paid(session, bank.pay()))
    assert kept_counts(session) == first  # nobody has counted since
    count_statements(at + timedelta(minutes=1))
    session.rollback()
    assert kept_counts(session).unmatched == 1
    with count_queries() as queries:
        kept_counts(session)
    assert all("bank_line" not in q and "transfer" not in q for q in queries)
