"""Statements are taken in whole, and no line of a bank counts twice."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import transaction
from core.errors import Conflict, Invalid
from ledger.models import BankAccount, BankStatement, Fund
from ledger.services.statements import keep_funds_at
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.banks import Bank, days, line, statement
from tests.ledger.statement_files import MAPPING
from tests.together import together
from transparency.log import timeline

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def bank(app: Flask, make: Factory) -> Bank:
    return Bank.open(make)


def test_a_statement_is_kept_and_recorded_and_its_mapping_remembered(
    bank: Bank, session: Session
) -> None:
    kept = bank.take_in(
        statement(line(5_00, "A"), line(-3_00, "B"), opening=0, closing=2_00), mapping=MAPPING
    )
    assert [(one.position, one.amount, one.reference) for one in bank.lines()] == [
        (1, 5_00, "A"),
        (2, -3_00, "B"),
    ]
    body = timeline(session, ("bank_account", bank.account))[0].body
    assert (body["lines"], body["known"], body["sha256"]) == (2, 0, kept.sha256)
    assert session.get_one(BankAccount, bank.account).mapping == MAPPING.as_json()


def test_of_the_number_only_the_end_is_kept(bank: Bank, session: Session) -> None:
    assert session.get_one(BankAccount, bank.account).number == "**** 1234"


def test_the_same_file_twice_is_refused(bank: Bank) -> None:
    bank.take_in(statement(line(5_00)))
    with pytest.raises(Conflict, match="taken in already"):
        bank.take_in(statement(line(5_00)))


def test_statements_that_overlap_bring_each_line_once(bank: Bank, session: Session) -> None:
    twice = [line(5_00, "A"), line(5_00, "A")]
    bank.take_in(statement(*twice, sha256="1"))
    later = bank.take_in(statement(*twice, line(7_00, booked_on=days(-1)), sha256="2"))
    assert (later.lines, later.known) == (1, 2)
    assert sorted(one.amount for one in bank.lines()) == [5_00, 5_00, 7_00]


def test_what_the_bank_calls_a_line_counts_more_than_its_words(bank: Bank) -> None:
    bank.take_in(statement(line(5_00, "A", bank_id="S1")))
    later = statement(line(5_00, "worded anew", bank_id="S1"), line(5_00, bank_id="S2"), sha256="2")
    assert bank.take_in(later).lines == 1


def test_a_line_with_other_words_may_be_the_same_and_somebody_has_to_say(bank: Bank) -> None:
    bank.take_in(statement(line(5_00, "A")))
    other = statement(line(5_00, "B", row=7), sha256="2")
    with pytest.raises(Invalid, match=r"Line 7: There is a line of ¥5 on 2026-03-02 already"):
        bank.take_in(other)
    assert bank.take_in(other, twins=True).lines == 1


def test_the_wrong_account_or_currency_is_refused_and_nothing_is_kept(
    bank: Bank, session: Session
) -> None:
    with pytest.raises(Invalid, match="account ending with 9999, not with 1234"):
        bank.take_in(statement(line(1), account="CN009999"))
    with pytest.raises(Invalid, match="kept in CNY"):
        bank.take_in(statement(line(1), currency="USD"))
    assert bank.take_in(statement(line(1), account="CN001234")).lines == 1
    assert len(session.scalars(select(BankStatement)).all()) == 1


def test_of_two_who_send_one_file_at_once_one_is_refused(app: Flask, bank: Bank) -> None:
    def send() -> str:
        try:
            bank.take_in(statement(line(5_00)))
        except Conflict:
            return "refused"
        return "kept"

    assert sorted(together(app, send)) == ["kept", "refused"]
    assert len(bank.lines()) == 1


def test_many_lines_are_taken_in_at_once(bank: Bank) -> None:
    assert bank.take_in(statement(*(line(n + 1) for n in range(2500)))).lines == 2500
    assert len(bank.lines()) == 2500


def test_only_funds_of_the_area_and_currency_lie_at_an_account(
    bank: Bank, session: Session
) -> None:
    with pytest.raises(Invalid, match="of this area and currency"):
        bank.keep([bank.books.funds[0]])
    dollars = bank.books.fund(bank.area, currency="USD")
    with pytest.raises(Invalid, match="of this area and currency"), transaction() as writing:
        keep_funds_at(writing, bank.account, [dollars], bank.books.asks, START)
    bank.keep([])
    rows = session.scalars(select(Fund.bank_account_id).where(Fund.bank_account_id.is_not(None)))
    assert rows.all() == []
