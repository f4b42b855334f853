"""verify.py on the ledger: each thing that was tampered with is named, line by line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.transparency.books import LINES, Exported, exported, line
from transparency import verify


@pytest.fixture
def export(app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Exported:
    """An untouched export."""
    return exported(app, tmp_path / "export", capsys.readouterr)


def test_an_untouched_ledger_holds(export: Exported) -> None:
    code, said = export.check()
    assert (code, "✗" in said) == (0, False), said
    assert "The ledger's 6 lines are exactly those in the log (1 not signed yet)" in said
    assert "can't prove" in said
    code, said = export.check("--lang", "zh")
    assert code == 0
    assert "账本的 6 笔与日志逐笔相同" in said


def test_a_ledger_that_is_not_there_is_told(export: Exported) -> None:
    (export.folder / "ledger" / "transfers.jsonl").unlink()
    code, said = export.check()
    assert code == 1
    assert "Line 2 over 100000 is in the log, entry 300, but not in the ledger" in said


def _amount(export: Exported) -> None:
    export.lines[2]["amount"] = 30_001
    export.write()


def _payee(export: Exported) -> None:
    export.lines[2]["payee"] = 77
    export.write()


def _removed(export: Exported) -> None:
    del export.lines[2]
    export.write()


def _added(export: Exported) -> None:
    export.lines.append(line(9, "pay", 5, 1, 5))
    export.write()


def _swapped(export: Exported) -> None:
    one, other = export.lines[2], export.lines[3]
    one["amount"], other["amount"] = other["amount"], one["amount"]
    export.lines[4]["amount"] = other["amount"]
    export.write()


def _order(export: Exported) -> None:
    export.lines[2], export.lines[3] = export.lines[3], export.lines[2]
    export.write()


def _balance(export: Exported) -> None:
    export.rows("balances", [{"account": 1, "debits": 121_000, "credits": 49_000}])


def _totals(export: Exported) -> None:
    (export.folder / "ledger" / "totals.json").write_text(
        '{"CNY": {"pay": {"lines": 2, "amount": 1}}}'
    )


def _floor(export: Exported) -> None:
    export.lines[2]["amount"] = 100_001
    export.write()


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (_amount, ["Line 4: amount is 30001 in the ledger, but 30000 in the log."]),
        (_payee, ["Line 4: payee is 77 in the ledger, but None in the log."]),
        (_removed, ["Line 4 over 30000 is in the log, entry 301, but not in the ledger."]),
        (_added, ["Line 9 over 5 is in the ledger, but was never logged."]),
        (
            _swapped,
            [
                "Line 4: amount is 20000 in the ledger, but 30000 in the log.",
                "Line 5: amount is 30000 in the ledger, but 20000 in the log.",
            ],
        ),
        (_order, ["Line 4 breaks a rule: number."]),
        (_balance, ["Account 1: the balance kept is [121000, 49000], but", "Account 5: the bal"]),
        (_totals, ["Total of pay in CNY: [2, 1] is published, but the lines give [3, 30000]"]),
        (_floor, ["Line 4 takes account 1 below its floor, to -1."]),
    ],
)
def test_what_was_tampered_with_is_named(
    export: Exported, tamper: Callable[[Exported], None], named: list[str]
) -> None:
    tamper(export)
    code, said = export.check()
    assert code == 1
    assert [one for one in named if one not in said] == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"amount": 0}, "amount > 0"),
        ({"amount": -5}, "amount > 0"),
        ({"amount": 1.5}, "amount > 0"),
        ({"amount": True}, "amount > 0"),
        ({"debit": 5}, "debit <> credit"),
        ({"approver": 1}, "actor <> approver"),
        ({"debit": 99}, "account"),
        ({"fund": 2}, "account"),
        ({"currency": "EUR"}, "account"),
        ({"reverses": 4}, "reversal = mirror"),
        ({"reverses": 99}, "reversal = mirror"),
        ({"reverses": 5}, "reversed once"),
    ],
)
def test_a_rule_that_is_broken_even_in_the_log_is_named(
    export: Exported, change: dict[str, Any], rule: str
) -> None:
    export.lines.append(line(9, "pay", 1, 5, 20_000) | change)
    export.write()
    code, said = export.check()
    assert code == 1
    named = 5 if rule == "reversed once" else 9
    assert f"Line {named} breaks a rule: {rule}." in said


@pytest.mark.parametrize(
    ("code", "debit", "credit", "right"),
    [
        ("contract", 6, 7, True),
        ("accept", 7, 8, True),
        ("uncontract", 7, 6, True),
        ("unaccept", 8, 7, True),
        ("spend", 8, 3, True),
        ("spend", 6, 3, True),
        ("contract", 7, 6, False),  # the wrong way round
        ("contract", 6, 8, False),  # past the acceptance
        ("accept", 7, 9, False),  # to another payee
        ("spend", 7, 3, False),  # out of a contract without acceptance
        ("pay", 6, 1, False),  # without an invoice
        ("pledge", 10, 11, True),
        ("settle", 13, 10, True),
        ("restrict", 3, 12, True),
        ("match", 15, 14, True),
        ("sponsor_commit", 12, 6, True),
        ("match_commit", 14, 6, True),
        ("settle", 13, 11, False),  # cash that nobody owed
        ("restrict", 10, 12, False),  # a pledge taken for money
        ("sponsor_commit", 11, 6, False),  # income spent that was not kept for it
        ("match_commit", 15, 6, False),  # out of the pool without a pledge
        ("refund_due", 11, 16, False),  # to the account of another pledge
    ],
)
def test_money_goes_its_way_from_pledge_and_contract_to_payment(
    export: Exported, code: str, debit: int, credit: int, right: bool
) -> None:
    export.lines.append(line(9, code, debit, credit, 10))
    export.write()
    _code, said = export.check()
    assert ("Line 9 breaks a rule: accounts of its code." in said) is not right
    assert "Line 4 breaks" not in said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("checkpoint", "no checkpoint\n"),
        ("ledger/transfers.jsonl", "{"),
        ("ledger/transfers.jsonl", '{"id": 1}\n'),
        ("ledger/accounts.jsonl", "[1]\n"),
        ("ledger/totals.json", "[1]"),
        ("pending.jsonl", '{"type": "ledger.posted", "body": 7}\n'),
    ],
)
def test_files_that_are_something_else_are_told(export: Exported, name: str, content: str) -> None:
    (export.folder / name).write_text(content)
    code, said = export.check()
    assert code == 2
    assert "could not be checked" in said


def test_many_faults_are_counted_and_not_all_told(export: Exported) -> None:
    export.lines += [line(100 + number, "pay", 5, 5, 1) for number in range(300)]
    export.write()
    code, said = export.check()
    assert code == 1
    assert said.count("✗") == verify.SHOWN + 2
    assert "more." in said


def test_a_mended_ledger_holds_again(export: Exported) -> None:
    _amount(export)
    assert export.check()[0] == 1
    export.lines = [dict(row) for row in LINES]
    export.write()
    assert export.check()[0] == 0
