"""Everything that is booked has a name in plain words."""

from __future__ import annotations

from ledger.journal import CODES, Kind
from ledger.models import FundKind
from ledger.words import ACCOUNTS, FUND_KINDS, LINES


def test_every_line_account_and_fund_has_a_name() -> None:
    assert set(LINES) == set(CODES)
    assert set(ACCOUNTS) == set(Kind)
    assert set(FUND_KINDS) == set(FundKind)
