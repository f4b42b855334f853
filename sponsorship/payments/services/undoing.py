"""Taking back what was booked: each line mirrored, the last one first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import local_date
from ledger.journal import Kind, Line, Ref
from ledger.models import Account, Transfer
from ledger.posting import Group, group_name, post
from transparency.log import Subject


def undo(
    session: Session, booked: str, key: str, subjects: Sequence[Subject], now: datetime
) -> None:
    """Book under ``key`` the mirror of the group that was booked under ``booked``; nothing, where
    nothing was. Raises as ``ledger.posting.post``."""
    rows = select(Transfer).where(Transfer.group_id == group_name(booked))
    transfers = session.scalars(rows.order_by(Transfer.id.desc())).all()
    if not transfers:
        return
    refs = _refs(session, {i for one in transfers for i in (one.debit_id, one.credit_id)})
    group = Group(
        key=key,
        lines=[Line(t.code, refs[t.credit_id], refs[t.debit_id], t.amount) for t in transfers],
        effective_on=local_date(now),
        currency=transfers[0].currency,
        source_ref=transfers[0].source_ref,
        subjects=subjects,
        reverses=[one.id for one in transfers],
    )
    post(session, group, now)


def _refs(session: Session, ids: set[int]) -> dict[int, Ref]:
    rows = session.scalars(select(Account).where(Account.id.in_(ids)))
    return {
        one.id: Ref(one.fund_id, Kind(one.kind), one.cost_centre_id, one.payee_id) for one in rows
    }
