"""The desk of money: what waits for me, what I asked for, what is to be paid."""

from __future__ import annotations

from flask import g, render_template, request

from core.db import db
from core.policy import may, requires
from ledger.duties import reader_of
from ledger.models import VoucherKind, VoucherState
from ledger.queries.verdicts import above_limit
from ledger.queries.vouchers import (
    TABS,
    Filters,
    Reader,
    Tab,
    counts,
    fund_choices,
    listing,
)
from ledger.routes import officer
from ledger.voucher_words import KINDS, STATES, TASKS


@officer.get("")
@requires("ledger:office:see")
def desk() -> str:
    """Vouchers by what there is to do with them."""
    reader = reader_of(g.actor)
    filters = _filters(reader)
    page = listing(db.session, reader, filters)
    waiting = page.rows if filters.tab == "waiting" else []
    return render_template(
        "ledger/desk.html",
        page=page,
        above=above_limit(db.session, g.actor, waiting),
        counts=counts(db.session, reader),
        tab=filters.tab,
        tabs=_tabs(reader),
        funds=fund_choices(db.session, reader.sees),
        kinds=KINDS,
        states=STATES,
        tasks=TASKS if may(g.actor, "ledger:voucher:request") else {},
    )


def _tabs(reader: Reader) -> list[Tab]:
    useful = {"waiting": reader.approves, "mine": reader.pays, "pay": reader.pays}
    return [tab for tab in TABS if useful.get(tab, True)]


def _filters(reader: Reader) -> Filters:
    args = request.args
    tabs = _tabs(reader)
    tab = args.get("tab", tabs[0])
    kind, state = args.get("kind", ""), args.get("state", "")
    return Filters(
        tab=tab if tab in tabs else tabs[0],
        kind=kind if kind in set(VoucherKind) else "",
        state=state if state in set(VoucherState) else "",
        fund_id=args.get("fund", type=int),
        words=args.get("q", "").strip()[:100],
        page=args.get("page", 1, type=int),
    )
