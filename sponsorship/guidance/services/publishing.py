"""Publishing what somebody else has written, and closing a call."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import hold
from core.errors import Conflict, Refused
from core.i18n import both, lazy_gettext
from projects.services.moves import advance
from sponsorship import bookings
from sponsorship.firewall import not_under_vote
from sponsorship.guidance.checks import Said
from sponsorship.guidance.queries import current, terms_of
from sponsorship.guidance.services.drafting import check_said, check_seen, waiting_draft
from sponsorship.guidance.services.openings import end
from sponsorship.guidance.services.record import hash_of, record_call, whole_text
from sponsorship.models import GuidanceCall, GuidanceVersion, Opening
from sponsorship.people import OFFICERS, staff_of, tell_all
from sponsorship.states import CALL_MOVES, OpeningState


def publish(
    session: Session, call_id: int, by_id: int, now: datetime, *, seen: str | None = None
) -> GuidanceVersion:
    """Publish the draft of a call that somebody else has written: from now on it holds for new
    pledges, and those made before keep the version that they were made under. ``seen`` is the hash
    of what the second person has read.

    Raises ``Refused`` for its author, ``Invalid`` for what no longer fits, ``Conflict`` when it is
    published already, was changed, or the call is closed.
    """
    call = hold(session, GuidanceCall, call_id)
    draft = waiting_draft(session, call)
    if draft is None:
        raise Conflict(lazy_gettext("This is published already. Please look at the page again."))
    if draft.written_by_id == by_id:
        raise Refused(lazy_gettext("You wrote this yourself; somebody else has to publish it."))
    check_seen(session, call, draft, seen)
    said = Said(draft.title, draft.text, terms_of(draft), call.matching_fund_id, draft.reason)
    check_said(session, call, said, draft.number, now)
    advance(call, CALL_MOVES, "publish")
    call.version, call.published_at = draft.number, call.published_at or now
    draft.published_by_id, draft.published_at = by_id, now
    draft.sha256 = hash_of(call, draft)
    session.flush()
    bookings.call_centre(session, call)
    _record(session, call, draft, now)
    message = lazy_gettext("“%(title)s” is published.")
    tell_all(session, [draft.written_by_id], both(message, title=draft.title), page_of(call), now)
    return draft


def _record(session: Session, call: GuidanceCall, version: GuidanceVersion, now: datetime) -> None:
    record_call(session, call, "call.text", whole_text(call, version), now)
    event = "call.published" if version.number == 1 else "call.changed"
    body = {"number": version.number, "title": version.title, "sha256": version.sha256}
    record_call(session, call, event, body | {"reason": version.reason}, now)


def close_call(
    session: Session, call_id: int, reason: str, by_id: int, now: datetime
) -> GuidanceCall:
    """Close a call for good, and what it looks for partners for; pledges made go on. Openings
    whose project is under vote stay as they are, as nothing about them is said then.

    Raises ``Conflict`` for anything but an open call.
    """
    call = hold(session, GuidanceCall, call_id)
    advance(call, CALL_MOVES, "close")
    call.closed_at, call.closed_reason = now, reason
    draft = waiting_draft(session, call)
    if draft is not None:
        session.delete(draft)
    title = current(session, call).title
    record_call(session, call, "call.closed", {"title": title, "reason": reason}, now)
    rows = (
        select(Opening)
        .where(Opening.call_id == call.id, Opening.state == OpeningState.OPEN, not_under_vote())
        .order_by(Opening.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    end(session, session.scalars(rows).all(), reason, now)
    others = [one for one in staff_of(session, call.area.path, OFFICERS, now) if one != by_id]
    tell_all(
        session,
        others,
        both(lazy_gettext("The call “%(title)s” is closed."), title=title),
        page_of(call),
        now,
    )
    return call


def page_of(call: GuidanceCall) -> str:
    """A call's public page."""
    return f"/partners/calls/{call.id}"
