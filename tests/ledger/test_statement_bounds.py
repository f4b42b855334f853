"""Statements of any content: round trips, bounds, and nothing but a refusal for the rest."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import RawIOBase
from typing import IO, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from ledger.statements import MOST_BYTES, CsvMapping, StatementFile, read_camt, read_csv
from tests.ledger.statement_files import (
    TODAY,
    amount_xml,
    camt_file,
    camt_xml,
    csv_bytes,
    csv_file,
    entry_xml,
    patient,
)

AMOUNTS = st.integers(-(10**12), 10**12).filter(bool)
DAYS = st.dates(date(2000, 1, 1), TODAY)
LINES = st.lists(st.tuples(DAYS, AMOUNTS), min_size=1, max_size=20).map(
    lambda rows: sorted(rows, key=lambda row: row[0])
)
MAPPING = CsvMapping(date="d", amount="a", balance="b")


def written(minor: int) -> str:
    sign, (whole, rest) = "-" if minor < 0 else "", divmod(abs(minor), 100)
    return f"{sign}{whole}.{rest:02d}"


def csv_rows(lines: list[tuple[date, int]], opening: int) -> list[str]:
    rows, balance = [], opening
    for day, amount in lines:
        balance += amount
        rows.append(f"{day.isoformat()},{written(amount)},{written(balance)}")
    return rows


@given(LINES, st.integers(-(10**12), 10**12), st.booleans())
@patient
def test_what_is_written_as_csv_is_read_back(
    lines: list[tuple[date, int]], opening: int, newest_first: bool
) -> None:
    rows = csv_rows(lines, opening)
    content = csv_bytes(*(reversed(rows) if newest_first else rows), head="d,a,b")
    found = csv_file(content, MAPPING)
    kept = [(line.booked_on, line.amount) for line in found.lines]
    assert sorted(kept) == sorted(lines)
    assert found.closing is not None
    assert found.opening is not None
    assert found.closing - found.opening == sum(amount for _, amount in lines)
    assert kept == lines or newest_first or len({day for day, _ in lines}) == 1


@given(LINES, st.integers(0, 10**12))
@patient
def test_what_is_written_as_camt_is_read_back(lines: list[tuple[date, int]], opening: int) -> None:
    entries = [entry_xml(amount, day.isoformat()) for day, amount in lines]
    closing = opening + sum(amount for _, amount in lines)
    found = camt_file(camt_xml(entries, opening, closing))
    assert [(line.booked_on, line.amount) for line in found.lines] == lines


@given(st.lists(AMOUNTS, min_size=2, max_size=9).filter(sum))
@patient
def test_a_batch_gives_its_amounts(parts: list[int]) -> None:
    details = "".join(f"<TxDtls>{amount_xml(part)}</TxDtls>" for part in parts)
    found = camt_file(camt_xml([entry_xml(sum(parts), details=details)], 0, sum(parts)))
    assert [line.amount for line in found.lines] == parts


@given(LINES, st.integers(1, 10**6))
@patient
def test_a_changed_balance_is_always_noticed(lines: list[tuple[date, int]], off: int) -> None:
    entries = [entry_xml(amount, day.isoformat()) for day, amount in lines]
    closing = sum(amount for _, amount in lines)
    with pytest.raises(Invalid):
        camt_file(camt_xml(entries, 0, closing + off))


def or_refused(read: Callable[[], StatementFile]) -> None:
    """Whatever is sent, it is read or refused in words, and no other error comes out."""
    try:
        found = read()
    except Invalid:
        return
    assert all(line.amount for line in found.lines)


@given(st.binary(max_size=400), st.sampled_from(["auto", "utf-8", "gb18030"]))
@patient
def test_no_bytes_break_the_csv_reader(content: bytes, encoding: str) -> None:
    or_refused(lambda: csv_file(b"d,a,b\n" + content, replace(MAPPING, encoding=encoding)))


CELL = st.text(st.characters(codec="utf-8"), max_size=12)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6))
@patient
def test_no_cells_break_the_csv_reader(rows: list[tuple[str, str, str]]) -> None:
    or_refused(lambda: csv_file(csv_bytes(*map(",".join, rows), head="d,a,b"), MAPPING))


VALID = camt_xml([entry_xml(-5, details=f"<TxDtls>{amount_xml(-5)}</TxDtls>")], 5, 0).encode()


@given(st.integers(0, len(VALID)), st.integers(0, 60), st.binary(max_size=30))
@settings(patient, max_examples=300)
def test_no_change_of_bytes_breaks_the_camt_reader(at: int, cut: int, put: bytes) -> None:
    or_refused(lambda: camt_file(VALID[:at] + put + VALID[at + cut :]))


class Endless(RawIOBase):
    """A stream of 100 MB that counts what is asked of it."""

    def __init__(self, piece: bytes) -> None:
        self.piece, self.given = piece, 0

    def read(self, size: int = -1) -> bytes:
        if self.given >= 100 * 1024 * 1024:
            return b""
        self.given += size
        return (self.piece * (size // len(self.piece) + 1))[:size]


@pytest.mark.parametrize("kind", ["csv", "camt"])
def test_a_file_of_100_mb_is_refused_while_it_is_read(kind: str) -> None:
    piece = b"2026-02-01,1,1\n" if kind == "csv" else b" "
    stream = Endless(piece)
    source = cast("IO[bytes]", stream)
    options: dict[str, Any] = {"currency": "CNY", "latest": TODAY}
    readers: dict[str, Callable[[], StatementFile]] = {
        "csv": lambda: read_csv(source, MAPPING, **options),
        "camt": lambda: read_camt(source, **options),
    }
    with pytest.raises(Invalid, match="larger than 20 MB"):
        readers[kind]()
    assert stream.given <= MOST_BYTES + 2 * 64 * 1024


def test_the_most_lines_are_read_and_one_more_is_refused() -> None:
    row = "2026-02-01,1,"
    assert len(csv_file(csv_bytes(*[row] * 50_000, head="d,a,b"), MAPPING).lines) == 50_000
    with pytest.raises(Invalid, match="Line 50002: More than 50,000 lines"):
        csv_file(csv_bytes(*[row] * 50_001, head="d,a,b"), MAPPING)


def test_a_camt_file_of_too_many_lines_is_refused_where_they_begin() -> None:
    with pytest.raises(Invalid, match="Line 50005, column 1: More than 50,000 lines"):
        camt_file(camt_xml([entry_xml(1)] * 50_001, 0, 50_001))


def test_a_large_camt_file_is_read_in_little_memory() -> None:
    filler = "<AddtlNtryInf>" + "x" * 15_000 + "</AddtlNtryInf>"
    content = camt_xml([entry_xml(1, extra=filler)] * 1000, 0, 1000).encode()
    tracemalloc.start()
    camt_file(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(content) > 15_000_000
    assert peak < 5_000_000
