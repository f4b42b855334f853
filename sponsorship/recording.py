"""What the public record says of pledges: numbers and sums, never who a private person is, and
nothing that leads to a project on which a vote runs or may still come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from sponsorship.firewall import may_be_voted_on
from sponsorship.models import Pledge
from transparency import log

UNDECIDED = frozenset({"pledge.offered", "pledge.withdrawn"})


def record(
    session: Session,
    pledge: Pledge,
    event: str,
    now: datetime,
    body: Mapping[str, Any] | None = None,
) -> None:
    """Record ``event`` (such as ``pledge.accepted``) of a pledge, with its number, kind and amount
    besides ``body``; its organisation is named where a business gives it. Of what the authority has
    not decided yet only the number is said."""
    subjects: list[log.Subject] = [("pledge", pledge.id), ("call", pledge.opening.call_id)]
    if event in UNDECIDED:
        log.record(session, event, subjects, {"pledge": pledge.id} | dict(body or {}), now)
        return
    business = pledge.business
    if business is not None:
        subjects.append(("business", business.id))
    if pledge.opening.project_id is not None and not may_be_voted_on(pledge.opening):
        subjects.append(("project", pledge.opening.project_id))
    about: dict[str, Any] = {
        "pledge": pledge.id,
        "kind": pledge.kind,
        "amount": pledge.amount,
        "match": pledge.match,
        "currency": pledge.currency,
    }
    if business is not None and business.organisation_id is not None and not pledge.anonymous:
        about["organisation"] = business.organisation_id
    log.record(session, event, subjects, about | dict(body or {}), now)
