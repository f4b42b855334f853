"""Packages: processes with who publishes them and when, as files and piece by piece."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from audit.exports.ocds.model import Process
from audit.exports.ocds.releases import records, releases
from audit.exports.ocds.values import Json, Publisher, moment

VERSION = "1.1"
_GZIP = 16 + zlib.MAX_WBITS


def about(site: Publisher, path: str, at: datetime) -> Json:
    """What every package says of itself; ``path`` is where it is got."""
    return {
        "uri": site.url(path),
        "version": VERSION,
        "publishedDate": moment(at),
        "publisher": {"name": site.name, "uri": site.url("/")},
    }


def record_package(
    site: Publisher, path: str, at: datetime, found: Iterable[Process]
) -> Iterator[bytes]:
    """A record package as one JSON object, written while processes are read; never empty pieces."""
    head = json.dumps(about(site, path, at), ensure_ascii=False)
    yield f'{head[:-1]}, "records": [\n'.encode()
    for place, record in enumerate(records(found, site)):
        yield (b",\n" if place else b"") + _json(record)
    yield b"\n]}\n"


def release_package(
    site: Publisher, path: str, at: datetime, found: Iterable[Process]
) -> Iterator[bytes]:
    """The same with the releases alone."""
    head = json.dumps(about(site, path, at), ensure_ascii=False)
    yield f'{head[:-1]}, "releases": [\n'.encode()
    first = True
    for process in found:
        for release in releases(process, site):
            yield (b"" if first else b",\n") + _json(release)
            first = False
    yield b"\n]}\n"


def record_lines(site: Publisher, found: Iterable[Process]) -> Iterator[bytes]:
    """A record a line (JSON Lines), compressed as gzip does."""
    squeeze = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    for record in records(found, site):
        if piece := squeeze.compress(_json(record) + b"\n"):
            yield piece
    yield squeeze.flush()


def _json(found: Any) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
