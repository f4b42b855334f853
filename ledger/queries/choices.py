"""What a voucher can be about: funds, rounds, projects and payees, each with what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Area
from accounts.queries import within
from core.i18n import format_money, gettext, localize
from ledger.journal import Kind
from ledger.models import (
    AcceptedWork,
    Account,
    Balance,
    CostCentre,
    CostCentreKind,
    Fund,
    Payee,
    Voucher,
    VoucherKind,
)
from ledger.services.waiting import needed, waiting
from ledger.services.works import claimed

K = VoucherKind
MOST = 500
Paths = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a voucher's money comes from, in one choice: the fund, what it is for, and what is
    left there in minor units of ``currency``."""

    label: str
    currency: str
    left: int
    fund_id: int
    cost_centre_id: int | None = None
    payee_id: int | None = None
    to_fund_id: int | None = None
    work_id: int | None = None

    @property
    def value(self) -> str:
        """How a form names it."""
        parts = (self.fund_id, self.cost_centre_id, self.payee_id, self.to_fund_id)
        of_work = f"-{self.work_id}" if self.work_id else ""
        return "-".join(str(part or 0) for part in parts) + of_work


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that the form of one kind of voucher offers; empty where it asks for nothing."""

    sources: list[Source]
    to_funds: list[tuple[int, str]]
    rounds: list[tuple[int, str]]
    payees: list[tuple[int, str]]


# The account that a voucher of each kind takes from.
TAKES: dict[str, Kind] = {
    K.ALLOT: Kind.ALLOCATION,
    K.APPROPRIATE: Kind.ALLOCATION,
    K.CARRY_OVER: Kind.ALLOCATION,
    K.UNAPPROPRIATE: Kind.APPROPRIATION,
    K.DISBURSE: Kind.ENCUMBRANCE,
    K.RELEASE: Kind.ENCUMBRANCE,
    K.REFUND: Kind.PROJECT,
}


def choices(session: Session, kind: str, paths: Paths, payee_id: int | None = None) -> Choices:
    """What can be asked for with a voucher of ``kind`` in the areas of ``paths``; ``payee_id``
    is among the payees in any case. At most five queries."""
    return Choices(
        sources=_sources(session, kind, paths),
        to_funds=_below(session, paths) if kind == K.ALLOT else [],
        rounds=_rounds(session) if kind == K.APPROPRIATE else [],
        payees=_payees(session, payee_id) if kind == K.DISBURSE else [],
    )


def _sources(session: Session, kind: str, paths: Paths) -> list[Source]:
    if kind == K.RECEIVE:
        return _funds(session, paths)
    if kind == K.CARRY_OVER:
        return _years(session, paths)
    rows = _accounts(TAKES[kind], paths)
    if kind == K.DISBURSE:
        rows = rows.where(CostCentre.by_contract.is_(False))
    if kind != K.REFUND:
        # What is promised by contract is not there to be taken.
        rows = rows.where(CostCentre.closed_at.is_(None), Account.payee_id.is_(None))
    straight = [_source(row) for row in session.execute(rows.limit(MOST))]
    return (_works(session, paths) if kind == K.DISBURSE else []) + straight


def _works(session: Session, paths: Paths) -> list[Source]:
    """Accepted work that can still be invoiced, once for each fund that pays for it."""
    account = and_(
        Account.cost_centre_id == AcceptedWork.cost_centre_id,
        Account.payee_id == AcceptedWork.payee_id,
    )
    rows = (
        _accounts(Kind.ENCUMBRANCE_RESERVE, paths)
        .join(AcceptedWork, account)
        .where(AcceptedWork.withdrawn_at.is_(None), CostCentre.closed_at.is_(None))
        .add_columns(
            AcceptedWork.id.label("work_id"),
            AcceptedWork.title.label("work"),
            (AcceptedWork.amount - claimed(Voucher.work_id == AcceptedWork.id)).label("open"),
        )
    )
    found = session.execute(rows.limit(MOST))
    return [_work_source(row) for row in found if row.open > 0]


def _work_source(row: Any) -> Source:
    left = min(row.left, row.open)
    names = [localize(one).text for one in (row.work, row.payee, row.title, row.name)]
    return Source(
        label=_left(" · ".join(names), left, row.currency),
        currency=row.currency,
        left=left,
        fund_id=row.fund_id,
        cost_centre_id=row.cost_centre_id,
        payee_id=row.payee_id,
        work_id=row.work_id,
    )


def _accounts(kind: Kind, paths: Paths) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Account.fund_id,
            Account.cost_centre_id,
            Account.payee_id,
            Balance.net.label("left"),
            Fund.name,
            Fund.currency,
            CostCentre.title,
            Payee.name.label("payee"),
        )
        .join(Balance, Balance.account_id == Account.id)
        .join(Fund, Fund.id == Account.fund_id)
        .join(Area, Area.id == Fund.area_id)
        .outerjoin(CostCentre, CostCentre.id == Account.cost_centre_id)
        .outerjoin(Payee, Payee.id == Account.payee_id)
        .where(Account.kind == kind, Balance.net > 0, within(paths))
        .order_by(Fund.year.desc(), Area.path, Fund.id, Account.id.desc())
    )


def _source(row: Any) -> Source:
    names = [localize(one).text for one in (row.title, row.payee, row.name) if one]
    return Source(
        label=_left(" · ".join(names), row.left, row.currency),
        currency=row.currency,
        left=row.left,
        fund_id=row.fund_id,
        cost_centre_id=row.cost_centre_id,
        payee_id=row.payee_id,
    )


def _left(name: str, left: int, currency: str) -> str:
    return gettext("%(name)s (left: %(left)s)", name=name, left=format_money(left, currency))


def _funds(session: Session, paths: Paths) -> list[Source]:
    account = and_(Account.fund_id == Fund.id, Account.kind == Kind.ALLOCATION)
    rows = (
        select(Fund.id, Fund.name, Fund.currency, func.coalesce(Balance.net, 0))
        .join(Area, Area.id == Fund.area_id)
        .outerjoin(Account, account)
        .outerjoin(Balance, Balance.account_id == Account.id)
        .where(within(paths))
        .order_by(Fund.year.desc(), Area.path, Fund.id)
        .limit(MOST)
    )
    return [
        Source(_left(localize(name).text, left, currency), currency, left, ident)
        for ident, name, currency, left in session.execute(rows)
    ]


def _years(session: Session, paths: Paths) -> list[Source]:
    """Funds with money left, each into the same fund of the next year, where there is one."""
    following = aliased(Fund)
    same = and_(
        following.area_id == Fund.area_id,
        following.kind == Fund.kind,
        following.currency == Fund.currency,
        following.year == Fund.year + 1,
    )
    rows = _accounts(Kind.ALLOCATION, paths).join(following, same)
    rows = rows.add_columns(following.id.label("to_fund_id"), following.name.label("to_name"))
    return [
        Source(
            _left(
                f"{localize(row.name).text} → {localize(row.to_name).text}", row.left, row.currency
            ),
            row.currency,
            row.left,
            row.fund_id,
            to_fund_id=row.to_fund_id,
        )
        for row in session.execute(rows.limit(MOST))
    ]


def _below(session: Session, paths: Paths) -> list[tuple[int, str]]:
    """The funds of areas directly below one of ours."""
    above, below = aliased(Area), aliased(Area)
    mine = select(Area.id).where(within(paths))
    rows = (
        select(Fund.id, Fund.name, below.name, above.name)
        .join(below, below.id == Fund.area_id)
        .join(above, above.id == below.parent_id)
        .where(above.id.in_(mine))
        .order_by(Fund.year.desc(), below.path, Fund.id)
        .limit(MOST)
    )
    return [
        (ident, f"{localize(name).text} · {localize(area).text} ({localize(parent).text})")
        for ident, name, area, parent in session.execute(rows)
    ]


def _rounds(session: Session) -> list[tuple[int, str]]:
    """Rounds that the ledger knows, each with what its winners still need, and calls for
    partners."""
    project = aliased(CostCentre)
    waits = and_(project.parent_id == CostCentre.id, waiting(project))
    rows = (
        select(
            CostCentre.id,
            CostCentre.title,
            func.coalesce(func.sum(needed(project)), 0),
            func.max(project.currency),
        )
        .outerjoin(project, waits)
        .where(
            CostCentre.kind.in_((CostCentreKind.ROUND, CostCentreKind.CALL)),
            CostCentre.closed_at.is_(None),
        )
        .group_by(CostCentre.id)
        .order_by(CostCentre.id.desc())
        .limit(MOST)
    )
    return [
        (ident, _needs(localize(title).text, int(lacks or 0), currency))
        for ident, title, lacks, currency in session.execute(rows)
    ]


def _needs(name: str, needed: int, currency: str | None) -> str:
    if not needed:
        return name
    money = format_money(needed, currency or "CNY")
    return gettext("%(name)s (still needs %(needed)s)", name=name, needed=money)


def _payees(session: Session, payee_id: int | None) -> list[tuple[int, str]]:
    """Those entered last, by name."""
    rows = select(Payee.id, Payee.name, Payee.code)
    found = session.execute(
        rows.order_by((Payee.id == payee_id).desc(), Payee.id.desc()).limit(MOST)
    )
    named = [
        (ident, localize(name).text + (f" · {code}" if code else "")) for ident, name, code in found
    ]
    return sorted(named, key=lambda pair: pair[1].casefold())
