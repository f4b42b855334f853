"""Reactions that happen after a commit: written with it, delivered at least once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, after_commit, transaction
from core.types import BigId, Json, LongText

log = structlog.get_logger()
Handler = Callable[[dict[str, Any]], None]
_HANDLERS: dict[str, Handler] = {}
LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 12


class OutboxMessage(Base):
    """One reaction owed. ``key`` makes it unique within its topic."""

    __tablename__ = "outbox_message"
    __table_args__ = (UniqueConstraint("topic", "key"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(200))
    payload: Mapped[Json]
    due_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None]
    last_error: Mapped[LongText | None]


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Register the one handler of ``topic``. It gets the payload, outside any transaction,
    and must bear being called twice."""

    def register(handler: Handler) -> Handler:
        if topic in _HANDLERS:
            raise ValueError(f"two handlers for {topic}")
        _HANDLERS[topic] = handler
        return handler

    return register


def enqueue(session: Session, topic: str, key: str, payload: dict[str, Any], now: datetime) -> None:
    """Owe a reaction, within the caller's transaction; the same topic and key only once."""
    if topic not in _HANDLERS:
        raise KeyError(f"no handler for {topic}")
    known = select(OutboxMessage.id).where(OutboxMessage.topic == topic, OutboxMessage.key == key)
    if session.scalar(known) is None:
        session.add(OutboxMessage(topic=topic, key=key, payload=payload, due_at=now))
        session.flush()
        after_commit(session, _wake)


def hold(session: Session, topic: str, key: str, now: datetime) -> None:
    """Keep a reaction from other workers for another ``LEASE``: for one that takes longer."""
    ours = (OutboxMessage.topic == topic, OutboxMessage.key == key)
    undelivered = OutboxMessage.delivered_at.is_(None)
    session.execute(update(OutboxMessage).where(*ours, undelivered).values(due_at=now + LEASE))


def _wake() -> None:
    from core.jobs import wake  # noqa: PLC0415 - jobs deliver what this module keeps

    wake()


def deliver(now: datetime, limit: int = 200) -> int:
    """Deliver what is due, oldest first; returns how many were delivered well."""
    done = 0
    for _ in range(limit):
        claimed = _claim(now)
        if claimed is None:
            break
        done += _attempt(*claimed, now)
    return done


def _claim(now: datetime) -> tuple[int, str, dict[str, Any]] | None:
    """Take the next message for ``LEASE``: a worker that dies gives it back by waiting."""
    with transaction() as session:
        message = session.scalar(
            select(OutboxMessage)
            .where(OutboxMessage.delivered_at.is_(None), OutboxMessage.due_at <= now)
            .where(OutboxMessage.attempts < MAX_ATTEMPTS)
            .order_by(OutboxMessage.due_at, OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if message is None:
            return None
        message.attempts += 1
        message.due_at = now + LEASE
        return message.id, message.topic, message.payload


def _attempt(ident: int, topic: str, payload: dict[str, Any], now: datetime) -> bool:
    try:
        _HANDLERS[topic](payload)
    except Exception as error:
        log.exception("outbox.failed", topic=topic, message=ident)
        _settle(ident, last_error=repr(error)[:2000])
        return False
    _settle(ident, delivered_at=now, last_error=None)
    return True


def _settle(ident: int, **values: Any) -> None:
    with transaction() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == ident).values(**values))
