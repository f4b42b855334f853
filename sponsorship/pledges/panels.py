"""What becomes of a pledge, on its pages, for its sponsor and for the office."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.policy import may
from sponsorship import bookings
from sponsorship.models import KindReceipt, PledgeKind
from sponsorship.pledges.afterwards_cases import KindCase
from sponsorship.pledges.queries.releasing import releases_of
from sponsorship.pledges.services.receiving import received_value
from sponsorship.pledges.view import PledgeCase
from sponsorship.pledges.words import METHODS
from sponsorship.states import PAYABLE, PLEDGE_MOVES, PledgeState


def released(session: Session, case: PledgeCase) -> dict[str, Any] | None:
    """Where the money of a pledge went, and what is left of it."""
    pledge = case.pledge
    if pledge.kind != PledgeKind.MONEY or not pledge.paid:
        return None
    rows = releases_of(session, pledge.id)[pledge.id]
    return {
        "rows": rows,
        "kept": bookings.kept_for(session, pledge),
        "match": bookings.match_left(session, pledge),
        "waiting": [one for one in rows if not one.approved_at and not one.refused_at],
    }


def released_office(session: Session, case: PledgeCase) -> dict[str, Any] | None:
    """The same, with what the office can do."""
    found = released(session, case)
    if found is None:
        return None
    asks = case.state == PledgeState.PAID and may(g.actor, "sponsorship:release:ask", case)
    return found | {"asks": asks and found["kept"] > 0, "decides": asks}


def received(session: Session, case: PledgeCase) -> dict[str, Any] | None:
    """What arrived of a gift in kind."""
    pledge = case.pledge
    if pledge.kind == PledgeKind.MONEY:
        return None
    rows = (
        select(KindReceipt)
        .where(KindReceipt.pledge_id == pledge.id)
        .options(selectinload(KindReceipt.photos))
        .order_by(KindReceipt.id.desc())
    )
    receipts = session.scalars(rows).all()
    if not receipts and PledgeState(pledge.state) not in PAYABLE:
        return None
    value = received_value(session, pledge.id)
    return {
        "receipts": receipts,
        "value": value,
        "methods": METHODS,
        "waits": case.state in PAYABLE,
    }


def received_office(session: Session, case: PledgeCase) -> dict[str, Any] | None:
    """The same, with what the office can do."""
    found = received(session, case)
    if found is None:
        return None
    waiting = any(one.confirmed_at is None for one in found["receipts"])
    writes = may(g.actor, "sponsorship:receipt:write", KindCase(case, None))
    return found | {"writes": writes and found["waits"] and not waiting, "decides": writes}


def ending(session: Session, case: PledgeCase) -> dict[str, Any] | None:
    """Why a pledge ended, or how the sponsor calls it off."""
    over = (case.state, "cancel") in PLEDGE_MOVES and not case.pledge.paid
    url = f"/sponsor/pledges/{case.pledge.id}/cancel"
    return _ending(case, url if over and may(g.actor, "sponsorship:pledge:give_up", case) else None)


def ending_office(session: Session, case: PledgeCase) -> dict[str, Any] | None:
    """The same for the office."""
    can = (case.state, "cancel") in PLEDGE_MOVES and may(g.actor, "sponsorship:pledge:cancel", case)
    return _ending(case, f"/office/partners/pledges/{case.pledge.id}/cancel" if can else None)


def _ending(case: PledgeCase, url: str | None) -> dict[str, Any] | None:
    return {"url": url} if url or case.pledge.ended_reason else None
