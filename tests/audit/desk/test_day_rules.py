"""The rules about days: hours, late papers, and what is missing from a sequence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.audit.desk.odd import DAY, YUAN, Odd, days, flags, run, told

LIMIT = 50_000 * YUAN  # up to which a finance officer approves alone


@pytest.mark.parametrize(
    ("at", "night", "off"),
    [
        (datetime(2026, 2, 10, 14, 0, tzinfo=UTC), 1, 0),  # 22:00 on a Tuesday
        (datetime(2026, 2, 9, 21, 59, tzinfo=UTC), 1, 0),  # 5:59 on a Tuesday
        (datetime(2026, 2, 8, 4, 0, tzinfo=UTC), 0, 1),  # noon on a Sunday
        (datetime(2026, 2, 18, 4, 0, tzinfo=UTC), 0, 1),  # noon in the Spring Festival
    ],
)
def test_approvals_at_night_or_on_a_day_off_are_flagged(
    odd: Odd, at: datetime, night: int, off: int
) -> None:
    odd.approve(odd.pay(odd.payee(), 100 * YUAN), at)
    odd.approve(odd.pay(odd.payee(), 100 * YUAN), datetime(2026, 2, 10, 4, tzinfo=UTC))
    run()
    (flag,) = flags("odd_hours")
    assert flag.key == f"{odd.approves}@2026-02"
    assert flag.params == {"month": "2026-02", "every": 2, "night": night, "off": off}
    assert "Of 2 approvals by one person in 2026-02" in told(flag)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 2, 10, 13, 59, tzinfo=UTC),  # 21:59
        datetime(2026, 2, 9, 22, 0, tzinfo=UTC),  # 6:00
        datetime(2026, 2, 14, 4, 0, tzinfo=UTC),  # a Saturday on which offices made up for one
    ],
)
def test_approvals_in_office_hours_are_not(odd: Odd, at: datetime) -> None:
    odd.approve(odd.pay(odd.payee(), 100 * YUAN), at)
    run()
    assert flags("odd_hours") == []


def test_an_invoice_younger_than_its_payment_is_flagged(odd: Odd) -> None:
    payee = odd.payee()
    late = odd.invoice(payee, "L1", 800 * YUAN, DAY + days(1), booked=DAY)
    odd.invoice(payee, "L2", 900 * YUAN, DAY, booked=DAY)
    run()
    (flag,) = flags("late_document")
    assert flag.key == str(late)
    assert "The invoice is of 11 Feb, later than the payment was booked (10 Feb)" in told(flag)


def test_a_paper_added_more_than_a_month_later_is_flagged(odd: Odd) -> None:
    def added(after: int) -> datetime:
        return datetime(2026, 2, 10, 2, tzinfo=UTC) + days(after)

    payee = odd.payee()
    late = odd.invoice(payee, "L1", 800 * YUAN, added_at=added(31))
    odd.invoice(payee, "L2", 900 * YUAN, added_at=added(30))
    run()
    (flag,) = flags("late_document")
    assert flag.key == str(late)
    assert told(flag) == "The paper was added 31 days after the payment was decided."


def test_missing_numbers_are_flagged(odd: Odd) -> None:
    payee = odd.payee()
    first = odd.pay(payee, 100 * YUAN)
    odd.pay(payee, 100 * YUAN, id=first + 1)
    run()
    assert flags("number_gap") == []
    odd.pay(payee, 100 * YUAN, id=first + 4)
    run()
    (flag,) = flags("number_gap")
    assert told(flag) == f"2 voucher numbers are missing between {first + 1} and {first + 4}."


def test_statements_that_do_not_follow_each_other_are_flagged(odd: Odd) -> None:
    account, fine = odd.account(), odd.account()
    odd.statement(account, date(2026, 1, 1), date(2026, 1, 31), 0, 500)
    odd.statement(account, date(2026, 2, 1), date(2026, 2, 28), 501, 900)
    odd.statement(account, date(2026, 3, 3), date(2026, 3, 31), 900, 900)
    odd.statement(fine, date(2026, 1, 1), date(2026, 1, 31), 0, 500)
    odd.statement(fine, date(2026, 1, 20), date(2026, 2, 28), 300, 900)
    odd.statement(fine, date(2026, 3, 1), date(2026, 3, 31))
    run()
    balance, gap = sorted(flags("statement_gap"), key=lambda one: one.params["how"])
    assert told(balance) == ("A statement ends with ¥5, but the next one begins with ¥5.01.")
    assert "the days from 1 Mar to 2 Mar" in told(gap)
