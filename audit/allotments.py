"""Money between levels: who gave what to whom, on which document, for what and on what terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Area
from audit.filters import Filter
from audit.papers import PaperView, papers_of
from audit.sums import Figure, figure
from audit.words import VOUCHER_STATES
from core.i18n import Localized, Message, localize
from ledger.models import Fund, Voucher, VoucherKind
from ledger.states import BOOKED

SIZE = 20


@dataclass(frozen=True, slots=True)
class Allotment:
    """Money handed down: from and to are areas with the fund of each."""

    id: int
    number: str
    on: date
    giver: Localized
    giver_fund: int
    taker: Localized
    taker_fund: int
    amount: Figure
    purpose: str
    conditions: str
    state: Message
    tone: str
    paid_on: date | None
    papers: list[PaperView]


def allotments(
    session: Session, where: Filter, before: int | None = None, size: int = SIZE
) -> tuple[list[Allotment], int | None]:
    """What was handed down under a filter, the newest first, and where the next page begins."""
    fund, to_fund = aliased(Fund), aliased(Fund)
    area, to_area = aliased(Area), aliased(Area)
    rows = (
        select(Voucher, area.name, to_area.name)
        .join(fund, fund.id == Voucher.fund_id)
        .join(area, area.id == fund.area_id)
        .join(to_fund, to_fund.id == Voucher.to_fund_id)
        .join(to_area, to_area.id == to_fund.area_id)
        .where(Voucher.kind == VoucherKind.ALLOT, Voucher.state.in_(BOOKED))
        .order_by(Voucher.id.desc())
        .limit(size + 1)
    )
    if where.year is not None:
        rows = rows.where(fund.year == where.year)
    if where.area is not None:
        rows = rows.where(or_(fund.area_id == where.area, to_fund.area_id == where.area))
    if where.fund is not None:
        rows = rows.where(or_(fund.id == where.fund, to_fund.id == where.fund))
    if where.level:
        rows = rows.where(to_area.kind == where.level)
    if before is not None:
        rows = rows.where(Voucher.id < before)
    found = session.execute(rows).all()
    papers = papers_of(session, [row[0].id for row in found[:size]])
    shown = [_row(*row, papers.get(row[0].id, [])) for row in found[:size]]
    return shown, shown[-1].id if len(found) > size else None


def _row(
    voucher: Voucher, giver: dict[str, str], taker: dict[str, str], papers: list[PaperView]
) -> Allotment:
    state, tone = VOUCHER_STATES[voucher.state]
    lines = Filter(voucher=voucher.id, currency=voucher.currency)
    return Allotment(
        id=voucher.id,
        number=voucher.number,
        on=voucher.effective_on,
        giver=localize(giver),
        giver_fund=voucher.fund_id,
        taker=localize(taker),
        taker_fund=voucher.to_fund_id or 0,
        amount=figure("passed_on", voucher.amount, lines),
        purpose=voucher.purpose,
        conditions=voucher.conditions,
        state=state,
        tone=tone,
        paid_on=voucher.paid_on,
        papers=papers,
    )
