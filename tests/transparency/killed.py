"""A sequencer in a process of its own that dies at a named point."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask
from sqlalchemy import event

from core.db import db
from transparency import sequencer

# What has just been done when it dies.
POINTS = {
    "places": "UPDATE leaf",
    "old tiles removed": "DELETE FROM log_tile",
    "tiles": "INSERT INTO log_tile",
    "state": "INSERT INTO log_state",
    "checkpoint": "INSERT INTO checkpoint",
}


def sequence(app: Flask, _pipe: object, point: str) -> None:
    """Sequence until the point is reached."""
    with app.app_context():
        seen: list[str] = []

        def die(_c: object, _k: object, statement: str, *_rest: Any) -> None:
            seen.append(statement)
            if POINTS.get(point) and statement.startswith(POINTS[point]):
                os._exit(9)

        def committed(_c: object) -> None:
            wrote = any(s.startswith(("UPDATE leaf", "INSERT INTO checkpoint")) for s in seen)
            if point == "before the commit" and wrote:
                os._exit(9)

        def after(*_args: object) -> None:
            os._exit(9)

        event.listen(db.engine, "after_cursor_execute", die)
        event.listen(db.engine, "commit", committed)
        if point == "between tree and signature":
            assert "sign_newest" in vars(sequencer)
            vars(sequencer)["sign_newest"] = after
        sequencer.drain(app)
