"""The tree cut up into tiles of 256 hashes, as C2SP tlog-tiles has it: growing and reading them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.orm import Session

from transparency.models import LogTile
from transparency.tree import EMPTY, Read, node_hash

BITS = 8
WIDTH = 1 << BITS
HASH = len(EMPTY)
FULL = WIDTH * HASH
At: TypeAlias = tuple[int, int]
T = TypeVar("T")
_PATH = re.compile(r"((?:x\d{3}/)*)(\d{3})(?:\.p/([1-9]\d{0,2}))?")


def grow(size: int, edge: Mapping[At, bytes], hashes: Sequence[bytes]) -> dict[At, bytes]:
    """The tiles that change when leaves with these hashes follow the first ``size``, whole, by
    level and place; ``edge`` holds the partial tiles so far. Pure."""
    changed: dict[At, bytes] = {}
    level, above = 0, list(hashes)
    while above:
        before = size >> (BITS * level)
        place = before >> BITS
        data = edge.get((level, place), b"") + b"".join(above)
        if len(data) != (before % WIDTH + len(above)) * HASH:
            raise ValueError(f"tile {level}/{place} does not hold what its tree says")
        cut = [data[at : at + FULL] for at in range(0, len(data), FULL)]
        changed |= {(level, place + n): part for n, part in enumerate(cut)}
        above = [_top(part) for part in cut if len(part) == FULL]
        level += 1
    return changed


def reader(tiles: Mapping[At, bytes]) -> Read:
    """Reads hashes of complete subtrees out of tiles. A hash that they do not hold raises
    ``LookupError``."""

    def read(level: int, place: int) -> bytes:
        at, start = tile_of(level, place)
        count = 1 << level % BITS
        found = tiles[at][start * HASH : (start + count) * HASH]
        if len(found) != count * HASH:
            raise LookupError(f"tile {at[0]}/{at[1]} is shorter than its tree says")
        return _top(found)

    return read


def tile_of(level: int, place: int) -> tuple[At, int]:
    """Which tile a subtree's hash is made from, and its first hash in there."""
    first = place << level % BITS
    return (level // BITS, first >> BITS), first % WIDTH


def compute(session: Session, want: Callable[[Read], T]) -> T:
    """What ``want`` computes from the tree, in one query: it is called twice, first to see which
    hashes it reads. Raises ``LookupError`` where the tiles lack one."""
    asked: set[At] = set()

    def note(level: int, place: int) -> bytes:
        asked.add(tile_of(level, place)[0])
        return EMPTY

    want(note)
    return want(reader(load(session, asked)))


def load(session: Session, wanted: Iterable[At]) -> dict[At, bytes]:
    """Those of the wanted tiles that there are."""
    listed = sorted(wanted)
    if not listed:
        return {}
    among = tuple_(LogTile.level, LogTile.place).in_(listed)
    rows = session.execute(select(LogTile.level, LogTile.place, LogTile.hashes).where(among))
    return {(level, place): hashes for level, place, hashes in rows}


def edge_of(session: Session, size: int) -> dict[At, bytes]:
    """The partial tiles of a tree, one a level at most."""
    return load(session, edge_places(size))


def edge_places(size: int) -> list[At]:
    """Where the partial tiles of a tree are."""
    levels = range((size.bit_length() + BITS - 1) // BITS + 1)
    counts = [(level, size >> (BITS * level)) for level in levels]
    return [(level, count >> BITS) for level, count in counts if count % WIDTH]


def store(session: Session, tiles: Mapping[At, bytes]) -> None:
    """Write tiles over what there is in their places."""
    # A tile that is only begun now has nothing to remove; at most one a level has.
    firsts = {level: min(p for at, p in tiles if at == level) for level, _ in tiles}
    old = tuple_(LogTile.level, LogTile.place).in_(sorted(firsts.items()))
    session.execute(delete(LogTile).where(old))
    rows = [{"level": l_, "place": p, "hashes": data} for (l_, p), data in tiles.items()]
    session.connection().execute(insert(LogTile), rows)


def tree_size(session: Session) -> int:
    """How many leaves the tiles hold."""
    last = select(LogTile.place, func.length(LogTile.hashes)).where(LogTile.level == 0)
    row = session.execute(last.order_by(LogTile.place.desc()).limit(1)).one_or_none()
    return row[0] * WIDTH + row[1] // HASH if row else 0


def path_of(place: int, width: int = WIDTH) -> str:
    """A tile's place in its address: 1234067 is ``x001/x234/067``, then ``.p/WIDTH`` if partial."""
    head, last = divmod(place, 1000)
    path = f"{last:03}"
    while head:
        head, part = divmod(head, 1000)
        path = f"x{part:03}/{path}"
    return path if width == WIDTH else f"{path}.p/{width}"


def parse_path(path: str) -> tuple[int, int] | None:
    """Place and width from a tile's address; None for what is no such address."""
    match = _PATH.fullmatch(path)
    if not match or len(path) > 40:
        return None
    place = int((match[1] + match[2]).replace("x", "").replace("/", ""))
    width = int(match[3] or WIDTH)
    return (place, width) if path_of(place, width) == path else None


def _top(hashes: bytes) -> bytes:
    """The root over some hashes, as many as a power of two."""
    row = [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]
