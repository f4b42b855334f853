"""The Data Package: frictionless accepts it, and refuses a spoiled one."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from audit.exports.columns import COLUMNS
from audit.exports.values import plain
from tests.audit.exported import (
    HOSTILE,
    busy_books,
    description,
    exported,
    ledger_totals,
    package_rows,
    save,
    totals_of,
)
from tests.factories import Factory

FRICTIONLESS = Path(sys.executable).with_name("frictionless")


def validate(path: Path) -> tuple[int, str]:
    """What frictionless says."""
    done = subprocess.run(
        [FRICTIONLESS, "validate", path.name],
        cwd=path.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def unpack(path: Path) -> Path:
    """The package as a folder; gives its description."""
    folder = path.with_suffix("")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder / "datapackage.json"


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    """Change a text of a file once."""
    path = folder / name
    data = path.read_bytes()
    assert old.encode() in data
    path.write_bytes(data.replace(old.encode(), new.encode(), 1))


def test_frictionless_accepts_the_package_and_refuses_a_spoiled_one(
    session: Session, make: Factory, tmp_path: Path
) -> None:
    busy_books(make)
    path = save(tmp_path, session, "datapackage")
    code, said = validate(path)
    assert (code, "valid" in said.lower()) == (0, True), said
    described = unpack(path)
    code, said = validate(described)
    assert code == 0, said
    spoil(described.parent, "lines.csv", "500.01,CNY", "500.02,CNY")
    code, said = validate(described)
    assert code == 1
    assert "hash" in said


def test_frictionless_refuses_a_line_of_a_fund_that_is_not_there(
    session: Session, make: Factory, tmp_path: Path
) -> None:
    busy_books(make)
    described = unpack(save(tmp_path, session, "datapackage"))
    funds = described.parent / "funds.csv"
    funds.write_bytes(b"".join(funds.read_bytes().splitlines(keepends=True)[:-1]))
    code, said = validate(described)
    assert code == 1
    assert "foreign-key" in said


def test_the_package_adds_up_to_the_ledger(session: Session, make: Factory) -> None:
    busy_books(make)
    data = exported(session, "datapackage")
    sums = ledger_totals(session)
    assert totals_of(package_rows(data), "amount", "currency", "code") == sums
    assert totals_of(package_rows(data, "totals"), "amount", "currency", "code") == sums
    lines = [int(row["lines"]) for row in package_rows(data, "totals")]
    assert sum(lines) == len(package_rows(data)) == description(data)["resources"][0]["rows"]


def test_balances_follow_from_the_lines(session: Session, make: Factory) -> None:
    busy_books(make)
    data = exported(session, "datapackage")
    counted: dict[str, Decimal] = {}
    for row in package_rows(data):
        for side, sign in (("debit", 1), ("credit", -1)):
            booked = counted.get(row[side], Decimal(0)) + sign * Decimal(row["booked"])
            counted[row[side]] = booked
    told = {row["account"]: Decimal(row["balance"]) for row in package_rows(data, "balances")}
    assert told == counted


def test_texts_are_whole_and_unchanged_where_a_program_reads_them(
    session: Session, make: Factory
) -> None:
    busy_books(make)
    data = exported(session, "datapackage")
    assert {row["payee_name"] for row in package_rows(data)} - {""} == set(map(plain, HOSTILE))
    assert {row["name"] for row in package_rows(data, "payees")} == set(map(plain, HOSTILE))


def test_every_column_is_described(session: Session, make: Factory) -> None:
    busy_books(make)
    lines = description(exported(session, "datapackage"))["resources"][0]
    fields = [(field["name"], field["type"]) for field in lines["schema"]["fields"]]
    assert fields == [(column.name, column.type) for column in COLUMNS]
    assert all(field["title"] for field in lines["schema"]["fields"])


def test_an_empty_ledger_is_a_valid_package(session: Session, tmp_path: Path) -> None:
    code, said = validate(save(tmp_path, session, "datapackage"))
    assert code == 0, said
