"""``flask audit export``: a whole file, or the one that was there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from audit.exports.cli import write_whole
from tests.audit.exported import OF_LINES, busy_books, csv_rows, ledger_totals
from tests.factories import Factory


@pytest.mark.parametrize("name", OF_LINES)
def test_the_command_writes_every_format_and_tells_the_totals(
    app: Flask, session: Session, make: Factory, tmp_path: Path, name: str
) -> None:
    busy_books(make)
    out = tmp_path / "books"
    done = app.test_cli_runner().invoke(
        args=["audit", "export", "--format", name, "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert out.stat().st_size > 1000
    told = {
        (words[0], words[1]): Decimal(words[3].replace(",", ""))
        for words in map(str.split, done.stdout.splitlines()[1:])
    }
    assert told == ledger_totals(session)


def test_the_command_takes_filters(app: Flask, make: Factory, tmp_path: Path) -> None:
    busy_books(make)
    out = tmp_path / "books.csv"
    args = ["audit", "export", "--format", "csv", "--out", str(out), "--code", "pay"]
    assert app.test_cli_runner().invoke(args=args).exit_code == 0
    assert {row["Booking code"] for row in csv_rows(out.read_bytes())} == {"pay"}
    done = app.test_cli_runner().invoke(args=[*args, "--area", "99"])
    assert done.exit_code == 1
    assert "There is no such thing in the books." in done.output


def test_a_file_that_is_there_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "books.csv"
    out.write_bytes(b"old")

    def failing() -> Iterator[bytes]:
        yield b"half"
        assert out.read_bytes() == b"old"
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        write_whole(out, failing())
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("books.csv", b"old")
    ]
    write_whole(out, [b"new"])
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("books.csv", b"new")
    ]
