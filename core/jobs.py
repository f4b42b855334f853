"""Work beside the requests: the worker delivers the outbox and does what the clock asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread

import structlog
from flask import Flask, current_app
from huey import Huey, MemoryHuey, PostgresHuey, SqliteHuey, crontab

from config import Settings
from core import outbox
from core.clock import now

log = structlog.get_logger()
Tick = Callable[[datetime], None]
Loop = Callable[[Flask, Event], None]
_TICKS: dict[str, Tick] = {}
_LOOPS: dict[str, Loop] = {}
STOP_SECONDS = 5


def every_minute(name: str) -> Callable[[Tick], Tick]:
    """Register a job that the worker calls once a minute with the time.

    It must be idempotent and catch up by itself after the worker was down.
    """

    def register(tick: Tick) -> Tick:
        _TICKS[name] = tick
        return tick

    return register


def continuously(name: str) -> Callable[[Loop], Loop]:
    """Register what the worker runs in a thread of its own until the event is set.

    It opens application contexts by itself, and must bear being killed at any point.
    """

    def register(loop: Loop) -> Loop:
        _LOOPS[name] = loop
        return loop

    return register


def register(app: Flask) -> None:
    """Attach the queue that the settings name to ``app``."""
    huey = _queue(app.config["SETTINGS"])

    @huey.task(name="deliver")
    def deliver() -> None:
        with app.app_context():
            outbox.deliver(now())

    @huey.periodic_task(crontab(), name="minute")
    def minute() -> None:
        with app.app_context():
            run_due(now())

    app.extensions["huey"] = huey
    app.extensions["deliver"] = deliver


def _queue(settings: Settings) -> Huey:
    if settings.jobs == "postgres":
        dsn = settings.database_url.replace("postgresql+psycopg://", "postgresql://")
        return PostgresHuey("gongzhi", dsn=dsn, results=False)
    if settings.jobs == "memory":
        return MemoryHuey("gongzhi", results=False)
    return SqliteHuey("gongzhi", filename=str(settings.instance / "jobs.db"), results=False)


def wake() -> None:
    """Ask the worker to deliver the outbox now rather than at the next minute."""
    try:
        current_app.extensions["deliver"]()
    except Exception:
        # The minute job delivers it all the same; a commit must not fail over a bell.
        log.exception("jobs.wake_failed")


def run_due(at: datetime) -> None:
    """Everything that is due at ``at``: each registered tick, then the outbox.

    A tick that fails is logged and does not keep the others from running.
    """
    for name, tick in _TICKS.items():
        try:
            tick(at)
        except Exception:
            log.exception("jobs.tick_failed", tick=name)
    outbox.deliver(at)


def work(app: Flask, threads: int) -> None:
    """Run the worker in the foreground until it is told to stop."""
    with app.app_context():
        run_due(now())
    stop = Event()
    loops = [
        Thread(target=loop, args=(app, stop), name=name, daemon=True)
        for name, loop in _LOOPS.items()
    ]
    for loop in loops:
        loop.start()
    try:
        app.extensions["huey"].create_consumer(workers=threads, periodic=True).run()
    finally:
        stop.set()
        for loop in loops:
            loop.join(STOP_SECONDS)
