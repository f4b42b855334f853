"""Journals of plain-text accounting: outside tools accept them, and refuse spoiled ones."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from beancount.core.data import Transaction
from beancount.loader import load_file
from sqlalchemy.orm import Session

from audit.exports.names import account_name
from audit.exports.values import one_line, units
from ledger.journal import Kind
from tests.audit.exported import HOSTILE, Totals, book_of, busy_books, ledger_totals, save
from tests.factories import Factory
from tools.hledger import find_hledger

BEAN_CHECK = Path(sys.executable).with_name("bean-check")


@pytest.fixture(scope="session")
def hledger() -> str:
    """Path of hledger."""
    found = find_hledger()
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("hledger is missing")
    if found is None:
        pytest.skip("hledger is not here: apt-get install hledger")
    return found


def run(*command: str | Path) -> tuple[int, str]:
    """A tool's answer."""
    utf8 = os.environ | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env=utf8
    )
    return done.returncode, done.stdout + done.stderr


def spoil(path: Path) -> Path:
    """Change one amount in a journal by the smallest unit, on both sides of the line."""
    text = path.read_text()
    spoiled, number = re.subn(r"(  -?)500\.01 CNY", r"\g<1>500.02 CNY", text, count=2)
    assert number == 2
    other = path.with_name(f"spoiled{path.suffix}")
    other.write_text(spoiled)
    return other


def test_bean_check_accepts_the_journal_and_refuses_a_spoiled_one(
    session: Session, make: Factory, tmp_path: Path
) -> None:
    busy_books(make)
    path = save(tmp_path, session, "beancount")
    assert run(BEAN_CHECK, path) == (0, "")
    code, said = run(BEAN_CHECK, spoil(path))
    assert code == 1
    assert "Balance failed" in said
    assert "0.01 too" in said


def test_hledger_accepts_the_journal_and_refuses_a_spoiled_one(
    session: Session, make: Factory, tmp_path: Path, hledger: str
) -> None:
    busy_books(make)
    path = save(tmp_path, session, "hledger")
    assert run(hledger, "-f", path, "check", "--strict") == (0, "")
    code, said = run(hledger, "-f", spoil(path), "check", "--strict")
    assert code == 1
    assert "balance assertion" in said


def test_beancount_reads_the_ledgers_totals_and_every_text(
    session: Session, make: Factory, tmp_path: Path
) -> None:
    busy_books(make)
    entries, errors, _ = load_file(str(save(tmp_path, session, "beancount")))
    assert errors == []
    sums: Totals = defaultdict(Decimal)
    booked = [entry for entry in entries if isinstance(entry, Transaction)]
    for entry in booked:
        first = entry.postings[0].units
        assert first is not None
        assert first.number is not None
        sign = -1 if "reverses" in entry.meta else 1
        sums[first.currency, entry.meta["code"]] += sign * first.number
    assert sums == ledger_totals(session)
    assert {entry.payee for entry in booked} - {None} == {one_line(text) for text in HOSTILE}
    assert all(not entry.tags and len(entry.links) == 1 for entry in booked)


def test_hledger_counts_the_ledgers_balances(
    session: Session, make: Factory, tmp_path: Path, hledger: str
) -> None:
    busy_books(make)
    path = save(tmp_path, session, "hledger")
    command = (hledger, "-f", path, "balance", "--flat", "--empty", "-N", "-O", "csv")
    code, said = run(*command)
    assert code == 0
    counted = {row["account"]: row["balance"] for row in csv.DictReader(io.StringIO(said))}
    accounts = book_of(session).accounts.values()
    expected = {
        one.name: f"{units(one.net, one.fund.currency)} {one.fund.currency}" for one in accounts
    }
    zero = {"0", "0.00 CNY", "0 CNY", "0 JPY"}
    assert {
        name for name, text in counted.items() if text not in zero and expected[name] != text
    } == set()
    assert {n for n, text in expected.items() if text not in zero} <= set(counted)


def test_hledger_takes_no_text_for_a_tag_a_date_or_another_line(
    session: Session, make: Factory, tmp_path: Path, hledger: str
) -> None:
    busy_books(make)
    path = save(tmp_path, session, "hledger")
    _, tags = run(hledger, "-f", path, "tags")
    assert "date" not in tags.split()
    assert "tag" not in tags.split()
    _, accounts = run(hledger, "-f", path, "accounts")
    assert "Fake" not in accounts
    _, payees = run(hledger, "-f", path, "payees")
    assert "مرحبا بالعالم שלום" in payees


@pytest.mark.parametrize(
    "asked", [{"year": "2025"}, {"year": "2026"}, {"code": "pay"}, {"figure": "spent"}]
)
def test_a_part_of_the_ledger_balances_as_well(
    session: Session, make: Factory, tmp_path: Path, hledger: str, asked: dict[str, str]
) -> None:
    busy_books(make)
    assert run(BEAN_CHECK, save(tmp_path, session, "beancount", **asked)) == (0, "")
    path = save(tmp_path, session, "hledger", **asked)
    assert run(hledger, "-f", path, "check", "--strict") == (0, "")


def test_no_account_is_counted_into_another(session: Session, make: Factory) -> None:
    busy_books(make)
    names = [one.name for one in book_of(session).accounts.values()]
    assert len(set(names)) == len(names)
    assert [a for a in names for b in names if b.startswith(f"{a}:")] == []


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_account_has_a_name_that_tools_take(kind: Kind) -> None:
    name = account_name(kind, 12, ("project", 3), 4)
    assert re.fullmatch(
        r"(Assets|Liabilities|Equity|Income|Expenses):[A-Z][A-Za-z]+:Fund12:Project3:Payee4", name
    )
