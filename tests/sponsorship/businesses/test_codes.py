"""Register numbers: one spelling each, and messages that say what is wrong."""

from __future__ import annotations

import pytest

from core.errors import Invalid
from sponsorship.businesses.codes import check_code, check_loose
from sponsorship.models import Scheme
from tests.sponsorship.ground import CODES

pytestmark = pytest.mark.usefixtures("in_english")
LEI = "213800KUD8LAJWSQ9D15"


@pytest.mark.parametrize("code", CODES)
def test_the_grounds_codes_are_valid(code: str) -> None:
    assert check_code(Scheme.USCC, code) == code


@pytest.mark.parametrize(
    ("scheme", "typed", "kept"),
    [
        (Scheme.USCC, " 9131 0000-ma1fl0001r ", CODES[0]),
        (Scheme.USCC, "９１３１００００ＭＡ１ＦＬ０００１Ｒ", CODES[0]),
        (Scheme.LEI, "2138 00kud8lajwsq9d15", LEI),
        (Scheme.HK, "0123456", "0123456"),
        (Scheme.HK, "f0012345", "F0012345"),
        (Scheme.HK, "76543210", "76543210"),
        (Scheme.OTHER, "hrb 123-4/5", "HRB123-4/5"),
    ],
)
def test_a_number_has_one_spelling(scheme: Scheme, typed: str, kept: str) -> None:
    assert check_code(scheme, typed) == kept


@pytest.mark.parametrize(
    ("scheme", "typed", "says"),
    [
        (Scheme.USCC, "91310000MA1FL0001", "18 characters; this has 17"),
        (Scheme.USCC, "", "18 characters; this has 0"),
        (Scheme.USCC, "91310000MA1FL0001A", "last character does not fit"),
        (Scheme.USCC, "91310000MA1FL1000R", "last character does not fit"),
        (Scheme.USCC, "91310000MA1FLO001R", "never has the letters"),
        (Scheme.USCC, "A1310000MA1FL0001R", "eight digits"),
        (Scheme.USCC, "91310000MA1FL00茶1R", "never has the letters"),
        (Scheme.LEI, LEI[:-1], "20 letters and digits"),
        (Scheme.LEI, LEI[:-2] + "16", "last two digits"),
        (Scheme.LEI, "茶" * 20, "20 letters and digits"),
        (Scheme.HK, "12345", "zeros in front"),
        (Scheme.HK, "G1234567", "zeros in front"),
        (Scheme.OTHER, "x", "3 to 40"),
        (Scheme.OTHER, "9" * 41, "3 to 40"),
        (Scheme.OTHER, "<b>1</b>", "3 to 40"),
    ],
)
def test_what_does_not_fit_says_what_to_do(scheme: Scheme, typed: str, says: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_code(scheme, typed)
    assert says in str(caught.value.fields["code"])


def test_a_companys_number_without_a_register_is_checked_as_far_as_it_can_be() -> None:
    assert check_loose("", "code") == ""
    assert check_loose("hrb 77", "code") == "HRB77"
    assert check_loose("91310000-MA1FL0001R", "code") == CODES[0]
    with pytest.raises(Invalid):
        check_loose("91310000-MA1FL0001A", "code")
