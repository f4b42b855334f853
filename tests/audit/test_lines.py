"""Lines: found by what somebody types, opened in place, with documents, people and proof."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import line_plan, lines, search
from audit.filters import read_filter
from core.db import transaction
from ledger.documents import NewDocument, Upload, add_document
from ledger.models import DocumentKind, Transfer, Voucher, VoucherKind
from tests.audit.pages import COUNT, Reader
from tests.audit.town import Town
from tests.ledger.books import YUAN
from tests.ledger.papers import pdf
from transparency.models import Leaf, LeafSubject


def payment(session: Session) -> Transfer:
    """The first payment."""
    rows = select(Transfer).where(Transfer.code == "pay").order_by(Transfer.id).limit(1)
    return session.scalars(rows).one()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("green", {"Greenfield"}),
        ("100%", {"Lamps 100%"}),
        ("li_wei", {"Li_Wei"}),
        ("lamp posts 2", {"Li_Wei"}),
        ("%", {"Lamps 100%"}),
        ("nobody", set()),
    ],
)
def test_payments_are_found_by_payee_and_purpose(
    town: Town, client: FlaskClient, session: Session, typed: str, found: set[str]
) -> None:
    where, wrong = read_filter({"q": typed, "figure": "paid"})
    listing = lines.list_lines(session, where)
    assert wrong == []
    assert {str(row.payee) for row in listing.rows} == found


def test_a_line_is_found_by_its_number_and_its_vouchers(
    town: Town, client: FlaskClient, session: Session
) -> None:
    line = payment(session)
    for typed in (str(line.id), f"#{line.id}"):
        assert Reader(client).all_lines(f"/money/lines?q={typed.replace('#', '%23')}") == [line.id]
    of_voucher = Reader(client).all_lines(f"/money/lines?q=pz-{line.voucher_id:06d}")
    assert sorted(of_voucher) == sorted(
        session.scalars(select(Transfer.id).where(Transfer.voucher_id == line.voucher_id))
    )


def test_amounts_narrow_a_list_down_and_its_sum(
    town: Town, client: FlaskClient, session: Session
) -> None:
    path = "/money/lines?figure=spent&amount_from=10,001&amount_to=10002.50"
    reader = Reader(client)
    amounts = session.scalars(
        select(Transfer.amount).where(
            Transfer.code == "invoice", Transfer.amount.between(10_001_00, 10_002_50)
        )
    ).all()
    assert len(amounts) == 2
    assert reader.sums(path) == {"CNY": sum(amounts)}


def test_what_cannot_be_read_is_said_and_left_out(town: Town, client: FlaskClient) -> None:
    strange = "figure=gold&year=x&since=2026-13&others=1,x&before=yesterday&payee=-1&amount_from=a"
    text = client.get(f"/money/lines?{strange}").text
    assert "could not be read" in text
    counted = COUNT.search(text)
    assert counted is not None
    assert int(counted[1]) > 0


def test_more_lines_than_are_looked_through_is_said(
    town: Town, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "WINDOW", 3)
    monkeypatch.setattr(search, "WINDOW", 3)
    text = client.get("/money/lines?figure=spent&q=lamp").text
    assert "more lines than are looked through" in text
    assert "newest vouchers" in text


def test_lists_are_the_same_however_they_are_walked(
    town: Town, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = ("/money/lines", f"/money/lines?figure=spent&round={town.round}")
    expected = [Reader(client).all_lines(path) for path in pages]
    monkeypatch.setattr(line_plan, "MOST_WALKS", 0)
    assert [Reader(client).all_lines(path) for path in pages] == expected


def test_undone_lines_stay_visible_beside_what_undoes_them(
    town: Town, client: FlaskClient, session: Session
) -> None:
    undone = session.scalars(
        select(Transfer.id).where(Transfer.voucher_id == town.undone, Transfer.code == "invoice")
    ).one()
    undoing = session.scalars(select(Transfer.id).where(Transfer.reverses_id == undone)).one()
    text = client.get(f"/money/lines?figure=spent&cost_centre={town.projects[1]}").text
    assert f"Undone by line {undoing}" in text
    assert f"Undoes line {undone}" in text


def test_an_opened_line_shows_people_document_and_proof(
    town: Town, client: FlaskClient, session: Session
) -> None:
    line = payment(session)
    with transaction() as writing:
        new = NewDocument(
            DocumentKind.INVOICE,
            Upload(BytesIO(pdf()), "a.pdf"),
            as_it_is=True,
            number="F-1",
            issued_on=date(2026, 3, 1),
            amount=line.amount,
        )
        paper = add_document(writing, line.voucher_id or 0, new, town.books.asks, town.books.at).id
    for path in (f"/money/lines/{line.id}", f"/money/lines/{line.id}/part"):
        text = client.get(path).text
        assert "Greenfield" in text
        assert "Invoice F-1" in text
        assert text.count("张*") >= 3  # asked, approved, paid
        assert "in the public record" in text
    with client.get(f"/money/documents/{paper}") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.data.startswith(b"%PDF")


def test_documents_of_what_is_not_booked_are_not_public(town: Town, client: FlaskClient) -> None:
    voucher = town.books.ask(
        VoucherKind.DISBURSE,
        100 * YUAN,
        cost_centre_id=town.projects[0],
        payee_id=town.payees[0],
    )
    with transaction() as writing:
        upload = Upload(BytesIO(pdf()), "a.pdf")
        new = NewDocument(DocumentKind.CONTRACT, upload, as_it_is=True)
        paper = add_document(writing, voucher, new, town.books.asks, town.books.at).id
    assert client.get(f"/money/documents/{paper}").status_code == 404


def test_an_opened_line_links_to_its_entry_in_the_log(
    town: Town, client: FlaskClient, session: Session
) -> None:
    line = payment(session)
    with transaction() as writing:
        leaf = writing.scalars(
            select(Leaf)
            .join(LeafSubject)
            .where(LeafSubject.kind == "group", LeafSubject.ref == line.group_id)
        ).one()
        leaf.seq = 4711
        assert json.loads(leaf.body)["group"] == line.group_id
    assert "/log/entries/4711" in client.get(f"/money/lines/{line.id}/part").text


def test_a_line_that_is_not_there_is_not_found(town: Town, client: FlaskClient) -> None:
    for path in ("/money/lines/999999", "/money/lines/999999/part", "/money/payees/99999"):
        assert client.get(path).status_code == 404


def test_pages_open_on_empty_books(client: FlaskClient) -> None:
    for path in ("/money", "/money/lines", "/money/funds", "/money/payees", "/money/allotments"):
        assert client.get(path).status_code == 200
    assert client.get("/money/questions").status_code == 200
    assert client.get("/money/statements").status_code == 200


def test_what_a_level_gave_is_shown_with_its_terms(
    town: Town, client: FlaskClient, session: Session
) -> None:
    text = client.get("/money/allotments").text
    given = session.scalars(select(Voucher).where(Voucher.kind == VoucherKind.ALLOT)).all()
    assert len(given) == 4
    assert all(voucher.number in text for voucher in given)
    assert "For small works only" in text
