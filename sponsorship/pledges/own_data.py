"""What pledges keep about a person, and how they let go of it.

Who decided and signed stays by number: these are acts of an office, or for a business. Who gave a
little themselves stays, too, while money of it may have to go back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from accounts.own_data import contributes, on_erase
from sponsorship.models import Pledge
from sponsorship.states import PledgeState


def own_part(session: Session, person_id: int) -> dict[str, Any]:
    """What a person gave, and what they wrote for a business."""
    rows = select(Pledge).where(or_(Pledge.person_id == person_id, Pledge.by_id == person_id))
    return {
        "pledges": [
            {
                "number": one.number,
                "state": one.state,
                "for_a_business": one.business_id is not None,
                "kind": one.kind,
                "amount": one.amount,
                "currency": one.currency,
                "anonymous": one.anonymous,
                "what": one.what,
                "valuation": one.valuation,
                "message": one.message,
                "offered_at": one.offered_at,
            }
            for one in session.scalars(rows.order_by(Pledge.id))
        ]
    }


contributes("pledges", own_part)


@on_erase
def erase(session: Session, person_id: int, now: datetime) -> None:
    """Gifts lose their giver's name in public and their words; what was offered for a business
    stays, without who wrote it; drafts are withdrawn."""
    own = Pledge.person_id == person_id
    session.execute(update(Pledge).where(own).values(anonymous=True, message=""))
    mine = Pledge.by_id == person_id
    drafts = update(Pledge).where(mine, Pledge.state == PledgeState.DRAFT)
    session.execute(
        drafts.values(state=PledgeState.WITHDRAWN, ended_at=now, message="", what="", valuation="")
    )
    session.execute(update(Pledge).where(mine).values(by_id=None))
