"""Photos: what is no photo is refused by name, what was typed stays, files go with the photo."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from projects.models import Photo, Project
from projects.services.photos import MOST_PHOTOS

Begin = Callable[[], tuple[FlaskClient, int]]


def picture(colour: int = 0, form: str = "JPEG", **options: Any) -> BytesIO:
    """A photo of one colour as a file."""
    out = BytesIO()
    Image.new("RGB", (640, 480), (colour, 100, 100)).save(out, form, **options)
    out.seek(0)
    return out


def bomb() -> BytesIO:
    """A small PNG file that claims to be 60,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def send(browser: FlaskClient, ident: int, *files: tuple[BytesIO, str], **fields: Any) -> Any:
    data = {"action": "save", "version": "0", "title": "Benches"} | fields
    answer = browser.post(f"/projects/{ident}/edit", data=data | {"photos": list(files)})
    answer.request.environ["wsgi.input"].close()  # a large body lies in a temporary file
    return answer


def photos(session: Session) -> list[Photo]:
    """All photos there are now."""
    session.rollback()  # else this reads what it read before
    return list(session.scalars(select(Photo).order_by(Photo.position)))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_in_two_sizes_without_what_the_camera_wrote(
    begin: Begin, app: Flask, session: Session, form: str
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    browser, ident = begin()
    answer = send(browser, ident, (picture(form=form, exif=exif), "bench.jpg"))
    assert answer.status_code == 303
    (photo,) = photos(session)
    folder: Path = app.config["SETTINGS"].media
    for name in (f"{photo.name}.webp", f"{photo.name}-s.webp"):
        assert b"CameraMaker" not in (folder / name).read_bytes()
        with browser.get(f"/media/{name}") as file:
            assert file.mimetype == "image/webp"
    assert photo.name in browser.get(f"/projects/{ident}").text


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (BytesIO(b"just text"), "not a photo"),
        (BytesIO(b""), "not a photo"),
        (BytesIO(b"\xff\xd8\xff" + b"0" * 500), "not a photo"),
        (BytesIO(b"<svg onload=alert(1)>"), "not a photo"),
        (BytesIO(b"0" * 11 * 1024 * 1024), "over 10 MB"),
        (bomb(), "too many pixels"),
    ],
    ids=["text", "empty", "broken", "svg", "oversize", "bomb"],
)
def test_what_is_no_photo_is_refused_by_name_and_the_rest_is_kept(
    begin: Begin, session: Session, file: BytesIO, problem: str
) -> None:
    browser, ident = begin()
    file.seek(0)
    copy = BytesIO(file.read())
    answer = send(browser, ident, (picture(), "good.jpg"), (copy, "<b>bad</b>.jpg"))
    assert answer.status_code == 422
    assert "&lt;b&gt;bad&lt;/b&gt;.jpg" in answer.text
    assert problem in answer.text
    assert 'value="Benches"' in answer.text
    assert len(photos(session)) == 1
    assert session.get_one(Project, ident).title == {"en": "Benches"}


def test_a_photo_stays_when_something_typed_does_not_fit(
    begin: Begin, session: Session, proposal: dict[str, Any]
) -> None:
    browser, ident = begin()
    answer = send(browser, ident, (picture(), "good.jpg"), **(proposal | {"title": "x" * 10_000}))
    assert answer.status_code == 422
    (photo,) = photos(session)
    assert photo.name in answer.text


def test_the_seventh_photo_is_refused(begin: Begin, session: Session) -> None:
    browser, ident = begin()
    files = [(picture(colour * 20), f"{colour}.jpg") for colour in range(MOST_PHOTOS + 1)]
    answer = send(browser, ident, *files)
    assert answer.status_code == 422
    assert "6 photos at most" in answer.text
    assert len(photos(session)) == MOST_PHOTOS


def test_the_same_photo_twice_is_one(begin: Begin, session: Session) -> None:
    browser, ident = begin()
    send(browser, ident, (picture(), "a.jpg"), (picture(), "b.jpg"))
    assert len(photos(session)) == 1


def test_a_photo_is_described_and_removed_with_its_files(
    begin: Begin, app: Flask, session: Session
) -> None:
    browser, ident = begin()
    send(browser, ident, (picture(), "a.jpg"))
    photo, folder = photos(session)[0], app.config["SETTINGS"].media
    number, name = photo.id, photo.name
    send(browser, ident, version="1", **{f"alt_{number}": 'A "bench"'})
    assert 'alt="A &#34;bench&#34;"' in browser.get(f"/projects/{ident}").text
    send(browser, ident, version="1", **{f"remove_{number}": "y"})
    assert photos(session) == []
    assert not (folder / f"{name}.webp").exists()
    assert not (folder / f"{name}-s.webp").exists()


def test_a_file_stays_while_another_project_shows_it(
    begin: Begin, app: Flask, session: Session
) -> None:
    browser, first = begin()
    send(browser, first, (picture(), "a.jpg"))
    _, second = begin()
    assert second != first
    send(browser, second, (picture(), "a.jpg"))
    photo = photos(session)[0]
    number, name = photo.id, photo.name
    send(browser, first, version="1", **{f"remove_{number}": "y"})
    assert (app.config["SETTINGS"].media / f"{name}.webp").exists()
