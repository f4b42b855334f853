"""Several processes at work on the same books: writers URL FOLDER ARGUMENTS.

The arguments list for each process the operations (of ``killed.OPERATIONS``) that it does one
after the other. Says how many were done and how many refused, in all.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from app import create_app
from config import Settings
from core.errors import DomainError
from tests.ledger.killed import OPERATIONS

FORK = multiprocessing.get_context("fork")


def main(url: str, instance: str, arguments: str) -> int:
    """Start them all, let them go at once, and wait; the number that broke down."""
    settings = Settings(secret_key="x", instance=Path(instance), database_url=url, jobs="memory")
    app = create_app(settings)
    lists: list[list[tuple[str, dict[str, Any]]]] = json.loads(arguments)
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
    sys.stdout.write(f"{sum(map(len, lists)) - refused.value} {refused.value}\n")
    return sum(process.exitcode != 0 for process in processes)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
