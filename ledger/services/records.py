"""What the public record says of vouchers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger.models import CostCentre, Voucher
from transparency import log


def subjects_of(session: Session, voucher: Voucher) -> list[log.Subject]:
    """What a voucher is about: itself, its funds, and its project and round."""
    found: list[log.Subject] = [("voucher", voucher.id), ("fund", voucher.fund_id)]
    if voucher.to_fund_id is not None:
        found.append(("fund", voucher.to_fund_id))
    centre = session.get(CostCentre, voucher.cost_centre_id) if voucher.cost_centre_id else None
    return found + centre_subjects(session, centre)


def centre_subjects(session: Session, centre: CostCentre | None) -> list[log.Subject]:
    """A project and its round, or a round, as the record knows them."""
    found: list[log.Subject] = []
    while centre is not None:
        found.append((centre.kind, centre.ref))
        centre = session.get(CostCentre, centre.parent_id) if centre.parent_id else None
    return found


def record(
    session: Session, voucher: Voucher, event: str, body: dict[str, Any], now: datetime
) -> None:
    """Record ``event`` of a voucher, with what it asks for."""
    about = {
        "voucher": voucher.id,
        "kind": voucher.kind,
        "fund": voucher.fund_id,
        "amount": voucher.amount,
        "currency": voucher.currency,
    }
    log.record(session, event, subjects_of(session, voucher), about | body, now)
