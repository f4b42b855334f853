"""Which rooms tell of the demo; nothing of it is loaded before it is made."""

from __future__ import annotations

_CHAPTERS: list[str] = []


def add_chapter(path: str) -> None:
    """Register the function at ``package.module:name``, which gets the ``Xinghe`` of
    ``budgeting.demo.chapters`` and gives events with their times; adding it again changes
    nothing."""
    if path not in _CHAPTERS:
        _CHAPTERS.append(path)


def registered() -> list[str]:
    """Where the chapters are, in their order."""
    return list(_CHAPTERS)
