"""What a sealed bid says, and everything in which it might be found."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from audit.exports.formats import FORMATS
from core.db import Base, db
from tests.house.test_matrix import World

# Nothing else on the site says these.
OFFER = "KINGFISHER oak from the far hills"
RELATION = "HERON sister of the third clerk"
PRICE = 76_543_21
DAYS = 3137
NAME = "Cormorant and Daughters Ltd"
TWIN = "Bittern and Daughters Ltd"
SAYS = re.compile(rb"KINGFISHER|HERON|7654321|76[, .]?543|(?<![0-9a-f])3137(?![0-9a-f])")
TWINS = ("Cormorant", "Bittern")


def unpacked(body: bytes) -> bytes:
    """What a file says, zipped or not."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist())


def told(body: bytes) -> list[str]:
    """Whatever of the bid is found in some bytes."""
    return sorted({found.decode() for found in SAYS.findall(unpacked(body))})


def addresses(world: World, rule: Rule, more: dict[str, Any]) -> Iterator[str]:
    """The addresses of a route that is read, with everything that might be in them."""
    known = world.known(rule, "decided") | more
    several = {
        "name": [*FORMATS, "verify.py", "witness.py"],
        "seq": range(more["entries"]),
        "code": ["en"],
        "state": ["on"],
        "level": ["0", "1", "entries"],
        "path": ["000", "000.p/1", "entries/000"],
        "filename": ["css/gongzhi.css"],
        "year": [2026],
    }
    wide = [name for name in rule.arguments if name in several]
    base = {name: known[name] for name in rule.arguments if name not in several}
    if not wide:
        yield _built(rule, base)
    for value in several[wide[0]] if wide else ():
        yield _built(rule, base | dict.fromkeys(wide, value))


def _built(rule: Rule, values: dict[str, Any]) -> str:
    path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: str(values[found[1]]), rule.rule)
    return f"{path}?round={values.get('round_id', 1)}"


def read_rules(app: Flask) -> list[Rule]:
    """Every route that is read."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.endpoint != "static"
    ]


def tables() -> bytes:
    """Every row of every table."""
    db.session.rollback()
    rows = []
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(table.select()):
            rows += [_text(value) for value in row]
    return b"\n".join(rows)


def _text(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def folder(path: Path) -> bytes:
    """Every file in a folder."""
    return b"\n".join(unpacked(one.read_bytes()) for one in path.rglob("*") if one.is_file())
