"""What the public record says of calls and openings, and who is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from core.canonical import digest
from sponsorship.models import GuidanceCall, GuidanceVersion, Opening, Pledge, Seat
from sponsorship.states import BINDING, PledgeState, SeatState
from transparency import log

_WAITING = BINDING | {PledgeState.OFFERED}


def whole_text(call: GuidanceCall, version: GuidanceVersion) -> dict[str, Any]:
    """Everything that a version says, as it is recorded and hashed."""
    return {
        "call": call.id,
        "number": version.number,
        "area": call.area_id,
        "currency": call.currency,
        "fund": call.fund_id,
        "matching_fund": call.matching_fund_id,
        "title": version.title,
        "text": version.text,
        "terms": version.terms,
        "reason": version.reason,
    }


def hash_of(call: GuidanceCall, version: GuidanceVersion) -> str:
    """SHA-256 of the canonical form of what a version says."""
    return digest(whole_text(call, version))


def record_call(
    session: Session, call: GuidanceCall, event: str, body: dict[str, Any], now: datetime
) -> int:
    """Record ``event`` of a call; gives the entry's number."""
    return log.record(session, event, [("call", call.id)], {"call": call.id} | body, now)


def record_opening(
    session: Session, opening: Opening, event: str, body: dict[str, Any], now: datetime
) -> int:
    """Record ``event`` of an opening, its call and its project; gives the entry's number."""
    subjects: list[log.Subject] = [("opening", opening.id), ("call", opening.call_id)]
    if opening.project_id is not None:
        subjects.append(("project", opening.project_id))
    about = {"opening": opening.id, "call": opening.call_id, "kind": opening.kind}
    return log.record(session, event, subjects, about | body, now)


def sponsors_of(session: Session, opening_ids: Iterable[int]) -> list[int]:
    """Everybody on the side of those who offered or gave something for these openings."""
    pledges = (Pledge.opening_id.in_(list(opening_ids)), Pledge.state.in_(_WAITING))
    seats = (
        select(Seat.person_id)
        .join(Pledge, Pledge.business_id == Seat.business_id)
        .where(*pledges, Seat.state == SeatState.ACTIVE)
    )
    people = select(Pledge.person_id).where(*pledges, Pledge.person_id.is_not(None))
    found = session.scalars(union(seats, people))
    return sorted(one for one in found if one is not None)
