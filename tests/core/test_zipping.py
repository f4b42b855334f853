"""Zip archives that are made while they are sent."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator

from core.zipping import CHUNK, zipped


def test_every_file_is_whole_and_its_content_is_asked_for_in_turn() -> None:
    asked: list[str] = []
    noise = os.urandom(3 * CHUNK)

    def content(name: str, *pieces: bytes) -> Iterator[bytes]:
        for piece in pieces:
            asked.append(name)
            yield piece

    files = [("one.bin", content("one", noise, noise)), ("a/二.txt", content("two", b"x"))]
    pieces = zipped(files)
    first = next(pieces)
    assert len(first) >= CHUNK
    assert asked == ["one"]
    with zipfile.ZipFile(io.BytesIO(b"".join([first, *pieces]))) as archive:
        assert archive.testzip() is None
        assert archive.read("one.bin") == noise + noise
        assert archive.read("a/二.txt") == b"x"


def test_the_same_files_give_the_same_bytes() -> None:
    made = [b"".join(zipped([("one", [b"x" * 100])], level=1)) for _ in range(2)]
    assert made[0] == made[1]
