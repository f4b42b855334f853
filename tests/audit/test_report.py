"""An area's yearly report: the same figures on its page, on paper, in the workbook, on the pages of
money and in the journal."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from audit.report.load import load_report
from audit.report.model import Amount, Report
from core.i18n import format_money
from ledger.models import VoucherKind
from tests.audit.pages import Reader
from tests.audit.test_figures import asked_of, journal_sum
from tests.audit.town import Town
from tests.conftest import START, set_clock
from tests.ledger.books import YUAN

MOST_QUERIES = 12
MOST_OF_A_REPORT = 24  # which has a chapter of every room, and is read seldom
Count = Callable[[], AbstractContextManager[list[str]]]


def address(area: int, suffix: str = "", **asked: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/money/report/{area}/2026{suffix}" + (f"?{query}" if query else "")


def paper(client: FlaskClient, area: int, language: str = "en") -> str:
    answer = client.get(address(area, ".pdf", language=language))
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)


def cells(client: FlaskClient, area: int, language: str = "en") -> list[list[Any]]:
    answer = client.get(address(area, ".xlsx", language=language))
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.data))
    return [list(row) for sheet in book for row in sheet.iter_rows(values_only=True)]


def report_of(app: Flask, session: Session, area: int) -> Report:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return load_report(session, area, 2026, "", START)


def amounts(report: Report) -> dict[str, int]:
    """The key figures by their English names."""
    return {
        key.label: key.value.minor
        for section in report.sections
        for key in section.keys
        if isinstance(key.value, Amount)
    }


def test_every_amount_of_a_city_is_the_sum_of_its_lines(
    app: Flask, town: Town, client: FlaskClient, session: Session
) -> None:
    found = Reader(client).figures(address(town.books.areas[0]))
    assert len(found) > 40
    for url, amount in found:
        assert journal_sum(session, url)[0] == amount, url


def test_its_figures_are_those_of_the_pages_of_money(
    app: Flask, town: Town, client: FlaskClient, session: Session
) -> None:
    reader = Reader(client)
    shown = dict(reader.figures("/money?year=2026"))
    own = dict(reader.figures(address(town.books.areas[0])))
    both = shown.keys() & own.keys()
    assert len(both) >= 5
    assert {url: shown[url] for url in both} == {url: own[url] for url in both}
    community = town.books.areas[-1]
    page = dict(reader.figures(f"/money?year=2026&area={community}"))
    mine = dict(reader.figures(address(community)))
    both = page.keys() & mine.keys()
    assert len(both) >= 6
    assert {url: page[url] for url in both} == {url: mine[url] for url in both}


@pytest.mark.parametrize("place", [0, 1, 3])
def test_paper_and_workbook_hold_every_amount_of_the_page(
    app: Flask, town: Town, client: FlaskClient, session: Session, place: int
) -> None:
    area = town.books.areas[place]
    report = report_of(app, session, area)
    every: list[Any] = [key.value for section in report.sections for key in section.keys]
    grids = [grid for section in report.sections for grid in section.grids]
    every += [cell for grid in grids for row in grid.rows for cell in row]
    every += [cell for grid in grids for cell in grid.total or ()]
    minor = [cell.minor for cell in every if isinstance(cell, Amount)]
    assert len(minor) > 20
    text = re.sub(r"\s", "", paper(client, area))
    numbers = [cell for row in cells(client, area) for cell in row if isinstance(cell, int | float)]
    with app.test_request_context(headers={"Accept-Language": "en"}):
        for amount in minor:
            short = format_money(amount, "CNY")
            assert short in text or format_money(amount, "CNY", decimals=True) in text, amount
            assert amount / 100 in numbers, amount


def test_totals_are_the_sums_of_their_columns(app: Flask, town: Town, session: Session) -> None:
    checked = 0
    for area in town.books.areas:
        for section in report_of(app, session, area).sections:
            for grid in section.grids:
                for place, total in enumerate(grid.total or ()):
                    if isinstance(total, Amount):
                        column = [row[place] for row in grid.rows]
                        assert total.minor == sum(
                            cell.minor for cell in column if isinstance(cell, Amount)
                        )
                        checked += 1
    assert checked > 30


def test_an_area_in_between_adds_up_what_is_below_it_and_links_only_what_has_lines(
    app: Flask, town: Town, client: FlaskClient, session: Session
) -> None:
    city, district = town.books.areas[:2]
    whole, part = amounts(report_of(app, session, city)), amounts(report_of(app, session, district))
    assert whole["Received"] == 908_000 * YUAN
    assert part["Received"] == 8_000 * YUAN  # to double gifts, at the lowest level
    assert part["From the level above"] == 700_000 * YUAN
    assert (part["Spent"], part["Paid"]) == (whole["Spent"], whole["Paid"])
    found = Reader(client).figures(address(district))
    for url, amount in found:
        assert journal_sum(session, url)[0] == amount, url


def test_it_reads_in_both_languages_with_its_moment_and_its_place_in_the_log(
    app: Flask, town: Town, client: FlaskClient
) -> None:
    area = town.books.areas[0]
    english, chinese = paper(client, area), paper(client, area, "zh_Hans")
    assert "audit report 2026" in english
    assert "The year is not over" in english
    assert f"/money/report/{area}/2026" in english
    assert re.search(r"[\u4e00-\u9fff]{4}", chinese)
    set_clock(app, datetime(2027, 1, 5, tzinfo=UTC))
    assert "The year is not over" not in paper(client, area)


def test_the_same_moment_gives_the_same_file(app: Flask, town: Town, client: FlaskClient) -> None:
    url = address(town.books.areas[0], ".pdf", language="en")
    assert client.get(url).data == client.get(url).data
    before = client.get(url).data
    books = town.books
    books.book(VoucherKind.RECEIVE, 1 * YUAN, books.funds[0])
    assert client.get(url).data != before


def test_an_area_or_year_without_books_is_not_there(
    app: Flask, town: Town, client: FlaskClient
) -> None:
    area = town.books.areas[0]
    for path in (
        f"/money/report/{area}/2019",
        "/money/report/99999/2026",
        "/money/report/99999/2026.pdf",
        address(area, ".xlsx", currency="JPY"),
        address(area, currency="CNY'"),
    ):
        assert client.get(path).status_code == 404, path


def test_every_area_above_books_is_in_the_list(app: Flask, town: Town, client: FlaskClient) -> None:
    page = client.get("/money/report").text
    for area in town.books.areas:
        assert f"/money/report/{area}/2026" in page


def test_the_page_asks_the_database_few_questions(
    app: Flask, town: Town, client: FlaskClient, count_queries: Count
) -> None:
    report = address(town.books.areas[0])
    for path, most in (("/money/report", MOST_QUERIES), (report, MOST_OF_A_REPORT)):
        with count_queries() as queries:
            assert client.get(path).status_code == 200
        assert len(asked_of(queries)) <= most, queries


def test_amounts_of_another_currency_have_a_report_of_their_own(
    app: Flask, town: Town, client: FlaskClient, session: Session
) -> None:
    city = town.books.areas[0]
    town.books.fund(city, currency="JPY")
    assert "currency=JPY" in client.get(address(city)).text
    rows = cells(client, city)
    assert any("JPY" in str(cell) for row in cells_of(client, city, "JPY") for cell in row)
    assert not any("JPY" in str(cell) for row in rows for cell in row)


def cells_of(client: FlaskClient, area: int, currency: str) -> list[list[Any]]:
    answer = client.get(address(area, ".xlsx", currency=currency, language="en"))
    book = openpyxl.load_workbook(BytesIO(answer.data))
    return [list(row) for sheet in book for row in sheet.iter_rows(values_only=True)]
