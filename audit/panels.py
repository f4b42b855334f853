"""Money on other pages: the first, an area's, a round's, a project's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from audit.filters import Filter
from audit.funds import books, settle
from audit.lines import list_lines
from audit.purposes import ROUND, project_figures
from audit.sums import figure, key_figures
from core.clock import local_date, now
from ledger.models import CostCentre, CostCentreKind, Fund
from ledger.queries.figures import figures
from projects.states import WINNING

HOME = ("received", "committed", "paid")
AREA = ("received", "from_above", "passed_on", "spent", "available")
NEWEST = 3


def home_money(session: Session, _subject: object) -> dict[str, Any] | None:
    """How far this year's money has come."""
    known = books(session)
    if not known.years:
        return None
    where = settle(known, Filter(), local_date(now()).year)
    keys = key_figures(session, HOME, where)
    return {"where": where, "keys": keys} if keys["received"].amount else None


def area_money(session: Session, subject: Any) -> dict[str, Any] | None:
    """The newest books of an area (anything with its ``id``)."""
    rows = select(Fund.year, Fund.currency).where(Fund.area_id == subject.id)
    newest = session.execute(rows.order_by(Fund.year.desc(), Fund.id).limit(1)).first()
    if newest is None:
        return None
    where = Filter(year=newest.year, currency=newest.currency, area=subject.id)
    keys = key_figures(session, AREA, where)
    return {"where": where, "keys": [one for one in keys.values() if one.amount]}


def round_money(session: Session, subject: Any) -> dict[str, Any] | None:
    """What was set aside for a round (anything with its ``id``), promised and spent, in the
    currency of most of it; one query."""
    own = select(CostCentre.id).where(
        CostCentre.kind == CostCentreKind.ROUND, CostCentre.ref == subject.id
    )
    inside = or_(CostCentre.id.in_(own), CostCentre.parent_id.in_(own))
    ids = select(CostCentre.id).where(inside)
    found = figures(session, ROUND, cost_centre_ids=ids, by=("round", "currency"))
    if not found:
        return None
    centre, currency = max(found, key=lambda one: (found[one]["appropriated"], one))
    where = Filter(round=centre, currency=currency)
    row = found[centre, currency]
    return {"centre_id": centre, "keys": [figure(name, row[name], where) for name in ROUND]}


def project_money(session: Session, subject: Any) -> dict[str, Any] | None:
    """What a project (anything with ``id`` and ``state``) was promised and spent, and on whom
    lately."""
    if subject.state not in WINNING:
        return None
    centre = _centre(session, CostCentreKind.PROJECT, subject.id)
    if centre is None:
        return None
    where = Filter(cost_centre=centre.id, currency=centre.currency or "CNY")
    listing = list_lines(session, where.but(figure="paid"), size=NEWEST)
    return {
        "centre_id": centre.id,
        "cost": centre.cost,
        "keys": project_figures(session, where),
        "payments": listing,
        "where": where,
    }


def _centre(session: Session, kind: CostCentreKind, ref: int) -> CostCentre | None:
    return session.scalar(select(CostCentre).where(CostCentre.kind == kind, CostCentre.ref == ref))
