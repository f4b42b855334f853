"""Uploaded papers: only what they really are, and nothing that acts."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.errors import Conflict, Invalid
from core.secret_files import write_once
from ledger.paper_files import MOST_BYTES, drawn_anew, safe_name, take
from ledger.sealing import seal, unseal
from tests.ledger.papers import acting_pdf, image, locked_pdf, parcel_pdf, pdf, script_pdf
from tests.ledger.statement_files import patient


@pytest.mark.parametrize(
    ("data", "name", "mime"),
    [
        (pdf(), "发票 12.PDF", "application/pdf"),
        (image("JPEG"), "scan.jpeg", "image/jpeg"),
        (image("PNG"), "scan", "image/png"),
        (image("WEBP"), "scan.webp", "image/webp"),
    ],
)
def test_a_paper_is_known_by_its_content(data: bytes, name: str, mime: str) -> None:
    found = take(BytesIO(data), name)
    assert (found.mime, found.size, found.data) == (mime, len(data), data)


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.pdf", "This file is empty"),
        (b"x" * (MOST_BYTES + 1), "a.pdf", "over 10 MB"),
        (b"<html>", "a.html", "Please choose a PDF"),
        (b"MZ\x90", "a.exe", "Please choose a PDF"),
        (b"PK\x03\x04", "a.docx", "Please choose a PDF"),
        (b"GIF89a", "a.gif", "Please choose a PDF"),
        (b"<svg onload='x'/>", "a.svg", "Please choose a PDF"),
        (image("PNG"), "a.pdf", "ends with .pdf, but inside it is PNG"),
        (pdf(), "a.jpg", "ends with .jpg, but inside it is PDF"),
        (pdf(), "a.pdf.exe", "ends with .exe, but inside it is PDF"),
        (image("JPEG")[:60], "a.jpg", "not a photo"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "a.png", "not a photo"),
        (b"%PDF-1.7\n" + b"x" * 99, "a.pdf", "This PDF is broken"),
        (pdf()[:200], "a.pdf", "This PDF is broken"),
        (pdf(pages=501), "a.pdf", "between 1 and 500 pages"),
        (locked_pdf(), "a.pdf", "This PDF is locked"),
        (locked_pdf(""), "a.pdf", "This PDF is locked"),
        (script_pdf(), "a.pdf", "a script, a program or another file"),
        (parcel_pdf(), "a.pdf", "a script, a program or another file"),
        (acting_pdf("/Launch"), "a.pdf", "a script, a program or another file"),
        (acting_pdf("/Launch", indirect=True), "a.pdf", "a script, a program or another file"),
        (acting_pdf("/SubmitForm"), "a.pdf", "a script, a program or another file"),
        (acting_pdf("/SubmitForm", indirect=True), "a.pdf", "a script, a program"),
        (pdf() + b"9 0 obj <</S /La#75nch>> endobj", "a.pdf", "a script, a program"),
    ],
)
def test_what_a_paper_is_not_is_said(data: bytes, name: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        take(BytesIO(data), name, "original")
    assert says in str(refused.value.fields["original"])


def test_a_link_in_a_pdf_does_no_harm() -> None:
    assert take(BytesIO(acting_pdf("/URI")), "a.pdf").mime == "application/pdf"


@given(st.binary(max_size=300), st.integers(0, 700), st.integers(0, 50))
@patient
def test_no_bytes_break_the_reader_of_pdfs(put: bytes, at: int, cut: int) -> None:
    whole = pdf()
    data = whole[: 9 + at] + put + whole[9 + at + cut :]
    try:
        found = take(BytesIO(data), "a.pdf")
    except Invalid:
        return
    assert found.mime == "application/pdf"


def test_a_picture_drawn_anew_tells_nothing_of_the_camera() -> None:
    paper = take(BytesIO(image("JPEG", size=(5000, 100))), "家.jpg")
    assert b"taken at home" in paper.data
    drawn = drawn_anew(paper)
    assert b"taken at home" not in drawn.data
    assert (drawn.mime, drawn.name) == ("image/webp", "家.webp")
    assert Image.open(BytesIO(drawn.data)).width == 2400


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\x\\发票（1）.exe", "发票（1）.pdf"),
        ('a"; x=\r\n<b>.pdf', "a_ x_ _b.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
    ],
)
def test_names_are_safe_to_save(typed: str, name: str) -> None:
    assert safe_name(typed, "application/pdf") == name


def test_what_is_sealed_is_opened_with_its_key_only(tmp_path: Path) -> None:
    sealed = seal(tmp_path / "keys", b"secret")
    assert b"secret" not in sealed
    assert unseal(tmp_path / "keys", sealed) == b"secret"
    assert (tmp_path / "keys" / "documents.key").stat().st_mode & 0o077 == 0
    with pytest.raises(Conflict, match="missing or another one"):
        unseal(tmp_path / "other", sealed)
    seal(tmp_path / "other", b"")
    with pytest.raises(Conflict, match="missing or another one"):
        unseal(tmp_path / "other", sealed)
    with pytest.raises(Conflict, match="missing or another one"):
        unseal(tmp_path / "keys", sealed[:-4] + b"AAAA")


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    write_once(tmp_path / "a", b"first")
    write_once(tmp_path / "a", b"second")
    assert (tmp_path / "a").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
