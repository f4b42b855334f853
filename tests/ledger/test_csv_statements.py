"""CSV statements: what banks write is read, and every fault is named with line and column."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.errors import Invalid
from ledger.statements import CsvMapping
from tests.ledger.statement_files import HEAD, MAPPING, ROWS, csv_bytes, csv_file

SIDES = CsvMapping(date="Date", paid_out="Out", paid_in="In")
PLAIN = CsvMapping(date="Date", amount="Amount")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_statement_is_read_in_any_usual_encoding(encoding: str) -> None:
    found = csv_file(csv_bytes(*ROWS, encoding=encoding))
    assert [line.amount for line in found.lines] == [1000_00, -250_50, -49_50]
    assert (found.opening, found.closing) == (0, 700_00)
    assert (found.from_on, found.to_on) == (date(2026, 2, 1), date(2026, 2, 3))
    second = found.lines[1]
    assert (second.reference, second.counterparty) == ("PZ-000002", "滨河园林有限公司")
    assert (second.text, second.bank_id, second.row) == ("工程款", "S2", 3)


def test_a_statement_with_the_newest_line_first_is_turned_round() -> None:
    found = csv_file(csv_bytes(*reversed(ROWS)))
    assert [line.bank_id for line in found.lines] == ["S1", "S2", "S3"]
    assert (found.opening, found.closing) == (0, 700_00)


def test_within_one_day_the_balances_show_the_order() -> None:
    rows = ["2026-02-03,-1,5,,,,,B", "2026-02-03,2,6,,,,,A"]
    assert [line.bank_id for line in csv_file(csv_bytes(*rows)).lines] == ["A", "B"]


def test_money_out_and_in_may_have_columns_of_their_own() -> None:
    content = csv_bytes("2026-02-01,,5.00", "2026-02-02,3,0.00", head="Date,Out,In")
    assert [line.amount for line in csv_file(content, SIDES).lines] == [5_00, -3_00]


@pytest.mark.parametrize(
    ("delimiter", "cells", "decimal", "pattern"),
    [
        ("tab", "20260131\t1,234.50", ".", "20260331"),
        (";", "31.01.2026;1.234,50", ",", "31.03.2026"),
        ("|", "2026年1月31日|¥1234.5", ".", "2026年3月31日"),
        (",", "31/01/2026,１２３４.50", ".", "31/03/2026"),
        (",", '2026/1/31 08:00:01,"=""1,234.500"""', ".", "2026/3/31"),
    ],
)
def test_dates_and_amounts_are_read_as_banks_write_them(
    delimiter: str, cells: str, decimal: str, pattern: str
) -> None:
    mapping = replace(PLAIN, delimiter=delimiter, decimal=decimal, date_format=pattern)
    sign = {"tab": "\t"}.get(delimiter, delimiter)
    found = csv_file(csv_bytes(cells, head=f"Date{sign}Amount"), mapping)
    assert [(line.booked_on, line.amount) for line in found.lines] == [(date(2026, 1, 31), 1234_50)]


def test_lines_before_the_headings_are_passed_over_and_columns_found_by_number() -> None:
    content = csv_bytes("x,2026-02-01,7", head="账户明细\n\nNote,Same,Same")
    mapping = CsvMapping(date="2", amount="3", skip=2)
    assert [line.amount for line in csv_file(content, mapping).lines] == [7_00]


def test_a_line_that_moves_nothing_is_no_line() -> None:
    rows = ["2026-02-01,0.00", "2026-02-01,1"]
    assert len(csv_file(csv_bytes(*rows, head="Date,Amount"), PLAIN).lines) == 1


def test_empty_lines_and_empty_cells_at_the_end_are_no_fault() -> None:
    found = csv_file(
        csv_bytes("2026-02-01,1,,", "", ",", "2026-02-02,2", head="Date,Amount"), PLAIN
    )
    assert [line.row for line in found.lines] == [2, 5]


