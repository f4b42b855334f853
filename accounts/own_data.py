"""A person's own data: every room gives its part of the copy, and lets go on erasure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

# Gives what a room keeps about a person, as JSON values (datetimes and dates are allowed).
Part = Callable[[Session, int], Any]
# Removes a person from a room's rows, within the erasure's transaction.
Eraser = Callable[[Session, int, datetime], None]
_PARTS: dict[str, Part] = {}
_ERASERS: list[Eraser] = []


def contributes(name: str, part: Part) -> None:
    """Put ``part(session, person_id)`` into every person's download, under ``name``."""
    _PARTS[name] = part


def on_erase(eraser: Eraser) -> Eraser:
    """Call ``eraser(session, person_id, now)`` whenever a person is erased."""
    if eraser not in _ERASERS:
        _ERASERS.append(eraser)
    return eraser


def parts() -> dict[str, Part]:
    """Every room's part of the download by name."""
    return dict(_PARTS)


def erasers() -> tuple[Eraser, ...]:
    """Everything that has to happen when a person is erased."""
    return tuple(_ERASERS)
