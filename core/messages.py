"""Carrying a short message to a phone or a mailbox; who says what is other rooms' matter."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Protocol

import structlog

from config import Settings

log = structlog.get_logger()


class MessageProvider(Protocol):
    """What an SMS or mail gateway has to do to be used here."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Hand the message over. Raises any exception when it was not accepted."""
        ...


class ConsoleProvider:
    """Writes messages to the log: for trying things out on one's own machine."""

    def send(self, address: str, subject: str, text: str) -> None:
        log.info("message", to=address, subject=subject, text=text)


class FileProvider:
    """Appends messages, one JSON object a line, to ``messages.jsonl`` in the instance folder."""

    def __init__(self, settings: Settings) -> None:
        self.path: Path = settings.instance / "messages.jsonl"

    def send(self, address: str, subject: str, text: str) -> None:
        line = {
            "at": datetime.now(UTC).isoformat(),
            "to": address,
            "subject": subject,
            "text": text,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def make_provider(settings: Settings) -> MessageProvider:
    """The provider that ``GONGZHI_MESSAGE_BACKEND`` names.

    ``console``, ``file``, or ``package.module:Class`` of a city's own gateway, which is
    called with the settings. Raises ``ValueError`` for anything else.
    """
    if settings.message_backend == "console":
        return ConsoleProvider()
    if settings.message_backend == "file":
        return FileProvider(settings)
    module, _, name = settings.message_backend.partition(":")
    if not name:
        raise ValueError(f"unknown message backend {settings.message_backend!r}")
    provider: MessageProvider = getattr(import_module(module), name)(settings)
    return provider
