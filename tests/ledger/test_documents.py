"""Papers of a voucher: both copies kept and recorded, and no invoice twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Role
from core.clock import now
from core.db import transaction
from core.errors import Conflict, Invalid, NotFound
from ledger.documents import (
    NewDocument,
    Upload,
    add_document,
    documents_of,
    invoiced,
    number_key,
    public_copy,
    sealed_original,
)
from ledger.models import Document, DocumentKind, VoucherKind
from ledger.services.approving import Answer, refuse, withdraw
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import Books
from tests.ledger.papers import image, pdf, script_pdf
from tests.remembered import remembered
from tests.together import together
from transparency.log import timeline

DAY = date(2026, 2, 20)

pytestmark = pytest.mark.usefixtures("in_english")


def upload(data: bytes, name: str = "invoice.pdf") -> Upload:
    return Upload(BytesIO(data), name)


def invoice(title: str = "one", number: str = "No 12-3", amount: int = 900_00) -> NewDocument:
    return NewDocument(
        kind=DocumentKind.INVOICE,
        original=upload(pdf(title=title)),
        public=upload(pdf(title=title + " covered"), "covered.pdf"),
        number=number,
        issued_on=DAY,
        amount=amount,
    )


def paper(data: bytes, name: str, kind: DocumentKind = DocumentKind.RECEIPT) -> NewDocument:
    return NewDocument(kind=kind, original=upload(data, name), as_it_is=True)


class Desk:
    """A project that won, a payee, and requests to pay it."""

    def __init__(self, make: Factory) -> None:
        self.books = Books.open(make, START)
        self.books.endow()
        (self.project,) = self.books.win(50_000_00)
        self.payee = self.books.payee()

    def request(self, payee: int | None = None) -> int:
        """A request to pay ¥900."""
        return self.books.ask(
            VoucherKind.DISBURSE,
            900_00,
            cost_centre_id=self.project,
            payee_id=payee or self.payee,
        )

    def add(self, voucher: int, new: NewDocument) -> int:
        """Add a paper as the one who asked."""
        with transaction() as session:
            return add_document(session, voucher, new, self.books.asks, now()).id


@pytest.fixture
def desk(app: Flask, make: Factory) -> Desk:
    return remembered(Desk)(make)


def test_both_copies_are_kept_and_their_hashes_recorded(desk: Desk, session: Session) -> None:
    new = invoice()
    original = new.original.stream.read()
    new.original.stream.seek(0)
    voucher = desk.request()
    made = session.get_one(Document, desk.add(voucher, new))
    shown = public_copy(session, made.id)
    assert shown.path is not None
    assert b"covered" in shown.path.read_bytes()
    assert (shown.name, shown.mime) == ("covered.pdf", "application/pdf")
    opened = sealed_original(session, made.id)
    assert (opened.data, opened.name) == (original, "covered-original.pdf")
    folder = shown.path.parent.parent
    assert all(original not in path.read_bytes() for path in folder.rglob("*.sealed"))
    body = timeline(session, ("voucher", voucher), types=["ledger.document_added"])[0].body
    assert body["original"] == {"sha256": made.original_sha256, "size": len(original)}
    assert body["public"]["sha256"] == made.public_sha256
    assert body["amount"] == 900_00
    assert invoiced(session, voucher) == 900_00
    assert [document.id for document in documents_of(session, voucher)] == [made.id]


def test_a_picture_shown_as_it_is_is_drawn_anew(desk: Desk, session: Session) -> None:
    document = desk.add(desk.request(), paper(image("JPEG"), "收据.jpg"))
    shown = public_copy(session, document)
    assert shown.path is not None
    assert b"taken at home" not in shown.path.read_bytes()
    assert (shown.name, shown.mime) == ("收据.webp", "image/webp")
    assert b"taken at home" in (sealed_original(session, document).data or b"")


@pytest.mark.parametrize(
    ("again", "says"),
    [
        (invoice("two"), "same payee, number and amount"),
        (invoice("two", "ＮＯ12 3"), "same payee, number and amount"),
        (invoice("one", "another"), "This very file belongs to"),
    ],
    ids=["another scan", "number typed otherwise", "same file"],
)
def test_the_same_invoice_twice_is_refused(desk: Desk, again: NewDocument, says: str) -> None:
    for one in (again.original, again.public):
        assert one is not None
        one.stream.seek(0)
    desk.add(desk.request(), invoice())
    with pytest.raises(Conflict, match=says):
        desk.add(desk.request(), again)


def test_an_invoice_of_a_refused_voucher_can_be_sent_again(desk: Desk) -> None:
    first = desk.request()
    desk.add(first, invoice())
    with transaction() as session:
        answer = Answer(desk.books.approves, Role.APPROVER, "Too dear")
        refuse(session, first, answer, START)
    second = desk.request()
    desk.add(second, invoice())
    with transaction() as session:
        withdraw(session, second, desk.books.asks, START)
    assert desk.add(desk.request(), invoice())


def test_other_payees_numbers_and_amounts_are_other_invoices(desk: Desk, session: Session) -> None:
    desk.add(desk.request(), invoice())
    desk.add(desk.request(), invoice("two", amount=901_00))
    desk.add(desk.request(), invoice("three", "No 12-4"))
    desk.add(desk.request(desk.books.payee("Other")), invoice("four"))
    assert len(session.scalars(select(Document).where(Document.original_size > 1)).all()) == 4


def test_the_database_itself_refuses_an_invoice_twice(desk: Desk, session: Session) -> None:
    made = session.get_one(Document, desk.add(desk.request(), invoice()))
    columns = {c.key: getattr(made, c.key) for c in Document.__table__.columns if c.key != "id"}
    with pytest.raises(IntegrityError), transaction() as writing:
        writing.add(Document(**columns | {"original_sha256": "0" * 64}))


def test_of_two_who_send_one_invoice_at_once_one_is_refused(app: Flask, desk: Desk) -> None:
    vouchers = iter([desk.request(), desk.request()])
    titles = iter(["one", "two"])

    def send() -> str:
        try:
            desk.add(next(vouchers), invoice(next(titles)))
        except Conflict:
            return "refused"
        return "kept"

    assert sorted(together(app, send)) == ["kept", "refused"]


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (replace(invoice(), number=" - "), "number"),
        (replace(invoice(), issued_on=None), "issued_on"),
        (replace(invoice(), issued_on=date(2026, 3, 3)), "issued_on"),
        (replace(invoice(), amount=None), "amount"),
        (replace(invoice(), amount=0), "amount"),
        (replace(invoice(), amount=10**18), "amount"),
        (replace(invoice(), public=None), "public"),
        (replace(invoice(), public=upload(pdf(title="one"))), "public"),
        (replace(invoice(), public=upload(b"MZ", "x.pdf")), "public"),
        (replace(invoice(), original=upload(script_pdf())), "original"),
        (replace(invoice(), original=upload(image(), "x.pdf")), "original"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    desk: Desk, session: Session, new: NewDocument, field: str
) -> None:
    for one in filter(None, (new.original, new.public)):
        one.stream.seek(0)
    with pytest.raises(Invalid) as refused:
        desk.add(desk.request(), new)
    assert list(refused.value.fields) == [field]
    assert session.scalars(select(Document).where(Document.original_size > 1)).all() == []


def test_only_a_payment_has_invoices_and_nothing_is_added_to_what_was_withdrawn(
    desk: Desk,
) -> None:
    receive = desk.books.ask(VoucherKind.RECEIVE, 1_00, desk.books.funds[0])
    with pytest.raises(Invalid, match="pays nobody"):
        desk.add(receive, invoice())
    refused = desk.request()
    with transaction() as session:
        withdraw(session, refused, desk.books.asks, START)
    with pytest.raises(Conflict, match="come to nothing"):
        desk.add(refused, invoice())


def test_a_policy_may_belong_to_several_vouchers_but_there_are_not_endlessly_many(
    desk: Desk,
) -> None:
    voucher = desk.request()
    for _ in range(20):
        desk.add(voucher, paper(pdf(), "policy.pdf", DocumentKind.POLICY))
    with pytest.raises(Conflict, match="20 documents"):
        desk.add(voucher, paper(pdf(), "policy.pdf", DocumentKind.POLICY))


def test_a_missing_key_or_file_is_said(desk: Desk, app: Flask, session: Session) -> None:
    document = desk.add(desk.request(), paper(image(colour="red"), "a.png"))
    shown = public_copy(session, document).path
    assert shown is not None
    shown.unlink()
    with pytest.raises(NotFound, match="not here"):
        public_copy(session, document)
    key = app.config["SETTINGS"].keys / "documents.key"
    others = key.rename(key.with_suffix(".away"))
    with pytest.raises(Conflict, match="missing or another one"):
        sealed_original(session, document)
    others.rename(key)  # what other tests sealed stays readable
    with pytest.raises(NotFound, match="no such document"):
        public_copy(session, 0)


def test_numbers_are_compared_in_one_form() -> None:
    assert number_key(" ａb-12 3—4/5.6 ") == "AB123456"
