"""What is made once in a run of the tests, however many workers there are."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask

from core import clock
from core.db import db
from tests.databases import one_at_a_time


def once(folder: Path, build: Callable[[], Flask]) -> Path:
    """A copy in ``folder`` of everything that belongs to the application which ``build`` makes on
    SQLite. Whoever comes first builds it, others wait."""
    with one_at_a_time(folder.with_suffix(".lock")):
        if not folder.exists():
            app = build()
            with app.app_context():
                db.engine.dispose()  # the database is one file again
            unfinished = folder.with_suffix(".unfinished")
            shutil.copytree(app.config["SETTINGS"].instance, unfinished, dirs_exist_ok=True)
            unfinished.rename(folder)
    return folder


def settle(app: Flask, at: datetime) -> None:
    """Make the demo community in an empty installation, and leave its clock as it was."""
    from budgeting.demo.seed import seed  # noqa: PLC0415 - not every run needs it

    app.extensions["clock"] = lambda: at
    with app.app_context():
        assert seed(at)
        assert clock.now() == at
