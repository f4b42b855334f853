"""The payments of a pledge, on its page for the sponsor and on the office's."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy.orm import Session

from core.policy import may
from sponsorship.models import PledgeKind
from sponsorship.payments.queries.payments import of_pledge, to_pay
from sponsorship.pledges.view import PledgeCase
from sponsorship.states import PAYABLE, PledgeState

_BEFORE = frozenset(
    {
        PledgeState.DRAFT,
        PledgeState.OFFERED,
        PledgeState.ACCEPTED,
        PledgeState.DECLINED,
        PledgeState.WITHDRAWN,
    }
)


def own_payments(session: Session, case: PledgeCase) -> dict[str, Any] | None:
    """What was paid, and what is to be paid next."""
    if not _shows(case):
        return None
    missing = to_pay(case.pledge) if case.state in PAYABLE else []
    pays = may(g.actor, "sponsorship:payment:begin", case)
    return {"rows": of_pledge(session, case.pledge.id), "missing": missing, "pays": pays}


def payments(session: Session, case: PledgeCase) -> dict[str, Any] | None:
    """What was paid, for the office."""
    return {"rows": of_pledge(session, case.pledge.id)} if _shows(case) else None


def _shows(case: PledgeCase) -> bool:
    return case.pledge.kind == PledgeKind.MONEY and case.state not in _BEFORE
