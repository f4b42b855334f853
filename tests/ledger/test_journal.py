"""The journal without a database: what events book, what lines refuse, how balances follow."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ledger.journal import (
    CODES,
    EVENTS,
    FIGURES,
    Balance,
    Event,
    Kind,
    Line,
    Ref,
    lines_of,
    mirror,
    replay,
)
from ledger.models import VoucherKind
from ledger.states import PAYABLE

K = Kind
ABOUT = Event(fund=1, to_fund=2, round=5, project=5, payee=9, call=6, pledge=7)
BANK, GRANT, ALLOCATION = Ref(1, K.BANK), Ref(1, K.GRANT), Ref(1, K.ALLOCATION)
EXPENSE, OWED = Ref(1, K.PROJECT, 5, 9), Ref(1, K.VENDOR_PAYABLE, 5, 9)
ENCUMBRANCE, SPENT = Ref(1, K.ENCUMBRANCE, 5), Ref(1, K.UNALLOCATED, 5)
CONTRACT, ACCEPTED = Ref(1, K.ENCUMBRANCE, 5, 9), Ref(1, K.ENCUMBRANCE_RESERVE, 5, 9)
ROUND = Ref(1, K.APPROPRIATION, 5)
CALL, MATCH = Ref(1, K.APPROPRIATION, 6), Ref(1, K.MATCHING, 7)
RECEIVABLE, SPONSOR = Ref(1, K.PLEDGE_RECEIVABLE, 7), Ref(1, K.SPONSOR, 7)
KEPT, BUDGET = Ref(1, K.SPONSOR_RESTRICTED, 7), Ref(1, K.UNALLOCATED)
PROVIDER, BACK = Ref(1, K.PROVIDER_CLEARING), Ref(1, K.REFUND_PAYABLE, 7)
DISPUTED = Ref(1, K.DISPUTE_RESERVE, 7)

BOOKED: dict[str, list[tuple[str, Ref, Ref]]] = {
    "receive": [
        ("receive", BANK, GRANT),
        ("budget", Ref(1, K.UNALLOCATED), ALLOCATION),
    ],
    "allot": [
        ("allot_out", ALLOCATION, Ref(1, K.DUE_TO_CHILD)),
        ("allot_in", Ref(2, K.DUE_FROM_PARENT), Ref(2, K.ALLOCATION)),
    ],
    "allot.paid": [
        ("allot_paid", Ref(1, K.DUE_TO_CHILD), BANK),
        ("allot_received", Ref(2, K.BANK), Ref(2, K.DUE_FROM_PARENT)),
    ],
    "appropriate": [("appropriate", ALLOCATION, ROUND)],
    "unappropriate": [("unappropriate", ROUND, ALLOCATION)],
    "commit": [("commit", ROUND, ENCUMBRANCE)],
    "disburse": [("invoice", EXPENSE, OWED), ("spend", ENCUMBRANCE, SPENT)],
    "contract": [("contract", ENCUMBRANCE, CONTRACT)],
    "uncontract": [("uncontract", CONTRACT, ENCUMBRANCE)],
    "accept": [("accept", CONTRACT, ACCEPTED)],
    "unaccept": [("unaccept", ACCEPTED, CONTRACT)],
    "disburse.contract": [("invoice", EXPENSE, OWED), ("spend", ACCEPTED, SPENT)],
    "disburse.paid": [("pay", OWED, BANK)],
    "refund": [("refund", BANK, EXPENSE), ("unspend", SPENT, ENCUMBRANCE)],
    "release": [("release", ENCUMBRANCE, ALLOCATION)],
    "carry_over": [
        ("carry_out", ALLOCATION, BANK),
        ("carry_in", Ref(2, K.BANK), Ref(2, K.ALLOCATION)),
    ],
    "pledge": [("pledge", RECEIVABLE, SPONSOR)],
    "unpledge": [("unpledge", SPONSOR, RECEIVABLE)],
    "settle": [("settle", PROVIDER, RECEIVABLE), ("restrict", BUDGET, KEPT)],
    "settle.bank": [("settle_bank", BANK, RECEIVABLE), ("restrict", BUDGET, KEPT)],
    "late": [("late", PROVIDER, BACK)],
    "late.bank": [("late_bank", BANK, BACK)],
    "fee": [("fee", Ref(1, K.PROVIDER_FEE), PROVIDER)],
    "unrestrict": [("unrestrict", KEPT, BUDGET)],
    "restrict": [("restrict", BUDGET, KEPT)],
    "give_back": [("refund_due", SPONSOR, BACK)],
    "give_back.paid": [("refunded", BACK, PROVIDER)],
    "give_back.bank": [("refunded_bank", BACK, BANK)],
    "dispute": [("dispute", SPONSOR, DISPUTED)],
    "dispute.taken": [("dispute_out", DISPUTED, PROVIDER)],
    "dispute.returned": [("dispute_in", PROVIDER, DISPUTED)],
    "dispute.won": [("dispute_won", DISPUTED, SPONSOR)],
    "dispute.fee": [("dispute_fee", Ref(1, K.DISPUTE_FEE), PROVIDER)],
    "payout": [("payout", BANK, PROVIDER)],
    "sponsor.commit": [("sponsor_commit", KEPT, ENCUMBRANCE)],
    "sponsor.pool": [("pool", KEPT, CALL)],
    "match": [("match", CALL, MATCH)],
    "unmatch": [("unmatch", MATCH, CALL)],
    "match.commit": [("match_commit", MATCH, ENCUMBRANCE)],
}


def test_every_event_is_listed_here() -> None:
    assert BOOKED.keys() == EVENTS.keys()


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_books_these_lines(event: str) -> None:
    expected = [Line(code, debit, credit, 70) for code, debit, credit in BOOKED[event]]
    assert lines_of(event, ABOUT, 70) == expected


def test_every_voucher_has_its_event_and_what_is_paid_has_a_second() -> None:
    assert {kind.value for kind in VoucherKind} - {"reverse"} <= EVENTS.keys()
    assert {f"{kind}.paid" for kind in PAYABLE} == {
        name for name in EVENTS if name.endswith(".paid") and name != "give_back.paid"
    }


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_is_made_of_codes_that_are_booked(figure: str) -> None:
    assert FIGURES[figure].keys() <= set(CODES)
    assert set(FIGURES[figure].values()) <= {1, -1}


@pytest.mark.parametrize(
    ("event", "missing"),
    [
        ("allot", Event(fund=1)),
        ("appropriate", Event(fund=1)),
        ("release", Event(fund=1)),
        ("disburse", Event(fund=1, project=5)),
    ],
)
def test_an_event_that_does_not_know_what_it_is_about_is_refused(
    event: str, missing: Event
) -> None:
    with pytest.raises(ValueError, match="needs to know"):
        lines_of(event, missing, 70)


@pytest.mark.parametrize("amount", [0, -1, 0.5, 10.0, Decimal(3), True, "10", None])
def test_a_line_takes_only_positive_whole_amounts(amount: Any) -> None:
    with pytest.raises(ValueError, match="whole number"):
        Line("receive", BANK, GRANT, amount)


def test_a_line_has_two_accounts_of_one_fund() -> None:
    with pytest.raises(ValueError, match="two different"):
        Line("receive", BANK, BANK, 1)
    with pytest.raises(ValueError, match="one fund"):
        Line("receive", BANK, Ref(2, K.GRANT), 1)


def test_a_mirror_turns_every_line_round_from_the_last_to_the_first() -> None:
    lines = lines_of("disburse", ABOUT, 70)
    assert mirror(lines) == [
        Line("spend", SPENT, ENCUMBRANCE, 70),
        Line("invoice", OWED, EXPENSE, 70),
    ]
    assert mirror(mirror(lines)) == lines


def test_what_is_booked_and_undone_leaves_every_account_at_zero() -> None:
    lines = lines_of("receive", ABOUT, 70) + lines_of("appropriate", ABOUT, 30)
    nets = {ref: sums.net(ref.kind) for ref, sums in replay(lines + mirror(lines)).items()}
    assert set(nets.values()) == {0}


def test_a_replay_gives_the_sums_of_both_sides() -> None:
    found = replay([*lines_of("receive", ABOUT, 70), *lines_of("appropriate", ABOUT, 30)])
    assert found[ALLOCATION] == Balance(debits=30, credits=70)
    assert (found[ALLOCATION].net(K.ALLOCATION), found[BANK].net(K.BANK)) == (40, 70)


def test_a_replay_names_the_line_that_takes_an_account_below_zero() -> None:
    with pytest.raises(ValueError, match=r"line 2 \(appropriate\) takes 1/allocation/0/0 below"):
        replay([*lines_of("receive", ABOUT, 70), *lines_of("appropriate", ABOUT, 71)])
