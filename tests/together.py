"""Several workers at the same moment, with real threads, for tests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

from core.db import db

T = TypeVar("T")


def together(app: Flask, work: Callable[[], T], number: int = 2) -> list[T]:
    """Do the same in so many threads at once; what one of them raises is raised here."""
    start = Barrier(number)

    def one(_number: int) -> T:
        with app.app_context():
            start.wait(10)
            return work()

    db.session.rollback()
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))
