"""Each rule that flags: what it finds, what lies just beside it, and how it may be mistaken."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale

from accounts.models import Role
from audit.flags.rule import REGISTRY
from audit.flags.rules.benford import EXPECTED, deviation
from audit.flags.rules.invoices import edits
from ledger.models import VoucherState
from projects.models import Review
from tests.audit.desk.odd import DAY, YUAN, Odd, days, flags, run, told

LIMIT = 50_000 * YUAN  # up to which a finance officer approves alone


def test_every_rule_has_a_name_and_says_how_it_may_be_mistaken(app: Flask) -> None:
    assert len(REGISTRY.rules) >= 15
    for rule in REGISTRY.rules.values():
        with force_locale("en"):
            assert len(str(rule.title)) > 10
            assert len(str(rule.caveat)) > 60


@pytest.mark.parametrize(
    ("one", "other", "most", "count"),
    [
        ("A17", "A17", 2, 0),
        ("A17", "A18", 2, 1),
        ("A17", "A1", 2, 1),
        ("A17", "B18", 2, 2),
        ("12345", "54321", 2, 3),
        ("1", "1234", 2, 3),
        ("", "", 2, 0),
    ],
)
def test_how_far_two_numbers_are_apart(one: str, other: str, most: int, count: int) -> None:
    assert edits(one, other, most) == count
    assert edits(other, one, most) == count


def test_the_same_amount_with_nearly_the_same_number_is_flagged(odd: Odd) -> None:
    payee = odd.payee()
    first = odd.invoice(payee, "A-2026-0017", 800 * YUAN)
    second = odd.invoice(payee, "A-2026-0071", 800 * YUAN, DAY + days(30))
    odd.invoice(payee, "A-2026-0099", 801 * YUAN, DAY)
    run()
    (flag,) = flags("duplicate_invoice")
    assert (flag.subject_kind, flag.subject_ref) == ("document", str(second))
    assert flag.key == f"{first}-{second}"
    assert flag.weight == 70
    assert told(flag) == (
        "Two invoices of one payee over ¥800 each, 30 days apart: A-2026-0017 and A-2026-0071."
    )


@pytest.mark.parametrize("gap", [31, 60])
def test_the_same_amount_in_another_month_is_not(odd: Odd, gap: int) -> None:
    payee = odd.payee()
    odd.invoice(payee, "R1", 800 * YUAN)
    odd.invoice(payee, "R2", 800 * YUAN, DAY + days(gap))
    odd.invoice(odd.payee(), "R3", 800 * YUAN)
    run()
    assert flags("duplicate_invoice") == []


def test_the_same_number_with_another_amount_is_flagged_once(odd: Odd) -> None:
    payee = odd.payee()
    odd.invoice(payee, "F 7", 800 * YUAN)
    odd.invoice(payee, "f-7", 900 * YUAN, DAY + days(300))
    run()
    (flag,) = flags("duplicate_invoice")
    assert "the same number F 7 but different amounts" in told(flag)


def test_invoices_of_what_came_to_nothing_do_not_count(odd: Odd) -> None:
    payee = odd.payee()
    odd.invoice(payee, "F-1", 800 * YUAN, live=False)
    odd.invoice(payee, "F-2", 800 * YUAN)
    run()
    assert flags("duplicate_invoice") == []


def test_one_invoice_from_two_payees_is_flagged_unless_its_number_is_short(odd: Odd) -> None:
    for number in ("4711", "471"):
        for _ in range(2):
            odd.invoice(odd.payee(), number, 800 * YUAN)
    odd.invoice(odd.payee(), "4711", 801 * YUAN)
    run()
    (flag,) = flags("invoice_of_other_payee")
    assert told(flag) == "Invoices with the same number 4711 over ¥800 came from two payees."


def test_numbers_in_a_row_over_a_month_are_flagged(odd: Odd) -> None:
    shell, busy, quick = odd.payee(), odd.payee(), odd.payee()
    for number in range(4):
        odd.invoice(shell, f"S{7 + number:04}", (500 + number) * YUAN, DAY + days(10 * number))
        odd.invoice(busy, f"B{7 + 2 * number}", (500 + number) * YUAN, DAY + days(10 * number))
        odd.invoice(quick, f"Q{number}", (500 + number) * YUAN, DAY + days(number))
    run()
    (flag,) = flags("consecutive_invoices")
    assert flag.subject_ref == str(shell)
    assert "4 invoices in a row" in told(flag)
    assert "from S0007 to S0010, over 30 days" in told(flag)


def test_three_numbers_in_a_row_are_not(odd: Odd) -> None:
    payee = odd.payee()
    for number in range(3):
        odd.invoice(payee, f"S{number}", (500 + number) * YUAN, DAY + days(60 * number))
    run()
    assert flags("consecutive_invoices") == []


def test_payments_just_below_a_limit_that_are_together_above_it_are_flagged(odd: Odd) -> None:
    payee = odd.payee()
    first = odd.pay(payee, LIMIT)
    odd.pay(payee, LIMIT * 80 // 100, DAY + days(14))
    run()
    (flag,) = flags("split_payment")
    assert flag.key == f"{payee}:{odd.area}:{LIMIT}:{first}"
    assert "2 payments to one payee within 14 days, each just below the limit of ¥50,000" in told(
        flag
    )


@pytest.mark.parametrize(
    ("amount", "gap", "state"),
    [
        (LIMIT * 80 // 100 - 1, 0, VoucherState.APPROVED),  # not near enough
        (LIMIT + 1, 0, VoucherState.APPROVED),  # above the limit
        (LIMIT, 15, VoucherState.APPROVED),  # too late
        (LIMIT, 0, VoucherState.REFUSED),  # came to nothing
    ],
)
def test_payments_beside_that_are_not(odd: Odd, amount: int, gap: int, state: str) -> None:
    payee = odd.payee()
    odd.pay(payee, LIMIT)
    odd.pay(payee, amount, DAY + days(gap), state=state)
    odd.pay(odd.payee(), LIMIT)
    run()
    assert flags("split_payment") == []


def test_who_acts_for_the_payee_and_approved_is_flagged(odd: Odd, make: object) -> None:
    firm = odd.firm()
    payee = odd.payee(firm)
    voucher = odd.pay(payee, 100 * YUAN)
    odd.approve(voucher, odd.make.at)
    odd.make.member(odd.approves, Role.BUSINESS, odd.area, firm)
    run()
    (flag,) = flags("related_payee")
    assert flag.key == f"{payee}:{odd.approves}"
    assert "had a part in 1 payment to it" in told(flag)


def test_a_reviewer_of_the_project_who_acts_for_its_payee_is_flagged(odd: Odd) -> None:
    from ledger.models import CostCentre, CostCentreKind  # noqa: PLC0415 - for this one

    make = odd.make
    project = make.project(make.round(odd.area), odd.area)
    centre = make.add(CostCentre(kind=CostCentreKind.PROJECT, ref=project, title={"en": "Project"}))
    firm, department = odd.firm(), make.organisation(odd.area)
    reviewer = make.staff(Role.REVIEWER, odd.area, department)
    make.member(reviewer, Role.BUSINESS, odd.area, firm)
    payee = odd.payee(firm)
    odd.pay(payee, 100 * YUAN, cost_centre_id=centre)
    make.add(
        Review(
            project_id=project,
            submission=1,
            organisation_id=department,
            asked_by_id=odd.asks,
            asked_at=make.at,
            due_on=DAY,
            answered_by_id=reviewer,
            answered_at=make.at,
            feasible=True,
            reason="Yes",
        )
    )
    run()
    assert [flag.key for flag in flags("related_payee")] == [f"{payee}:{reviewer}"]


def test_who_acts_for_somebody_else_is_not(odd: Odd) -> None:
    payee = odd.payee(odd.firm())
    odd.approve(odd.pay(payee, 100 * YUAN), odd.make.at)
    odd.make.member(odd.approves, Role.BUSINESS, odd.area, odd.firm())
    run()
    assert flags("related_payee") == []


def test_mostly_round_sums_are_flagged(odd: Odd) -> None:
    payee, other, mixed = odd.payee(), odd.payee(), odd.payee()
    for thousands in (3, 5, 8):
        odd.pay(payee, thousands * 1000 * YUAN)
        odd.pay(mixed, thousands * 1000 * YUAN)
        odd.pay(mixed, thousands * 1000 * YUAN + 1)
    odd.pay(mixed, 77 * YUAN)
    for amount in (1000, 2000):
        odd.pay(other, amount * YUAN)
    run()
    (flag,) = flags("round_sums")
    assert flag.subject_ref == str(payee)
    assert told(flag) == "3 of 3 payments to this payee are whole thousands."


def test_how_far_digits_are_from_benfords_law() -> None:
    assert deviation([round(one * 100_000) for one in EXPECTED])[0] < 0.0001
    mean, chi = deviation([100] * 9)
    assert 0.05 < mean < 0.07
    assert chi > 100


def test_many_amounts_that_begin_oddly_are_flagged_and_natural_ones_are_not(odd: Odd) -> None:
    natural, made_up, few, narrow = odd.payee(), odd.payee(), odd.payee(), odd.payee()
    fives = [500_00 + number for number in range(299)]
    odd.pay_many(natural, [round(10 ** (2 + 4 * number / 300)) for number in range(300)])
    odd.pay_many(made_up, [*fives, 1_00])
    odd.pay_many(narrow, [*fives, 500_00])
    odd.pay_many(few, [*fives[:298], 1_00])
    run()
    (flag,) = flags("benford_payee")
    assert flag.subject_ref == str(made_up)
    assert "Of 300 amounts, 100 % begin with 5" in told(flag)
    assert [one.subject_ref for one in flags("benford_fund")] == [str(odd.fund)]


def test_a_price_far_from_similar_projects_is_flagged(odd: Odd) -> None:
    make = odd.make
    round_ = make.round(odd.area)
    lamps, few = make.category(round_, "Lamps"), make.category(round_, "Trees")

    def project(category: int, yuan: int) -> int:
        return make.project(round_, odd.area, category_id=category, cost=yuan * YUAN)

    for yuan in (900, 950, 1000, 1000, 1050, 1100, 1900):
        project(lamps, yuan)
    dear = project(lamps, 5000)
    for yuan in (1000, 1000, 1000, 1000, 1000, 1000, 9000):
        project(few, yuan)
    run()
    (flag,) = flags("unusual_price")
    assert flag.key == str(dear)
    assert told(flag) == ("It costs ¥5,000; half of the 8 similar projects cost at most ¥1,025.")
