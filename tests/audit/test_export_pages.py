"""The page of exports and its downloads."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.exports.formats import FORMATS
from ledger.models import Voucher
from tests.audit.exported import OF_LINES, busy_books, csv_rows, named
from tests.factories import Factory


def test_the_page_explains_every_format_and_links_it(client: FlaskClient, make: Factory) -> None:
    busy_books(make)
    page = client.get("/money/export").get_data(as_text=True)
    assert "The whole ledger" in page
    assert "Begin here" in page
    for name in FORMATS:
        assert f'href="/money/export/{name}"' in page


def test_the_page_asks_the_database_little(
    client: FlaskClient,
    make: Factory,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    busy_books(make)
    with count_queries() as queries:
        assert client.get("/money/export?year=2026").status_code == 200
    assert len(queries) <= 12


@pytest.mark.parametrize("name", OF_LINES)
def test_a_download_is_an_attachment_named_by_scope_and_day(
    client: FlaskClient, make: Factory, name: str
) -> None:
    busy_books(make)
    answer = client.get(f"/money/export/{name}?year=2026")
    assert answer.status_code == 200
    assert answer.is_streamed
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=ledger-year-2026-2026-03-02.{FORMATS[name].suffix}"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content_type == FORMATS[name].mimetype
    assert len(answer.data) > 1000


def test_a_download_speaks_the_readers_language(client: FlaskClient, make: Factory) -> None:
    busy_books(make)
    english = client.get("/money/export/csv").data.decode("utf-8-sig")
    chinese = client.get("/money/export/csv", headers={"Accept-Language": "zh"})
    assert english.startswith("Line number,Day,What happened,Amount,Currency")
    assert "币种" in chinese.data.decode("utf-8-sig").splitlines()[0]


def test_a_download_holds_the_lines_that_were_asked_for(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    books = busy_books(make)
    every = csv_rows(client.get("/money/export/csv").data)
    one_project = client.get(f"/money/export/csv?cost_centre={named(session, 101)}")
    assert {row["Project's number"] for row in csv_rows(one_project.data)} == {"101"}
    below = csv_rows(client.get(f"/money/export/csv?within={books.areas[0]}").data)
    assert below == every
    own = csv_rows(client.get(f"/money/export/csv?area={books.areas[0]}").data)
    assert {row["Area's number"] for row in own} == {str(books.areas[0])}
    paid = csv_rows(client.get("/money/export/csv?code=pay&since=2026-03&until=2026-03").data)
    assert {row["Booking code"] for row in paid} == {"pay"}
    assert csv_rows(client.get("/money/export/csv?until=2026-02").data) == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("area=99", 404),
        ("fund=99", 404),
        ("payee=99", 404),
        ("round=99", 404),
        ("area=0", 404),
        ("within=99", 404),
        ("within=x", 422),
        ("q=lamp", 422),
        ("fund=1&others=x", 422),
        ("area=1'--", 422),
        ("area=99999999999999999999", 422),
        ("year=%D9%A2%D9%A0", 422),
        ("code=steal", 422),
        ("figure=x", 422),
        ("since=2026-13", 422),
        ("since=0000-01", 422),
    ],
)
def test_a_filter_that_means_nothing_is_answered_with_a_page(
    client: FlaskClient, make: Factory, query: str, status: int
) -> None:
    for path in ("/money/export", "/money/export/csv"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == status
        assert answer.mimetype == "text/html"


def test_an_unknown_format_is_not_there(client: FlaskClient) -> None:
    assert client.get("/money/export/exe").status_code == 404


def test_names_of_people_are_shortened(client: FlaskClient, make: Factory) -> None:
    busy_books(make)
    rows = csv_rows(client.get("/money/export/csv").data)
    assert {row["Asked for by"] for row in rows} == {"张*", ""}


@pytest.mark.parametrize("figure", ["spent", "paid", "in_bank", "available"])
def test_the_lines_of_a_figure_add_up_to_what_the_page_says(
    client: FlaskClient, make: Factory, figure: str
) -> None:
    busy_books(make)
    page = client.get(f"/money/lines?figure={figure}&currency=CNY").get_data(as_text=True)
    said = re.search(r'data-sum="(-?\d+)"', page)
    assert said is not None
    link = f"/money/export?figure={figure}&amp;currency=CNY"
    assert link in page
    rows = csv_rows(client.get(f"/money/export/csv?figure={figure}&currency=CNY").data)
    assert sum(int(row["In smallest units"]) for row in rows) == int(said[1])


def test_words_that_are_looked_for_cannot_be_exported_and_are_not_offered(
    client: FlaskClient, make: Factory
) -> None:
    busy_books(make)
    page = client.get("/money/lines?q=because").get_data(as_text=True)
    assert "/money/export" not in page


def test_amounts_and_vouchers_narrow_an_export(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    busy_books(make)
    query = "amount_from=1000&amount_to=2000&currency=CNY"
    rows = csv_rows(client.get(f"/money/export/csv?{query}").data)
    assert {row["Amount as booked"] for row in rows} == {"1000.00", "1000.02", "1500.03", "2000.00"}
    page = client.get(f"/money/export?{query}").get_data(as_text=True)
    assert f"{len(rows)} lines of the ledger" in page
    voucher = session.scalars(select(Voucher).order_by(Voucher.id).limit(1)).one()
    number, ident = voucher.number, voucher.id
    session.rollback()
    one = csv_rows(client.get(f"/money/export/csv?voucher={ident}").data)
    assert {row["Voucher"] for row in one} == {number}
