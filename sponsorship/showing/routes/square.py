"""The market square, and each opening."""

from __future__ import annotations

from flask import render_template, request

from core.clock import local_date, now
from core.db import db
from core.policy import public as everybody
from sponsorship.showing.filters import GIVING, ORDERS, Choices, choices, read_filters
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
