"""What a vote decided is booked by itself: the winners' costs, out of the round's money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.clock import local_date
from core.types import Texts
from ledger.accounts import cost_centre
from ledger.journal import Kind, Line, Ref
from ledger.models import Account, Balance, CostCentre, CostCentreKind, Fund
from ledger.posting import Group, post


@dataclass(frozen=True, slots=True)
class Winner:
    """A project that won: its number and title, and its cost in minor units."""

    project: int
    title: Texts
    cost: int


def enter_winners(
    session: Session,
    round_id: int,
    title: Texts,
    currency: str,
    winners: Sequence[Winner],
    *,
    now: datetime,
) -> list[CostCentre]:
    """Note what a decided round has to pay for, and commit as much of it as is appropriated.

    Idempotent. Gives the projects for which there is no money yet; they are committed when it
    is appropriated.
    """
    centre = cost_centre(session, CostCentreKind.ROUND, round_id, title)
    for winner in winners:
        made = cost_centre(
            session, CostCentreKind.PROJECT, winner.project, winner.title, parent=centre
        )
        if made.cost is None:
            made.cost, made.currency = winner.cost, currency
    session.flush()
    return commit_due(session, centre, now)


def commit_due(session: Session, centre: CostCentre, now: datetime) -> list[CostCentre]:
    """Commit the cost of every winner of a round that is not committed yet and for which enough
    is appropriated, in their order; gives the others."""
    left = _appropriated(session, centre.id)
    waiting = []
    for project in _uncommitted(session, centre.id):
        shares = _shares(left, project)
        if shares is None:
            waiting.append(project)
            continue
        lines = [
            Line(
                "commit",
                Ref(fund, Kind.APPROPRIATION, centre.id),
                Ref(fund, Kind.ENCUMBRANCE, project.id),
                amount,
            )
            for fund, amount in shares.items()
        ]
        group = Group(
            key=f"commit:{project.id}",
            lines=lines,
            effective_on=local_date(now),
            currency=project.currency or "",
            source_ref=f"vote:{centre.ref}",
            subjects=[("project", project.ref), ("round", centre.ref)],
        )
        post(session, group, now)
        for fund, amount in shares.items():
            left[fund] = (left[fund][0] - amount, left[fund][1])
    return waiting


def _appropriated(session: Session, centre_id: int) -> dict[int, tuple[int, str]]:
    """What is left of the round's money, by fund, with its currency; held against others."""
    rows = (
        select(Fund.id, Balance.net, Fund.currency)
        .join(Account, Account.fund_id == Fund.id)
        .join(Balance, Balance.account_id == Account.id)
        .where(Account.kind == Kind.APPROPRIATION, Account.cost_centre_id == centre_id)
        .order_by(Account.id)
        .with_for_update(of=Balance)
    )
    return {fund: (net, currency) for fund, net, currency in session.execute(rows)}


def _uncommitted(session: Session, centre_id: int) -> list[CostCentre]:
    committed = exists().where(
        Account.cost_centre_id == CostCentre.id, Account.kind == Kind.ENCUMBRANCE
    )
    rows = (
        select(CostCentre)
        .where(CostCentre.parent_id == centre_id, CostCentre.cost.is_not(None), ~committed)
        .order_by(CostCentre.id)
    )
    return list(session.scalars(rows))


def _shares(left: dict[int, tuple[int, str]], project: CostCentre) -> dict[int, int] | None:
    """From which fund how much; None when all of them together have too little."""
    missing, shares = project.cost or 0, {}
    for fund, (amount, currency) in left.items():
        if missing and amount > 0 and currency == project.currency:
            shares[fund] = min(amount, missing)
            missing -= shares[fund]
    return None if missing else shares
