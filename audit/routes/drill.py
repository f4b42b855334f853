"""From a fund to its rounds, their projects and whoever was paid."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request, url_for

from accounts.words import AREA_KINDS
from audit.filters import Filter
from audit.funds import fund_rows
from audit.lines import list_lines
from audit.months import time_line
from audit.payees import currencies_of, list_payees, load_payee, paid_months
from audit.purposes import (
    CALL,
    ROUND,
    SPONSORED,
    Purpose,
    calls_of,
    fund_figures,
    load_fund,
    load_purpose,
    payees_of,
    project_figures,
    projects_of,
    rounds_of,
    there,
)
from audit.routes import blueprint
from audit.routes.public import pages_of_year, settled
from audit.sums import key_figures
from audit.words import LEVELS, TONES
from core.db import db
from core.i18n import localize
from core.panels import render_panels
from core.policy import public
from core.text import tidy_line
from ledger.models import CostCentreKind
from ledger.words import FUND_KINDS

FUNDS = 50
LINES = 10


@blueprint.get("/money/funds")
@public
def funds() -> str:
    """All funds of a year, as a tree."""
    where, known = settled()
    where = pages_of_year(where)
    number = min(max(request.args.get("page", 1, type=int), 1), 1000)
    rows, more = fund_rows(db.session, where, most=FUNDS, after=FUNDS * (number - 1))
    return render_template(
        "audit/funds.html",
        where=where,
        books=known,
        funds=rows,
        number=number,
        more=more,
        level_names=LEVELS,
        area_kinds=AREA_KINDS,
    )


@blueprint.get("/money/funds/<int:fund_id>")
@public
def fund(fund_id: int) -> str:
    """One fund: what it got, and its rounds."""
    found, area = load_fund(db.session, fund_id)
    where = Filter(fund=found.id, currency=found.currency)
    return render_template(
        "audit/fund.html",
        fund=found,
        name=localize(found.name),
        area=localize(area.name),
        area_id=area.id,
        kind=FUND_KINDS[found.kind],
        tone=TONES[found.kind],
        keys=fund_figures(db.session, where),
        rounds=rounds_of(db.session, where),
        calls=calls_of(db.session, where),
        months=time_line(db.session, where),
        listing=list_lines(db.session, where.but(figure="paid"), size=LINES),
        where=where,
    )


@blueprint.get("/money/rounds/<int:cost_centre_id>")
@public
def round_(cost_centre_id: int) -> str:
    """One round: what was set aside for it, and its projects."""
    found = load_purpose(db.session, CostCentreKind.ROUND, cost_centre_id)
    where = Filter(round=found.id, currency=found.currency)
    return render_template(
        "audit/round.html",
        purpose=found,
        keys=key_figures(db.session, ROUND, where),
        projects=projects_of(db.session, where),
        months=time_line(db.session, where),
        home=url_for("budgeting_public.round_page", round_id=found.ref),
        where=where,
    )


@blueprint.get("/money/calls/<int:cost_centre_id>")
@public
def call(cost_centre_id: int) -> str:
    """One call for partners: what was set aside to double gifts, what came in, what is left."""
    found = load_purpose(db.session, CostCentreKind.CALL, cost_centre_id)
    where = Filter(round=found.id, currency=found.currency)
    return _sponsored(found, where, CALL, f"/partners/calls/{found.ref}")


@blueprint.get("/money/pledges/<int:cost_centre_id>")
@public
def pledge(cost_centre_id: int) -> str:
    """One pledge as the books know it: owed, paid, doubled, given back."""
    found = load_purpose(db.session, CostCentreKind.PLEDGE, cost_centre_id)
    where = Filter(cost_centre=found.id, currency=found.currency)
    return _sponsored(found, where, SPONSORED, None)


def _sponsored(found: Purpose, where: Filter, names: Sequence[str], home: str | None) -> str:
    return render_template(
        "audit/sponsored.html",
        purpose=found,
        keys=there(key_figures(db.session, names, where)),
        listing=list_lines(db.session, where),
        home=home,
        where=where,
    )


@blueprint.get("/money/projects/<int:cost_centre_id>")
@public
def project(cost_centre_id: int) -> str:
    """One project: what it was promised, whom it paid, and its lines."""
    found = load_purpose(db.session, CostCentreKind.PROJECT, cost_centre_id)
    where = Filter(cost_centre=found.id, currency=found.currency)
    return render_template(
        "audit/project.html",
        purpose=found,
        keys=project_figures(db.session, where),
        payees=payees_of(db.session, where),
        listing=list_lines(db.session, where.but(figure="paid")),
        home=url_for("projects_public.project", project_id=found.ref),
        where=where,
    )


@blueprint.get("/money/payees")
@public
def payees() -> str:
    """Everybody who was paid, by how much."""
    where, known = settled()
    asked = request.args.get("year", "")
    where = pages_of_year(where) if asked else pages_of_year(where).but(year=None)
    words = tidy_line(request.args.get("q", ""))[:80]
    number = min(max(request.args.get("page", 1, type=int), 1), 1000)
    return render_template(
        "audit/payees.html",
        where=where,
        books=known,
        words=words,
        page=list_payees(db.session, where, words, number),
    )


@blueprint.get("/money/payees/<int:payee_id>")
@public
def payee(payee_id: int) -> str:
    """One payee: what they got, from which projects, and when."""
    found = load_payee(db.session, payee_id)
    known = currencies_of(db.session, payee_id)
    asked = request.args.get("currency", "")
    where = Filter(payee=found.id, currency=asked if asked in known else (known or ["CNY"])[0])
    return render_template(
        "audit/payee.html",
        payee=found,
        currencies=known,
        keys=key_figures(db.session, ("spent", "paid", "owed"), where),
        projects=projects_of(db.session, where),
        months=paid_months(db.session, where),
        listing=list_lines(db.session, where.but(figure="paid")),
        where=where,
        panels=render_panels(db.session, "payee", found),
    )
