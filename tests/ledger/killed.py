"""Operations of the ledger in processes that are killed.

For each n in turn, a forked process does the operation and is killed at the n-th point: before
each statement, before the commit, and after it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from flask import Flask
from sqlalchemy import event

from accounts.models import Role
from core.db import db, transaction
from core.errors import DomainError
from ledger.journal import Event, lines_of
from ledger.posting import Group, post
from ledger.services import approving
from ledger.services.approving import Answer


def do_post(about: dict[str, Any], at: datetime) -> None:
    """Money from outside into a fund, booked directly."""
    lines = lines_of("receive", Event(fund=about["fund"]), 70)
    group = Group("gift", lines, at.date(), "CNY", about["asks"], about["approves"])
    with transaction() as session:
        post(session, group, at)


def do_approve(about: dict[str, Any], at: datetime) -> None:
    """The last approval of a voucher."""
    with transaction() as session:
        answer = Answer(about["approves"], Role.APPROVER)
        approving.approve(session, about["voucher"], answer, at)


def do_pay(about: dict[str, Any], at: datetime) -> None:
    """The payment of a voucher."""
    with transaction() as session:
        approving.pay(session, about["voucher"], about["asks"], at.date(), at)


OPERATIONS: dict[str, Callable[[dict[str, Any], datetime], None]] = {
    "post": do_post,
    "approve": do_approve,
    "pay": do_pay,
}


def kill(app: Flask, pipe: Connection, operation: str, about: dict[str, Any]) -> None:
    """Kill at the first point, the second, … until one is past the end. Sends how each process
    ended, and goes on when something comes in."""
    for number in range(1, 200):
        child = os.fork()
        if child == 0:
            _die_at(app, number, lambda: OPERATIONS[operation](about, _at(about)))
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        pipe.send("killed" if killed else f"ended {os.waitstatus_to_exitcode(status)}")
        if not killed:
            return
        pipe.recv()


def _at(about: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(about["at"])


def _die_at(app: Flask, number: int, work: Callable[[], None]) -> None:
    passed = 0

    def point(*_args: object) -> None:
        nonlocal passed
        passed += 1
        if passed == number:
            os.kill(os.getpid(), signal.SIGKILL)

    status = 0
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", point)
        event.listen(db.engine, "commit", point)
        try:
            work()
            point()
        except DomainError:
            status = 7
    os._exit(status)
