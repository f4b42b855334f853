"""PDFs and pictures for tests."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.actions import JavaScript
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from ledger.models import Document, DocumentKind


def pdf(pages: int = 1, title: str = "Invoice") -> bytes:
    """A harmless PDF; another title gives other bytes."""
    return _bytes(_writer(pages, title))


def _writer(pages: int = 1, title: str = "Invoice") -> PdfWriter:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": title})
    return writer


def _bytes(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def locked_pdf(password: str = "x") -> bytes:
    """A PDF with a password, or with an empty one that only restricts printing."""
    writer = _writer()
    writer.encrypt(password, owner_password="y", algorithm="AES-256")
    return _bytes(writer)


def script_pdf() -> bytes:
    """A PDF that runs a script when it is opened."""
    writer = _writer()
    writer.add_open_action(JavaScript("app.alert('hello');"))
    return _bytes(writer)


def parcel_pdf() -> bytes:
    """A PDF with another file inside."""
    writer = _writer()
    writer.add_attachment("evil.exe", b"MZ")
    return _bytes(writer)


def acting_pdf(kind: str, *, indirect: bool = False) -> bytes:
    """A PDF with a link that does something, its kind perhaps written in another place."""
    writer = _writer()
    name: NameObject = NameObject(kind)
    action = DictionaryObject({NameObject("/S"): name, NameObject("/F"): TextStringObject("x")})
    if indirect:
        action[NameObject("/S")] = writer._add_object(name)
    annotation = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/A"): writer._add_object(action),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])
    return _bytes(writer)


def image(kind: str = "PNG", *, colour: str = "white", size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture of one colour, with a camera's note inside when it is a JPEG."""
    out = BytesIO()
    made = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    made.save(out, kind, exif=exif)
    return out.getvalue()


def policy_paper(voucher: int, by: int, at: datetime, **values: Any) -> Document:
    """A row for the document that decided a voucher, without any file."""
    row = {
        "voucher_id": voucher,
        "kind": DocumentKind.POLICY,
        "name": "decision.pdf",
        "original_sha256": f"{voucher:064x}",
        "original_mime": "application/pdf",
        "original_size": 1,
        "public_sha256": f"{voucher:064x}",
        "public_mime": "application/pdf",
        "public_size": 1,
        "added_by_id": by,
        "added_at": at,
    }
    return Document(**row | values)
