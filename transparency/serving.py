"""The log as programs read it: C2SP tlog-tiles, and the programs to check it with."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from flask import Blueprint, Response, abort, stream_with_context

from config import ROOT
from core.db import db
from core.policy import public
from core.web import limiter
from transparency.exporting import bundle, to_zip
from transparency.leaves import placed
from transparency.queries import whole_note
from transparency.signing import newest_checkpoint
from transparency.tiles import HASH, WIDTH, load, parse_path, tree_size

blueprint = Blueprint("log_files", __name__, url_prefix="/log")
LEVELS = 64
FOREVER = "public, max-age=31536000, immutable"
PROGRAMS = {
    "verify.py": Path(__file__).with_name("verify.py"),
    "witness.py": ROOT / "tools" / "witness.py",
}


@blueprint.get("/checkpoint")
@public
def checkpoint() -> Response:
    """The newest signed state of the log, with what witnesses signed under it."""
    newest = newest_checkpoint(db.session)
    if newest is None:
        abort(404)
    response = Response(whole_note(db.session, newest), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=2"
    return response


@blueprint.get("/vkey")
@public
def vkey() -> Response:
    """The public key of the log."""
    newest = newest_checkpoint(db.session)
    if newest is None:
        abort(404)
    return Response(f"{newest.vkey}\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/tile/entries/<path:path>")
@public
def entries(path: str) -> Response:
    """A bundle of entries, each behind its length in two bytes."""
    place, width = _address(path)
    start = place * WIDTH
    if start + width > tree_size(db.session):
        abort(404)
    return _immutable(bundle(placed(db.session, start, width), start, width))


@blueprint.get("/tile/<level>/<path:path>")
@public
def tile(level: str, path: str) -> Response:
    """Hashes of the tree."""
    place, width = _address(path)
    if level not in map(str, range(LEVELS)):
        abort(404)
    at = (int(level), place)
    found = load(db.session, [at]).get(at, b"")[: width * HASH]
    if len(found) != width * HASH:
        abort(404)
    return _immutable(found)


@blueprint.get("/<any('verify.py', 'witness.py'):name>")
@public
def program(name: str) -> Response:
    """A program to check the log with, or to be a witness with."""
    response = Response(PROGRAMS[name].read_bytes(), content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


@blueprint.get("/gongzhi-log.zip")
@public
@limiter.limit("6 per minute")
def archive() -> Response:
    """Everything that ``verify.py`` needs, streamed."""
    pieces = to_zip(db.session)
    first = next(pieces)
    stream = stream_with_context(chain([first], pieces))
    response = Response(stream, content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="gongzhi-log.zip"'
    return response


def _address(path: str) -> tuple[int, int]:
    found = parse_path(path)
    # More than a database numbers is nowhere.
    if found is None or found[0] >= 2**31 // WIDTH:
        abort(404)
    return found


def _immutable(data: bytes) -> Response:
    response = Response(data, content_type="application/octet-stream")
    response.headers["Cache-Control"] = FOREVER
    return response
