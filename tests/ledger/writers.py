"""Several processes at work on the same books."""

from __future__ import annotations

import multiprocessing
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from flask import Flask

from core.errors import DomainError
from tests.ledger.killed import OPERATIONS

FORK = multiprocessing.get_context("fork")


def write(app: Flask, pipe: Connection, lists: list[list[tuple[str, dict[str, Any]]]]) -> None:
    """Start a process for each list of operations (of ``killed.OPERATIONS``), which it does one
    after the other; let them go at once, and wait. Sends how many operations were done and how
    many refused, and how many processes broke down."""
    start, refused = FORK.Barrier(len(lists)), FORK.Value("i", 0)

    def work(todo: list[tuple[str, dict[str, Any]]]) -> None:
        with app.app_context():
            start.wait(30)
            for operation, about in todo:
                try:
                    OPERATIONS[operation](about, datetime.fromisoformat(about["at"]))
                except DomainError:
                    with refused.get_lock():
                        refused.value += 1

    processes = [FORK.Process(target=work, args=(todo,)) for todo in lists]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    broken = sum(process.exitcode != 0 for process in processes)
    pipe.send((sum(map(len, lists)) - refused.value, refused.value, broken))
