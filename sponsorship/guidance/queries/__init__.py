"""Reads about guidance calls. What other parts need most stands here."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.i18n import lazy_gettext
from sponsorship.models import GuidanceCall, GuidanceVersion
from sponsorship.terms import Terms


def terms_of(version: GuidanceVersion) -> Terms:
    """What a version of a call lays down."""
    return Terms.from_json(version.terms)


def current(session: Session, call: GuidanceCall) -> GuidanceVersion:
    """The version of a call that holds; a pledge keeps the one it was made under.

    Raises ``Conflict`` for a call that was never published.
    """
    rows = select(GuidanceVersion).where(
        GuidanceVersion.call_id == call.id, GuidanceVersion.number == (call.version or None)
    )
    found = session.scalar(rows)
    if found is None:
        raise Conflict(lazy_gettext("This call is not published yet."))
    return found
