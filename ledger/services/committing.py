"""What a vote decided is booked by itself: the winners' costs, out of the round's money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.clock import local_date
from core.types import Texts
from ledger.accounts import cost_centre
from ledger.journal import Kind, Line, Ref
from ledger.models import Account, Balance, CostCentre, CostCentreKind, Fund
from ledger.posting import Group, post
from ledger.services.waiting import needed, waiting


@dataclass(frozen=True, slots=True)
class Winner:
    """A project that won: its number and title, its cost in minor units, and the area that it is
    for."""

    project: int
    title: Texts
    cost: int
    area: int | None = None


@dataclass(slots=True)
class _Pot:
    """What is left of a round's money in one fund, and the path of the fund's area."""

    fund: int
    left: int
    currency: str
    path: str


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
            made.cost, made.currency, made.area_id = winner.cost, currency, winner.area
    session.flush()
    return commit_due(session, centre, now)


def commit_due(session: Session, centre: CostCentre, now: datetime) -> list[CostCentre]:
    """Commit the cost of every winner of a round, less what partners have given, that is neither
    committed nor closed and for which enough is appropriated, in their order; gives the others.
    Whoever calls it holds the round's cost centre.

    A project is paid by its own area's fund first, then by those of the areas above it; never by
    another community's.
    """
    pots = _appropriated(session, centre.id)
    without = []
    for project, missing in _uncommitted(session, centre.id):
        shares = _shares(pots, project, missing)
        if not shares:
            without.append(project)
            continue
        lines = [
            Line(
                "commit",
                Ref(pot.fund, Kind.APPROPRIATION, centre.id),
                Ref(pot.fund, Kind.ENCUMBRANCE, project.id),
                amount,
            )
            for pot, amount in shares
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
        for pot, amount in shares:
            pot.left -= amount
    return without


def _appropriated(session: Session, centre_id: int) -> list[_Pot]:
    """What is left of the round's money, the lowest areas' first; held against others."""
    rows = (
        select(Fund.id, Balance.net, Fund.currency, Area.path)
        .join(Account, Account.fund_id == Fund.id)
        .join(Balance, Balance.account_id == Account.id)
        .join(Area, Area.id == Fund.area_id)
        .where(Account.kind == Kind.APPROPRIATION, Account.cost_centre_id == centre_id)
        .order_by(Account.id)
        .with_for_update(of=Balance)
    )
    pots = [_Pot(*row) for row in session.execute(rows)]
    return sorted(pots, key=lambda pot: pot.path.count("/"), reverse=True)


def _uncommitted(session: Session, centre_id: int) -> list[tuple[CostCentre, int]]:
    """The winners that wait for money, each with what the round has to pay."""
    rows = select(CostCentre, needed()).where(CostCentre.parent_id == centre_id, waiting())
    found = session.execute(rows.order_by(CostCentre.id))
    return [(centre, int(missing)) for centre, missing in found]


def _shares(pots: list[_Pot], project: CostCentre, missing: int) -> list[tuple[_Pot, int]]:
    """From which pot how much; empty when all of them together have too little."""
    path = project.area.path if project.area else None
    shares = []
    for pot in pots:
        fits = pot.currency == project.currency and (path is None or path.startswith(pot.path))
        if fits and missing and pot.left > 0:
            shares.append((pot, min(pot.left, missing)))
            missing -= shares[-1][1]
    return [] if missing else shares
