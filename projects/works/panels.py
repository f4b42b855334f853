"""What is being carried out, on the first page."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core.clock import local_date, now
from projects.works.lists import on_home


def home_delivery(session: Session, _subject: object) -> dict[str, Any] | None:
    """How much is being carried out, and how much of it is late."""
    found = on_home(session, local_date(now()))
    return {"found": found} if found else None
