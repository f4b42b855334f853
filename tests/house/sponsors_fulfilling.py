"""What comes after the signature, for the matrix of permissions: one of each thing that addresses
name."""

from __future__ import annotations

from datetime import date

from sponsorship.models import KindReceipt, Release
from tests.factories import Factory

DAY = date(2026, 3, 2)


def fulfilling(make: Factory, *, money: int, kind: int, officer: int) -> dict[str, int]:
    """A release of the pledge ``money`` that ``officer`` asked for and a receipt of the pledge in
    ``kind`` that they wrote; by the names in addresses."""
    release = Release(
        key="matrix-release",
        pledge_id=money,
        amount=1,
        match=0,
        asked_by_id=officer,
        asked_at=make.at,
    )
    receipt = KindReceipt(
        key="matrix-receipt",
        pledge_id=kind,
        text="Ten lamps have arrived.",
        value=1,
        method="list_price",
        basis="The price of the shop.",
        complete=True,
        received_on=DAY,
        received_by_id=officer,
        received_at=make.at,
    )
    return {"release_id": make.add(release), "kind_receipt_id": make.add(receipt)}
