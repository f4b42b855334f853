"""The market square, and each opening."""

from __future__ import annotations

from flask import g, render_template, request

from core.clock import local_date, now
from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext
from core.policy import may
from core.policy import public as everybody
from sponsorship.businesses.words import SECTORS
from sponsorship.pledges.afterwards_cases import load_opening
from sponsorship.showing.filters import GIVING, ORDERS, Choices, choices, read_filters
from sponsorship.showing.inviting import invitation
from sponsorship.showing.queries.opening import opening_page
from sponsorship.showing.queries.rules import open_calls
from sponsorship.showing.queries.square import browse
from sponsorship.showing.routes import public
from sponsorship.showing.words import OPENING_KINDS


@public.get("/partners")
@everybody
def square() -> str:
    """Everything that looks for partners, with what is missing and what matching would add."""
    at = now()
    calls = open_calls(db.session, local_date(at))
    offered = choices(db.session, calls)
    filters = read_filters(request.args, offered)
    return render_template(
        "sponsorship/showing/square.html",
        page=browse(db.session, filters, calls, at),
        filters=filters,
        calls=calls,
        options=_options(offered),
    )


@public.get("/partners/openings/<int:opening_id>")
@everybody
def opening(opening_id: int) -> str:
    """What one opening is for, who gives, and what one needs to give. Under vote it says only
    that sponsorship rests."""
    page = opening_page(db.session, opening_id, now())
    if page is None:
        raise NotFound(lazy_gettext("There is no such opening."))
    if page.resting:
        return render_template("sponsorship/showing/resting.html", page=page)
    return render_template(
        "sponsorship/showing/opening.html",
        page=page,
        o=page.card,
        excluded=[SECTORS[one] for one in page.card.call.terms.excluded_sectors],
        invitation=invitation(db.session, g.actor, page),
        carries=page.waits and may(g.actor, "sponsorship:opening:carry", load_opening(opening_id)),
    )


def _options(offered: Choices) -> dict[str, list[tuple[int | str, object]]]:
    """What the selects offer, as (value, words)."""
    return {
        "area": [*offered.areas],
        "category": [(ident, name) for ident, (name, _ids) in offered.categories.items()],
        "call": [(one.id, one.title) for one in offered.calls.values()],
        "kind": [*OPENING_KINDS.items()],
        "giving": [*GIVING.items()],
        "order": [*ORDERS.items()],
    }
