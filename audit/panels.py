"""Money on other pages: the first, an area's, a round's, a project's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from audit.filters import Filter
from audit.funds import books, settle
from audit.lines import newest_lines
from audit.purposes import BY_CONTRACT, ROUND, project_keys
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
    """What a project (anything with ``id``, ``state`` and ``cost``) was promised and spent, and on
    whom lately: two queries."""
    if subject.state not in WINNING:
        return None
    found = figures(
        session, BY_CONTRACT, cost_centre_ids=_centre(subject.id), by=("cost_centre", "currency")
    )
    if not found:
        return None
    centre, currency = max(found, key=lambda one: (found[one]["committed"], one))
    where = Filter(cost_centre=centre, currency=currency)
    keys = project_keys(found[centre, currency], where)
    paid = keys["spent"].amount or keys["owed"].amount
    return {
        "centre_id": centre,
        "cost": subject.cost,
        "keys": keys,
        "payments": newest_lines(session, where.but(figure="paid"), NEWEST) if paid else [],
        "where": where,
    }


def _centre(ref: int) -> Select[int]:
    """The cost centre of a project."""
    return select(CostCentre.id).where(
        CostCentre.kind == CostCentreKind.PROJECT, CostCentre.ref == ref
    )
