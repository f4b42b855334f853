"""Funds and their years: opened, planned, closed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.clock import local_date
from core.db import hold
from core.errors import Conflict, Invalid, Refused
from core.i18n import lazy_gettext
from core.types import MAX_MINOR, MINOR_UNITS, Texts
from ledger.models import Fund, FundKind, PeriodClosing
from transparency import log


def open_fund(
    session: Session,
    area: Area,
    *,
    kind: FundKind,
    year: int,
    currency: str,
    name: Texts,
    planned: int | None,
    by_id: int,
    now: datetime,
) -> Fund:
    """Open the books of a year. ``planned`` is the year's budget in minor units.

    Raises ``Conflict`` when the area has that fund already, ``Invalid`` for what does not fit.
    """
    if currency not in MINOR_UNITS:
        problem = lazy_gettext("This currency is not kept here.")
        raise Invalid(problem, fields={"currency": problem})
    _check_planned(planned)
    hold(session, Area, area.id)
    taken = select(Fund.id).where(
        Fund.area_id == area.id, Fund.kind == kind, Fund.year == year, Fund.currency == currency
    )
    if session.scalar(taken) is not None:
        problem = lazy_gettext("This area has such a fund for that year already.")
        raise Conflict(problem, fields={"year": problem})
    terms = {"kind": kind, "year": year, "currency": currency, "planned": planned}
    closed = _closed_until(session, area.id)
    made = Fund(area_id=area.id, name=name, closed_until=closed, created_at=now, **terms)
    session.add(made)
    session.flush()
    body = {"fund": made.id, "area": area.id, "by": by_id} | terms
    _record(session, made, "fund.opened", body, now)
    return made


def plan(session: Session, fund_id: int, planned: int, by_id: int, now: datetime) -> None:
    """Change a year's budget; the record keeps what it was before."""
    fund = hold(session, Fund, fund_id)
    _check_planned(planned)
    body = {"fund": fund.id, "from": fund.planned, "to": planned, "by": by_id}
    fund.planned = planned
    _record(session, fund, "fund.planned", body, now)


def _check_planned(planned: int | None) -> None:
    if planned is not None and not 0 <= planned <= MAX_MINOR:
        problem = lazy_gettext("Please give an amount above zero, within bounds.")
        raise Invalid(problem, fields={"planned": problem})


def ask_to_close(
    session: Session, area: Area, ends_on: date, by_id: int, now: datetime
) -> PeriodClosing:
    """Ask for the books of an area to be closed up to a day that is over.

    Raises ``Invalid`` for a day that is not over or not after the last closing.
    """
    hold(session, Area, area.id)
    last = session.scalar(
        select(PeriodClosing.ends_on)
        .where(PeriodClosing.area_id == area.id)
        .order_by(PeriodClosing.ends_on.desc())
        .limit(1)
    )
    if ends_on >= local_date(now) or (last is not None and ends_on <= last):
        problem = lazy_gettext("Please choose a past day after the last closing.")
        raise Invalid(problem, fields={"ends_on": problem})
    made = PeriodClosing(area_id=area.id, ends_on=ends_on, asked_by_id=by_id, asked_at=now)
    session.add(made)
    session.flush()
    body = {"area": area.id, "ends_on": ends_on.isoformat(), "by": by_id}
    log.record(session, "period.closing_asked", [("area", area.id)], body, now)
    return made


def close_period(session: Session, closing_id: int, by_id: int, now: datetime) -> None:
    """Approve a closing: from then on nothing is booked in the area's funds up to that day.

    Raises ``Refused`` for whoever asked for it, ``Conflict`` when it was done already.
    """
    closing = hold(session, PeriodClosing, closing_id)
    if closing.asked_by_id == by_id:
        raise Refused(lazy_gettext("Somebody else has to approve what you asked for yourself."))
    if closing.approved_at is not None:
        raise Conflict(lazy_gettext("These books are closed already."))
    closing.approved_by_id, closing.approved_at = by_id, now
    # Whoever is booking in one of them is waited for; its line holds the fund's row.
    rows = select(Fund).where(Fund.area_id == closing.area_id).order_by(Fund.id).with_for_update()
    for fund in session.scalars(rows.execution_options(populate_existing=True)):
        if fund.closed_until is None or fund.closed_until < closing.ends_on:
            fund.closed_until = closing.ends_on
    session.flush()
    body = {"area": closing.area_id, "ends_on": closing.ends_on.isoformat(), "by": by_id}
    log.record(session, "period.closed", [("area", closing.area_id)], body, now)


def _closed_until(session: Session, area_id: int) -> date | None:
    """Up to when the books of an area are closed, also for funds that come later."""
    done = PeriodClosing.approved_at.is_not(None)
    rows = select(func.max(PeriodClosing.ends_on)).where(PeriodClosing.area_id == area_id, done)
    return session.scalar(rows)


def _record(session: Session, fund: Fund, event: str, body: dict[str, Any], now: datetime) -> None:
    log.record(session, event, [("fund", fund.id), ("area", fund.area_id)], body, now)
