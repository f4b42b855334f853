"""Funds: what came in, what is left; opened for a year, planned anew."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from accounts.models import Area
from accounts.queries import within
from core.clock import local_date, now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import XForm, texts
from core.i18n import gettext, localize
from core.policy import demand, may, requires
from core.types import MINOR_UNITS
from ledger.fund_forms import fund_form, plan_form
from ledger.models import Fund, FundKind, VoucherKind
from ledger.policies import READERS, paths
from ledger.queries.choices import Source
from ledger.queries.funds import FundRow, fund_listing, load_fund, purposes, with_figures
from ledger.routes import officer
from ledger.rules import FINANCE
from ledger.services.funds import open_fund, plan
from ledger.voucher_words import TASKS


def load(fund_id: int) -> Fund:
    """A fund with its area. Raises ``NotFound``."""
    return load_fund(db.session, fund_id)


def areas_in(where: tuple[str, ...]) -> list[tuple[int, str]]:
    """The areas in or below ``where``, from the top, for a select input."""
    rows = select(Area.id, Area.name, Area.path).where(within(where)).order_by(Area.path)
    found = db.session.execute(rows.limit(2000)).all()
    top = min((path.count("/") for _id, _name, path in found), default=0)
    return [
        (ident, "\u3000" * (path.count("/") - top) + localize(name).text)
        for ident, name, path in found
    ]


@officer.get("/funds")
@requires("ledger:office:see")
def funds() -> str:
    """The funds of a year, in figures."""
    args, today = request.args, local_date(now())
    page = fund_listing(
        db.session,
        paths(g.actor, READERS),
        args.get("year", type=int),
        args.get("page", 1, type=int),
        today.year,
    )
    return render_template("ledger/funds.html", page=page)


@officer.route("/funds/new", methods=["GET", "POST"])
@requires("ledger:fund:open")
def new_fund() -> ResponseReturnValue:
    """Open a fund for a year."""
    areas = areas_in(paths(g.actor, FINANCE))
    currency = request.form.get("currency", "CNY")
    form = fund_form(areas, local_date(now()).year, currency if currency in MINOR_UNITS else "CNY")
    if form.validate_on_submit():
        try:
            fund_id = _open(form)
            flash(gettext("The fund is open."), "good")
            return redirect(url_for(".fund", fund_id=fund_id), 303)
        except DomainError as error:
            form.absorb(error)
    status = 422 if request.method == "POST" else 200
    return render_template("ledger/new_fund.html", form=form), status


def _open(form: XForm) -> int:
    with transaction() as session:
        area = session.get_one(Area, int(form["area"].data))
        demand(g.actor, "ledger:fund:open", area)
        made = open_fund(
            session,
            area,
            kind=FundKind(form["kind"].data),
            year=form["year"].data,
            currency=form["currency"].data,
            name=texts({"zh_Hans": form["name_zh_Hans"].data, "en": form["name_en"].data}),
            planned=form["planned"].data,
            by_id=g.actor.id,
            now=now(),
        )
        return made.id


@officer.get("/funds/<int:fund_id>")
@requires("ledger:fund:see", load)
def fund(found: Fund) -> str:
    """One fund: its figures, and what its money is for."""
    return _page(found, plan_form(found.currency, found.planned))


def _page(found: Fund, form: XForm) -> str:
    [row] = with_figures(db.session, [(found, found.area.name)])
    return render_template(
        "ledger/fund.html",
        fund=row,
        purposes=purposes(db.session, found.id),
        form=form,
        plans=may(g.actor, "ledger:fund:plan", found),
        tasks=_tasks(found, row),
    )


def _tasks(found: Fund, row: FundRow) -> list[tuple[str, str]]:
    """What can be asked for from this fund: labels and addresses, the fund chosen there."""
    if not may(g.actor, "ledger:voucher:request", found):
        return []
    source = Source("", found.currency, 0, found.id).value
    kinds = [VoucherKind.RECEIVE]
    if row.figures["available"] > 0:
        kinds += [VoucherKind.ALLOT, VoucherKind.APPROPRIATE]
    tasks = [
        (str(TASKS[kind]), url_for(".new_voucher", kind=kind, source=source)) for kind in kinds
    ]
    carry = url_for(".new_voucher", kind=VoucherKind.CARRY_OVER)
    return [*tasks, (str(TASKS[VoucherKind.CARRY_OVER]), carry)]


@officer.post("/funds/<int:fund_id>")
@requires("ledger:fund:plan", load)
def plan_fund(found: Fund) -> ResponseReturnValue:
    """Change the year's budget."""
    fund_id = found.id
    form = plan_form(found.currency, found.planned)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                plan(session, fund_id, form["planned"].data, g.actor.id, now())
            flash(gettext("The plan is changed. The record keeps the one before."), "good")
            return redirect(url_for(".fund", fund_id=fund_id), 303)
        except DomainError as error:
            form.absorb(error)
    return _page(load(fund_id), form), 422
