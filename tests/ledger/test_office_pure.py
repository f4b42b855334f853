"""Amounts in Chinese capitals, and the check of unified social credit codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.capitals import capitals
from ledger.registry_code import code_fits, tidy_code

# The first four are the examples of the rules themselves, with the zeros that they leave open
# left out.
EXAMPLES = {
    1409_50: "人民币壹仟肆佰零玖元伍角整",
    6007_14: "人民币陆仟零柒元壹角肆分",
    16409_02: "人民币壹万陆仟肆佰零玖元零贰分",
    325_04: "人民币叁佰贰拾伍元零肆分",
    0: "人民币零元整",
    5: "人民币伍分",
    30: "人民币叁角整",
    1_00: "人民币壹元整",
    10_00: "人民币壹拾元整",
    10001_00: "人民币壹万零壹元整",
    100010000_00: "人民币壹亿零壹万元整",
    1200000_00: "人民币壹佰贰拾万元整",
    10**15: "人民币壹拾万亿元整",
}


@pytest.mark.parametrize("amount", EXAMPLES)
def test_amounts_are_written_in_capitals_as_on_a_bill(amount: int) -> None:
    assert capitals(amount) == EXAMPLES[amount]


def test_other_currencies_have_no_capitals_and_nothing_is_negative() -> None:
    assert capitals(100, "EUR") is None
    with pytest.raises(ValueError, match="negative"):
        capitals(-1)


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_different_amounts_read_differently(one: int, other: int) -> None:
    assert (capitals(one) == capitals(other)) == (one == other)


@given(st.integers(0, 10**15))
def test_zeros_never_stand_twice_or_before_a_unit(amount: int) -> None:
    said = capitals(amount) or ""
    assert "零零" not in said
    assert not any("零" + unit in said for unit in "拾佰仟万亿角整")


@pytest.mark.parametrize("code", ["91110000600037341L", "91110000802100433B", "9144030071526726XG"])
def test_a_code_fits_by_its_check_character(code: str) -> None:
    assert code_fits(code)
    assert code_fits(tidy_code(f" {code[:8].lower()}-{code[8:]} "))
    wrong = "0" if code[-1] != "0" else "1"
    assert not code_fits(code[:-1] + wrong)


@pytest.mark.parametrize(
    "code", ["", "12345", "91110000600037341", "I1110000600037341L", "９" * 18]
)
def test_what_is_too_short_or_of_other_characters_does_not_fit(code: str) -> None:
    assert not code_fits(code)
