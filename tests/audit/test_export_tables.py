"""CSV and workbooks: the same lines as the ledger's, and nothing in them that acts."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy.orm import Session

from audit.exports import workbook
from audit.exports.values import unarmed
from tests.audit.exported import (
    BY_CODE,
    HOSTILE,
    busy_books,
    csv_rows,
    exported,
    ledger_totals,
    totals_of,
    xlsx_rows,
)
from tests.factories import Factory


def test_a_table_adds_up_to_the_ledger(session: Session, make: Factory) -> None:
    busy_books(make)
    found = totals_of(csv_rows(exported(session, "csv")), *BY_CODE)
    assert found == ledger_totals(session)


def test_a_workbook_adds_up_to_the_ledger(session: Session, make: Factory) -> None:
    busy_books(make)
    found = totals_of(xlsx_rows(exported(session, "xlsx")), *BY_CODE)
    assert found == ledger_totals(session)


def test_excel_knows_by_the_first_bytes_that_a_table_is_unicode(
    session: Session, make: Factory
) -> None:
    busy_books(make)
    assert exported(session, "csv").startswith(b"\xef\xbb\xbfLine number,Day,")


def test_words_of_a_table_never_act_and_are_whole_without_the_apostrophe(
    session: Session, make: Factory
) -> None:
    busy_books(make)
    rows = csv_rows(exported(session, "csv"))
    numbers = {"Amount", "In smallest units"}
    cells = [cell for row in rows for name, cell in row.items() if name not in numbers]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    payees = {row["Payee"] for row in rows}
    for text in ("=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1:A9)", "\ttab first"):
        assert f"'{text}" in payees


def test_a_line_that_undoes_another_is_negative_and_a_number(
    session: Session, make: Factory
) -> None:
    busy_books(make)
    undone = [row for row in csv_rows(exported(session, "csv")) if row["Undoes line"]]
    assert [(row["Amount"], row["Amount as booked"]) for row in undone] == [("-777.77", "777.77")]
    cells = [row for row in xlsx_rows(exported(session, "xlsx")) if row["Undoes line"]]
    assert [row["Amount"] for row in cells] == [-777.77]


def test_a_workbook_holds_hostile_texts_as_texts(session: Session, make: Factory) -> None:
    busy_books(make)
    data = exported(session, "xlsx")
    names = {row["Payee"] for row in xlsx_rows(data)}
    assert {HOSTILE[0], HOSTILE[3], HOSTILE[7], HOSTILE[9], HOSTILE[10]} <= names
    book = openpyxl.load_workbook(io.BytesIO(data))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_lines_go_on_in_another_sheet_when_one_is_full(
    session: Session, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_books(make)
    monkeypatch.setattr(workbook, "MOST_ROWS", 21)
    data = exported(session, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames[:2] == ["Every line", "Every line 2"]
    assert max(sheet.max_row for sheet in book.worksheets[:-1]) == 21
    found = totals_of(xlsx_rows(data), *BY_CODE)
    assert found == ledger_totals(session)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\ta", "\ra", "\na", "＝1", "＠a"])
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(text: str) -> None:
    assert unarmed(text) == f"'{text}"
    assert unarmed(f"a{text}") == f"a{text}"
