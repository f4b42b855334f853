"""What projects are handed in to, as much of it as projects need to know.

Rounds live in a room above; it registers here how to find them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import lazy_gettext
from core.types import Texts


@dataclass(frozen=True, slots=True)
class Call:
    """An open or past call for projects.

    ``features`` says what may be done now: ``propose``, ``revise``, ``review``. Bounds are
    minor units of ``currency``; ``areas`` are where a project may be, the whole area first.
    """

    id: int
    title: Texts
    url: str
    area_path: str
    areas: tuple[tuple[int, Texts], ...]
    languages: tuple[str, ...]
    currency: str
    cost_min: int
    cost_max: int
    features: frozenset[str]
    submission_ends: datetime | None
    submission_starts: datetime | None = None
    revision_ends: datetime | None = None  # until when a refused project may come again


# Every call that the public may know of, or only the one with the given identity.
Provider = Callable[[Session, datetime, int | None], list[Call]]
_PROVIDERS: list[Provider] = []


def call_provider(provider: Provider) -> Provider:
    """Register where calls come from."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)
    return provider


def calls(session: Session, now: datetime) -> list[Call]:
    """Every call that the public may know of."""
    return [call for provider in _PROVIDERS for call in provider(session, now, None)]


def get_call(session: Session, call_id: int, now: datetime) -> Call:
    """The call with this identity. Raises ``NotFound``."""
    for provider in _PROVIDERS:
        for call in provider(session, now, call_id):
            return call
    raise NotFound(lazy_gettext("There is no such round."))