def test_long_texts_are_cut_and_kept_on_one_line() -> None:
    row = f'2026-02-01,1,,,"a\nb",,{"文" * 900},'
    line = csv_file(csv_bytes(row)).lines[0]
    assert line.reference == "a b"
    assert line.text == "文" * 500


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2026-02-30,1", "Line 3, column 1 (Date): “2026-02-30” is not a date"),
        ("合计,1", "Line 3, column 1 (Date): “合计” is not a date"),
        (",1", "Line 3, column 1 (Date): “” is not a date"),
        ("1999-12-31,1", "Line 3, column 1 (Date): 1999-12-31 lies in the future, or before"),
        ("2026-03-03,1", "Line 3, column 1 (Date): 2026-03-03 lies in the future, or before"),
        ("2026-02-01,", "Line 3, column 2 (Amount): The amount is missing"),
        ("2026-02-01,1.005", "Line 3, column 2 (Amount): “1.005” has parts of a cent"),
        ("2026-02-01,1000000000000000000", "column 2 (Amount): “1000000000000000000” is too large"),
        ("2026-02-01,1e3", "Line 3, column 2 (Amount): “1e3” is not an amount"),
        ("2026-02-01,NaN", "Line 3, column 2 (Amount): “NaN” is not an amount"),
        ("2026-02-01,-1-", "Line 3, column 2 (Amount): “-1-” is not an amount"),
        ('2026-02-01,"12,34"', "Line 3, column 2 (Amount): “12,34” is not an amount"),
        ("2026-02-01,=1+1", "Line 3, column 2 (Amount): “=1+1” is not an amount"),
        ("2026-02-01", "Line 3, column 2: This line has 1 cells, the headings are 2"),
        ("2026-02-01,1,2", "Line 3, column 3: This line has 3 cells, the headings are 2"),
        ('2026-02-01,"1', "Line 3: The quotes do not fit"),
        ('2026-02-01,"1"x', "Line 3: The quotes do not fit"),
        (f"2026-02-01,{'9' * 140_000}", "Line 3: The quotes do not fit, or a cell is too long"),
    ],
)
def test_a_fault_is_named_with_its_line_and_column(row: str, says: str) -> None:
    content = csv_bytes("2026-02-01,1", row, head="Date,Amount")
    with pytest.raises(Invalid) as refused:
        csv_file(content, PLAIN)
    assert says in str(refused.value.fields["file"])


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2026-02-01,1,2", "column 3 (In): Money out and money in stand in one line"),
        ("2026-02-01,,", "column 3 (In): The amount is missing"),
        ("2026-02-01,-1,", "column 3 (In): A minus does not belong"),
    ],
)
def test_a_line_has_money_on_one_side(row: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        csv_file(csv_bytes(row, head="Date,Out,In"), SIDES)
    assert says in str(refused.value)


def test_another_currency_is_refused() -> None:
    with pytest.raises(Invalid, match=r"Line 2, column 4 \(币种\): This is in USD, .* in CNY"):
        csv_file(csv_bytes("2026-02-01,1,1,USD,,,,"))


def test_a_yen_has_no_parts() -> None:
    content = csv_bytes("2026-02-01,1.5", head="Date,Amount")
    with pytest.raises(Invalid, match="parts of a cent"):
        csv_file(content, PLAIN, currency="JPY")


def test_a_balance_that_does_not_follow_is_named() -> None:
    rows = [ROWS[0], ROWS[1].replace("749.50", "749.51"), ROWS[2]]
    with pytest.raises(Invalid) as refused:
        csv_file(csv_bytes(*rows))
    assert "Line 3, column 3 (余额): The balance is ¥749.51" in str(refused.value)


def test_a_missing_line_shows_in_the_closing_balance() -> None:
    content = csv_bytes("2026-02-01,1", "2026-02-01,2", head="Date,Amount")
    assert csv_file(content, PLAIN, opening=0, closing=3_00).closing == 3_00
    with pytest.raises(Invalid, match="A line is missing, or there is one too many"):
        csv_file(content, PLAIN, opening=0, closing=4_00)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "No column is called"),
        (HEAD.encode() + b"\n", "no booked line"),
        (csv_bytes(*ROWS, head=HEAD.replace("余额", "金额")), "Several columns are called"),
        (csv_bytes(*ROWS, head=HEAD.replace("余额", "?")), "No column is called “余额”. There are"),
        (
            csv_bytes(*ROWS)[:60] + b"\0",
            "Line 1, column 26: This is not a CSV file: it has a zero byte",
        ),
        (csv_bytes(*ROWS) + b"\xff", "Line 5, column 1: The characters are not UTF-8 / GB18030"),
        (b"PK\x03\x04" + bytes(40), "Line 1, column 5: This is not a CSV file"),
    ],
    ids=["empty", "blank", "no lines", "twice", "missing", "nul", "odd byte", "zip"],
)
def test_a_file_that_is_no_such_table_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        csv_file(content)
    assert says in str(refused.value)


def test_a_wrong_encoding_is_named_where_it_shows() -> None:
    content = csv_bytes(*ROWS, head="a,b", encoding="gb18030")
    with pytest.raises(Invalid, match="Line 2, column 28: The characters are not UTF-8"):
        csv_file(content, replace(MAPPING, encoding="utf-8"))


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        (replace(PLAIN, date=""), "date"),
        (replace(PLAIN, amount=""), "amount"),
        (replace(PLAIN, paid_in="In"), "amount"),
        (replace(SIDES, paid_in=""), "paid_in"),
        (replace(SIDES, paid_out=""), "paid_out"),
        (replace(PLAIN, delimiter="x"), "delimiter"),
        (replace(PLAIN, encoding="rot13"), "encoding"),
        (replace(PLAIN, date_format="%c"), "date_format"),
        (replace(PLAIN, decimal="x"), "decimal"),
        (replace(PLAIN, skip=-1), "skip"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused_at_its_field(
    mapping: CsvMapping, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        csv_file(csv_bytes(*ROWS), mapping)
    assert list(refused.value.fields) == [field]


def test_a_mapping_is_kept_and_found_again() -> None:
    assert CsvMapping.from_json(MAPPING.as_json() | {"of another version": 1}) == MAPPING
    assert CsvMapping.from_json({}) == CsvMapping(date="")
