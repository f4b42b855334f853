"""Zip archives of any size, made while they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZipFile

CHUNK = 1 << 16


class _Sink:
    """What an archive is written into, and taken out of again piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    def close(self) -> None:
        """There is nothing to close."""

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return taken


def zipped(files: Iterable[tuple[str, Iterable[bytes]]], level: int = 6) -> Iterator[bytes]:
    """An archive of ``files`` (name, content in pieces), piece by piece; ``level`` is how hard it
    is compressed, from 1 to 9. It bears no date: the same files give the same bytes.

    Each file's content is only asked for after the one before it has been written.
    """
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in files:
            with archive.open(name, "w", force_zip64=True) as member:
                for piece in content:
                    member.write(piece)
                    if sink.size >= CHUNK:
                        yield sink.take()
    yield sink.take()
