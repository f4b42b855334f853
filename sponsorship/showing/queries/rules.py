"""What calls lay down, as the versions that hold now say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.i18n import Localized, localize
from sponsorship.models import GuidanceCall, GuidanceVersion
from sponsorship.states import CallState
from sponsorship.terms import Terms

_ROWS = (
    select(
        GuidanceCall.id,
        GuidanceCall.state,
        GuidanceCall.currency,
        GuidanceCall.area_id,
        Area.name.label("area"),
        GuidanceVersion.title,
        GuidanceVersion.terms,
    )
    .join(
        GuidanceVersion,
        and_(
            GuidanceVersion.call_id == GuidanceCall.id,
            GuidanceVersion.number == GuidanceCall.version,
        ),
    )
    .join(Area, Area.id == GuidanceCall.area_id)
)


@dataclass(frozen=True, slots=True)
class Rules:
    """A published call: its title, its currency, the area it is for and what holds now."""

    id: int
    open: bool
    title: Localized
    area: Localized
    area_id: int
    currency: str
    terms: Terms

    @property
    def url(self) -> str:
        """The call's page."""
        return f"/partners/calls/{self.id}"

    def takes_offers(self, on: date) -> bool:
        """Whether something may be offered on a day."""
        return self.open and self.terms.opens_on <= on <= self.terms.closes_on


def open_calls(session: Session, on: date) -> dict[int, Rules]:
    """The calls under which something may be offered on a day, by number: one query."""
    rows = _ROWS.where(GuidanceCall.state == CallState.OPEN).order_by(GuidanceCall.id)
    found = (_rules(row) for row in session.execute(rows))
    return {one.id: one for one in found if one.takes_offers(on)}


def rules_of(session: Session, call_id: int) -> Rules | None:
    """One call as it holds now; ``None`` before it was published."""
    row = session.execute(_ROWS.where(GuidanceCall.id == call_id)).one_or_none()
    return None if row is None else _rules(row)


def _rules(row: Any) -> Rules:
    return Rules(
        id=row.id,
        open=row.state == CallState.OPEN,
        title=localize(row.title),
        area=localize(row.area),
        area_id=row.area_id,
        currency=row.currency,
        terms=Terms.from_json(row.terms),
    )
