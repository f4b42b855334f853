"""Payments and awards cut up so that each stays below a limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from operator import attrgetter
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from audit.flags.rule import ALL, Hit, Look, Ref, first, rule
from audit.flags.rules.parts import AnyRow, amount, money, payments
from core.clock import local_date
from core.i18n import gettext, lazy_gettext
from core.types import Json
from ledger.models import Fund, Voucher
from ledger.rules import rules_for
from projects.models import Method, ProcurementRule, Project, Tender
from projects.tenders.rules import Rule as TenderRule

T = TypeVar("T")
NEAR = 80  # per cent of the limit, and above: just below it
WITHIN_DAYS, AWARDS_WITHIN_DAYS = 14, 90


def _told(params: Json) -> str:
    return gettext(
        "%(count)s payments to one payee within %(days)s days, each just below the limit of"
        " %(limit)s: together %(amount)s.",
        count=params["count"],
        days=WITHIN_DAYS,
        limit=amount(params, "limit"),
        amount=amount(params),
    )


@rule(
    "split_payment",
    title=lazy_gettext("Cut up to stay below a limit?"),
    caveat=lazy_gettext(
        "Work done in stages is often paid in equal parts, and some prices lie near a limit by"
        " themselves. Ask whether it was one order."
    ),
    says=_told,
    scope="payee",
)
def split_payment(look: Look) -> Iterator[Hit]:
    """Several payments to one payee within two weeks, each just below a limit of approval or
    of direct awards, together above it."""
    limits = limits_of_areas(look.session)
    least = min((min(known) for known in limits.values() if known), default=0)
    rows = (
        select(Voucher.id, Voucher.payee_id, Voucher.amount, Voucher.currency)
        .add_columns(Voucher.effective_on.label("on"), Fund.area_id)
        .join(Fund, Fund.id == Voucher.fund_id)
        .where(*payments(), *look.at(Voucher.payee_id), Voucher.amount >= least * NEAR // 100)
        .order_by(Voucher.effective_on, Voucher.id)
    )
    groups: dict[tuple[int, str, int, int], list[AnyRow]] = defaultdict(list)
    for row in look.session.execute(rows):
        for limit in limits[row.area_id]:
            if just_below(row.amount, limit):
                groups[row.payee_id, row.currency, row.area_id, limit].append(row)
    for (payee, _currency, area, limit), group in groups.items():
        for together in windows(group, WITHIN_DAYS, attrgetter("on")):
            if (total := sum(one.amount for one in together)) > limit:
                yield _hit(payee, area, limit, together, total)


def just_below(value: int, limit: int) -> bool:
    """Whether an amount is at most a limit, and nearly as large."""
    return limit * NEAR <= value * 100 <= limit * 100


def windows(rows: Iterable[T], days: int, on: Callable[[T], date]) -> Iterator[list[T]]:
    """Rows in order of their days, taken together from the first of each window on; only windows
    with more than one."""
    window: list[T] = []
    for row in rows:
        if window and (on(row) - on(window[0])).days > days:
            if len(window) > 1:
                yield window
            window = []
        window.append(row)
    if len(window) > 1:
        yield window


def limits_of_areas(session: Session) -> Mapping[int, tuple[int, ...]]:
    """The limits of approval, and of direct awards, that hold in each area, in minor units, each
    once."""
    paths = {path: ident for ident, path in session.execute(select(Area.id, Area.path))}
    return {
        paths[path]: tuple(
            sorted(
                {one for one in (held.finance_most, held.three_above, held.approver_most) if one}
            )
        )
        for path, held in rules_for(session, paths).items()
    }


def _hit(payee: int, area: int, limit: int, rows: list[AnyRow], total: int) -> Hit:
    vouchers: list[Ref] = [("voucher", one.id) for one in rows]
    return Hit(
        key=f"{payee}:{area}:{limit}:{rows[0].id}",
        scope=f"payee:{payee}",
        subject=("payee", payee),
        evidence=first(vouchers),
        params=money(total, rows[0].currency, count=len(rows), limit=limit),
        weight=min(90, 55 + 5 * len(rows)),
        area_id=area,
    )


def _awards_told(params: Json) -> str:
    return gettext(
        "%(count)s direct awards to one organisation within %(days)s days, each just below the"
        " limit of %(limit)s: together %(amount)s.",
        count=params["count"],
        days=AWARDS_WITHIN_DAYS,
        limit=amount(params, "limit"),
        amount=amount(params),
    )


@rule(
    "split_award",
    title=lazy_gettext("An order cut up to avoid a tender?"),
    caveat=lazy_gettext(
        "Different works in different places may well go to one firm. Ask whether they were"
        " planned together."
    ),
    says=_awards_told,
)
def split_award(look: Look) -> Iterator[Hit]:
    """Several direct awards to one organisation, each just below the limit above which there has
    to be a tender."""
    rows = (
        select(Tender.id, Tender.winner_id, Tender.award_amount.label("amount"), Tender.currency)
        .add_columns(Tender.awarded_at, Project.area_id, Area.path)
        .join(Project, Project.id == Tender.project_id)
        .join(Area, Area.id == Project.area_id)
        .where(
            Tender.method == Method.DIRECT,
            Tender.awarded_at.is_not(None),
            Tender.ended_at.is_(None),
        )
        .order_by(Tender.awarded_at, Tender.id)
    )
    limits = _direct_limits(look.session)
    groups: dict[tuple[int, str, int], list[AnyRow]] = defaultdict(list)
    for row in look.session.execute(rows):
        limit = _nearest(limits, row.path)
        if just_below(row.amount or 0, limit):
            groups[row.winner_id, row.currency, limit].append(row)
    for (winner, _currency, limit), group in groups.items():
        for together in windows(group, AWARDS_WITHIN_DAYS, lambda one: local_date(one.awarded_at)):
            if (total := sum(one.amount for one in together)) > limit:
                yield _award_hit(winner, limit, together, total)


def _direct_limits(session: Session) -> list[tuple[str, int]]:
    """Up to how much may be awarded directly, by the paths of areas, the innermost first."""
    rows = (
        select(Area.path, ProcurementRule.direct_most)
        .join(Area, Area.id == ProcurementRule.area_id)
        .order_by(Area.path.desc())
    )
    return [(path, most) for path, most in session.execute(rows)]


def _nearest(limits: list[tuple[str, int]], path: str) -> int:
    """Up to how much may be awarded directly in the area of a path."""
    set_above = (most for above, most in limits if path.startswith(above))
    return next(set_above, TenderRule().direct_most)


def _award_hit(winner: int, limit: int, rows: list[AnyRow], total: int) -> Hit:
    tenders: list[Ref] = [("tender", one.id) for one in rows]
    return Hit(
        key=f"{winner}:{limit}:{rows[0].id}",
        scope=ALL,
        subject=("organisation", winner),
        evidence=first(tenders),
        params=money(total, rows[0].currency, count=len(rows), limit=limit),
        weight=min(90, 55 + 5 * len(rows)),
        area_id=rows[0].area_id,
    )
