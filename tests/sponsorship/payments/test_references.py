"""The codes of bank transfers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sponsorship.payments.references import ALPHABET, reference_of, references_in

IDS = st.integers(1, 10**9)
ATTEMPTS = st.integers(1, 500)
# What is slow on a busy machine is nothing wrong with the codes.
patient = settings(deadline=None)


@patient
@given(IDS, ATTEMPTS)
def test_a_code_is_found_in_what_a_transfer_says(pledge: int, attempt: int) -> None:
    code = reference_of(pledge, attempt)
    assert references_in(f"赞助款 {code}，谢谢") == [code]


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        "pl{}",
        "PL 000012 {tail}",
        "ＰＬ－000012－{tail}",
        "PL0OOO12{tail}",
        "x PL—000012 {tail};y",
    ],
)
def test_however_it_was_written(written: str) -> None:
    code = reference_of(12, 1)
    said = written.replace("pl{}", code.lower()).replace("{}", code).replace("{tail}", code[10:])
    assert references_in(said) == [code]


@patient
@given(IDS, ATTEMPTS, st.data())
def test_one_wrong_character_is_no_code(pledge: int, attempt: int, data: st.DataObject) -> None:
    code = reference_of(pledge, attempt)
    places = [place for place, char in enumerate(code) if place > 2 and char != "-"]
    place = data.draw(st.sampled_from(places))
    digits = "0123456789" if place < code.rindex("-") else ALPHABET
    wrong = data.draw(st.sampled_from([char for char in digits if char != code[place]]))
    assert references_in(code[:place] + wrong + code[place + 1 :]) == []


@patient
@given(IDS, st.sets(ATTEMPTS, min_size=2))
def test_no_two_attempts_share_a_code(pledge: int, attempts: set[int]) -> None:
    assert len({reference_of(pledge, one) for one in attempts}) == len(attempts)


@patient
@given(IDS, st.integers(1, 30_000), ATTEMPTS)
def test_pledges_with_near_numbers_do_not_differ_by_their_number_only(
    pledge: int, apart: int, attempt: int
) -> None:
    one, other = reference_of(pledge, attempt), reference_of(pledge + apart, attempt)
    assert one.rpartition("-")[2][:3] != other.rpartition("-")[2][:3]


@pytest.mark.parametrize("said", ["", "PZ-000012", "PL-000012", "PL-12-7K3M", "PL-000012-UUUU"])
def test_anything_else_is_no_code(said: str) -> None:
    assert references_in(said) == []
