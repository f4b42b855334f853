"""The whole log as files that can be checked without us, and what other rooms add to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import of_one_moment
from core.errors import Conflict
from core.i18n import lazy_gettext
from core.zipping import zipped
from transparency.leaves import LeafRow, instant, not_below, placed
from transparency.models import LogTile
from transparency.queries import whole_note
from transparency.signing import newest_checkpoint
from transparency.tiles import HASH, WIDTH, path_of

File: TypeAlias = tuple[str, Iterator[bytes]]
Writer: TypeAlias = Callable[[Session], Iterator[bytes]]
_PARTS: dict[str, Writer] = {}


def add_part(name: str, writer: Writer) -> None:
    """Add a file to every export, such as ``ledger/transfers.jsonl``.

    The writer gives its bytes in pieces of a few kilobytes, read from the session, which sees
    one moment throughout. Adding a name again replaces its writer.
    """
    _PARTS[name] = writer


def json_lines(rows: Iterable[dict[str, Any]], part: int = 500) -> Iterator[bytes]:
    """Rows as JSON Lines, some hundreds at a time."""
    lines: list[str] = []
    for row in rows:
        lines.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        if len(lines) >= part:
            yield ("\n".join(lines) + "\n").encode()
            lines.clear()
    if lines:
        yield ("\n".join(lines) + "\n").encode()


def files(session: Session) -> Iterator[File]:
    """Name and content of every file, all as of one moment. Each content is read before the next
    file is asked for. Raises ``Conflict`` when nothing is signed yet."""
    one_moment(session)
    newest = newest_checkpoint(session)
    if newest is None:
        raise Conflict(lazy_gettext("Nothing is signed yet, so there is nothing to check."))
    size, note, vkey = newest.size, whole_note(session, newest), newest.vkey
    yield "checkpoint", iter([note.encode()])
    yield "vkey", iter([f"{vkey}\n".encode()])
    yield from _hashes(session, size)
    yield from _entries(session, size)
    yield "pending.jsonl", json_lines(_pending(session, size))
    for name, writer in sorted(_PARTS.items()):
        yield name, writer(session)


def to_folder(session: Session, folder: Path) -> int:
    """Write an export into a folder, which must be new or empty; returns how many files.

    Raises ``FileExistsError`` for a folder that holds something.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    count = 0
    for name, content in files(session):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            out.writelines(content)
        count += 1
    return count


def bundle(rows: Sequence[LeafRow], start: int, width: int) -> bytes:
    """Those of the rows that have the places from ``start`` on, each behind its length in two
    bytes. Where one is missing, an empty entry keeps the place, so that just this one is not as
    it was signed."""
    data = {row.seq: row.data(row.seq) for row in rows if row.seq is not None}
    found = (data.get(seq, b"") for seq in range(start, start + width))
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in found)


def to_zip(session: Session) -> Iterator[bytes]:
    """An export as a zip archive, piece by piece."""
    found = ((f"gongzhi-log/{name}", content) for name, content in files(session))
    return zipped(found, level=1)


def one_moment(session: Session) -> None:
    """From here on, the session sees one moment, and a new one."""
    session.rollback()
    of_one_moment(session)


def _hashes(session: Session, size: int) -> Iterator[File]:
    level = 0
    while count := size >> (8 * level):
        for start in range(0, count, WIDTH * WIDTH):
            places = LogTile.place.between(start // WIDTH, (start // WIDTH) + WIDTH - 1)
            wanted = select(LogTile.place, LogTile.hashes).where(LogTile.level == level, places)
            for place, hashes in session.execute(wanted.order_by(LogTile.place)).all():
                width = min(WIDTH, count - place * WIDTH)
                if width > 0:
                    yield f"tile/{level}/{path_of(place, width)}", iter([hashes[: width * HASH]])
        level += 1


def _entries(session: Session, size: int) -> Iterator[File]:
    for start in range(0, size, 8 * WIDTH):
        end = min(size, start + 8 * WIDTH)
        rows = placed(session, start, end - start)
        for at in range(start, end, WIDTH):
            width = min(WIDTH, end - at)
            some = [row for row in rows if at <= (row.seq or 0) < at + width]
            data = bundle(some, at, width)
            yield f"tile/entries/{path_of(at // WIDTH, width)}", iter([data])


def _pending(session: Session, size: int) -> Iterator[dict[str, Any]]:
    for row in not_below(session, size):
        yield {
            "type": row.type,
            "occurred_at": instant(row.at),
            "subjects": sorted(row.subjects),
            "body": json.loads(row.body),
        }
