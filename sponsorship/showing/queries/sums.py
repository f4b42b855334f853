"""What was pledged for openings, and what public money would still add."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from ledger.journal import Kind
from ledger.models import Account, Balance, CostCentre, CostCentreKind
from sponsorship.matching import Limit, Match, Matched, match_for
from sponsorship.models import KindReceipt, Opening, OpeningKind, Pledge, PledgeKind
from sponsorship.showing.queries.rules import Rules
from sponsorship.states import BINDING

# More than anybody gives: what it would be matched with is what there is at most.
_ALL = 10**15
_MONEY = Pledge.kind == PledgeKind.MONEY
# What stands of a pledge of money, without what was given back or is disputed.
STANDS: ColumnElement[int] = case(
    (_MONEY, Pledge.amount - Pledge.refunded - Pledge.disputed), else_=0
)
IN_KIND: ColumnElement[int] = case((_MONEY, 0), else_=Pledge.amount)
# What two people found that gifts in kind are worth which have arrived.
RECEIVED: ColumnElement[int] = (
    select(func.coalesce(func.sum(KindReceipt.value), 0))
    .where(KindReceipt.pledge_id == Pledge.id, KindReceipt.confirmed_at.is_not(None))
    .correlate(Pledge)
    .scalar_subquery()
)
PAID: ColumnElement[int] = Pledge.paid - Pledge.refunded - Pledge.disputed


@dataclass(frozen=True, slots=True)
class Sums:
    """What was pledged for an opening, in minor units: money, the public money that doubles it,
    and what gifts in kind are worth, which is never added to money; what of the money is paid; how
    many pledges that is, and how many of them are unnamed."""

    money: int = 0
    match: int = 0
    in_kind: int = 0
    paid: int = 0
    count: int = 0
    unnamed: int = 0

    @property
    def together(self) -> int:
        """The money that is promised, with what doubles it."""
        return self.money + self.match


NOTHING = Sums()


def sums_of(session: Session, opening_ids: Collection[int]) -> dict[int, Sums]:
    """The sums of each opening that has some: one query, which reads those openings' pledges
    only."""
    rows = (
        select(
            Pledge.opening_id,
            func.sum(STANDS),
            func.sum(Pledge.match),
            func.sum(IN_KIND),
            func.sum(PAID),
            func.count(),
            func.sum(case((Pledge.anonymous, 1), else_=0)),
        )
        .where(Pledge.opening_id.in_(opening_ids), Pledge.state.in_(BINDING))
        .group_by(Pledge.opening_id)
    )
    return {row[0]: Sums(*map(int, row[1:])) for row in session.execute(rows)}


@dataclass(frozen=True, slots=True)
class Pool:
    """What of a call's doubling money is reserved, and what is set aside and free."""

    total: int = 0
    free: int = 0


def pools_of(session: Session, call_ids: Collection[int]) -> dict[int, Pool]:
    """The doubling money of calls: two queries."""
    reserved = (
        select(Opening.call_id, func.sum(Pledge.match))
        .join(Pledge, Pledge.opening_id == Opening.id)
        .where(Opening.call_id.in_(call_ids), Pledge.state.in_(BINDING))
        .group_by(Opening.call_id)
    )
    free = (
        select(CostCentre.ref, func.sum(Balance.net))
        .join(Account, Account.cost_centre_id == CostCentre.id)
        .join(Balance, Balance.account_id == Account.id)
        .where(
            CostCentre.kind == CostCentreKind.CALL,
            CostCentre.ref.in_(call_ids),
            Account.kind == Kind.APPROPRIATION,
        )
        .group_by(CostCentre.ref)
    )
    totals = {call: int(sum_) for call, sum_ in session.execute(reserved)}
    left = {call: int(sum_) for call, sum_ in session.execute(free)}
    return {call: Pool(totals.get(call, 0), left.get(call, 0)) for call in call_ids}


def more(rules: Rules, kind: str, sums: Sums, pool: Pool, on: date) -> Match:
    """What public money would still add to an opening at most, whoever gives; in minor units."""
    if kind == OpeningKind.POOL:
        return Match(0, Limit.NO_MATCH)
    terms = replace(rules.terms, match_sponsor_most=None)
    return match_for(_ALL, terms, Matched(sums.match, 0, pool.total, pool.free), on)
