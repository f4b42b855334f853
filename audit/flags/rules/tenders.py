"""Tenders in which nobody competed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from audit.flags.rule import ALL, Hit, Look, rule
from audit.flags.rules.parts import amount, money
from core.i18n import gettext, lazy_gettext
from core.types import Json
from projects.models import Bid, Method, Project, Tender
from projects.states import BidState, TenderState

READ = (TenderState.OPENED, TenderState.AWARDED, TenderState.CONTRACTED)
NEAR = 95  # per cent of the most that it may cost


def _told(params: Json) -> str:
    return gettext(
        "One bid only, over %(amount)s; the most it could have been is %(most)s.",
        amount=amount(params),
        most=amount(params, "most"),
    )


@rule(
    "single_bidder",
    title=lazy_gettext("Only one bid?"),
    caveat=lazy_gettext(
        "For small or special works there may be one firm in reach. Look at how long the notice"
        " stood, whom it reached, and whether its terms fitted one firm only."
    ),
    says=_told,
)
def single_bidder(look: Look) -> Iterator[Hit]:
    """Opened tenders with a single bid that counts. Before the opening nothing is looked at."""
    bids = (
        select(Bid.tender_id, func.min(Bid.id).label("bid"), func.min(Bid.price).label("price"))
        .where(Bid.state.not_in((BidState.SEALED, BidState.WITHDRAWN, BidState.EXCLUDED)))
        .group_by(Bid.tender_id)
        .having(func.count() == 1)
        .subquery()
    )
    rows = (
        select(Tender.id, Tender.project_id, Tender.ceiling, Tender.currency, Project.area_id)
        .add_columns(bids.c.price)
        .join(bids, bids.c.tender_id == Tender.id)
        .join(Project, Project.id == Tender.project_id)
        .where(Tender.method == Method.OPEN, Tender.state.in_(READ))
    )
    for ident, project, ceiling, currency, area, price in look.session.execute(rows):
        near = (price or 0) * 100 >= ceiling * NEAR
        yield Hit(
            key=str(ident),
            scope=ALL,
            subject=("tender", ident),
            evidence=(("tender", ident), ("project", project)),
            params=money(price or 0, currency, most=ceiling),
            weight=65 if near else 45,
            area_id=area,
        )
