"""One thing that is not in order: the same material paid for twice, and given back later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.demo.chapters import Event, Xinghe
from ledger.models import CostCentre, CostCentreKind, VoucherKind

K = VoucherKind
MARK = "twice"


def irregular(xinghe: Xinghe) -> Iterator[Event]:
    """Two invoices with nearly the same number, and the refund of the second."""
    told = xinghe.content["irregular"]
    rows = zip(told["days"], told["numbers"], told["purpose"], strict=True)
    for days, number, purpose in rows:
        yield (
            xinghe.at(days, 10, 20),
            partial(_pay, xinghe=xinghe, number=number, purpose=purpose),
        )
    refund = xinghe.content["findings"][MARK]
    yield xinghe.at(refund["refund"], 11), partial(_give_back, xinghe=xinghe)


def _about(session: Session, xinghe: Xinghe) -> tuple[dict[str, Any], tuple[str, int]]:
    """The project and the payee, and the area and year of the fund that pays most of it."""
    told = xinghe.content["irregular"]
    rows = select(CostCentre.id).where(
        CostCentre.kind == CostCentreKind.PROJECT,
        CostCentre.ref == xinghe.project(told["spending"]),
    )
    centre = session.scalars(rows).one()
    where = xinghe.treasury.fund_of(session, centre)
    return {"cost_centre_id": centre, "payee_id": xinghe.treasury.payees[told["payee"]]}, where


def _pay(session: Session, at: datetime, *, xinghe: Xinghe, number: str, purpose: str) -> None:
    about, where = _about(session, xinghe)
    amount = xinghe.content["irregular"]["amount"]
    about |= {"purpose": purpose, "number": number}
    voucher = xinghe.treasury.book(session, at, K.DISBURSE, where, amount, **about)
    xinghe.marks.setdefault(MARK, []).append(voucher.id)


def _give_back(session: Session, at: datetime, *, xinghe: Xinghe) -> None:
    about, where = _about(session, xinghe)
    amount = xinghe.content["irregular"]["amount"]
    purpose = xinghe.content["findings"][MARK]["refund_purpose"]
    xinghe.treasury.book(session, at, K.REFUND, where, amount, purpose=purpose, **about)
