"""Where money came from and where it went, for everybody, down to each line."""

from __future__ import annotations

from io import BytesIO

from flask import Response, render_template, request, send_file

from accounts.words import AREA_KINDS
from audit.about import about, heading
from audit.allotments import allotments
from audit.filters import Filter, read_filter
from audit.flows import flows
from audit.funds import Books, books, fund_rows, settle
from audit.levels import load_levels
from audit.line_view import line_view
from audit.lines import list_lines, read_place
from audit.months import time_line
from audit.papers import paper_file
from audit.question_pages import questions_of
from audit.routes import blueprint
from audit.words import FIGURES, LEVELS
from core.clock import local_date, now
from core.db import db
from core.policy import public
from ledger.queries.bank import kept_counts
from ledger.words import LINES

NEWEST = 6


def settled() -> tuple[Filter, Books]:
    """The address's filter with a year and a currency, and what there is to choose from."""
    where, _wrong = read_filter(request.args)
    known = books(db.session)
    return settle(known, where, local_date(now()).year), known


def pages_of_year(where: Filter) -> Filter:
    """What a page of a whole year takes from its address; no more than that."""
    return Filter(
        year=where.year,
        currency=where.currency,
        level=where.level,
        area=where.area,
        kind=where.kind,
    )


@blueprint.get("/money")
@public
def money() -> str:
    """The whole picture of a year: from the sources to who was paid."""
    where, known = settled()
    where = pages_of_year(where)
    year = load_levels(db.session, where)
    funds, more = fund_rows(db.session, where, known=year.by_fund)
    paid = where.but(figure="paid")
    return render_template(
        "audit/money.html",
        where=where,
        books=known,
        keys=year.keys(where),
        levels=year.rows(where),
        flows=flows(db.session, year, where),
        months=time_line(db.session, where),
        funds=funds,
        more_funds=more,
        payments=list_lines(db.session, paid, size=NEWEST),
        paid=paid,
        level_names=LEVELS,
        area_kinds=AREA_KINDS,
    )


@blueprint.get("/money/lines")
@public
def lines() -> str:
    """Every line, or those that make up a figure, the newest first."""
    where, wrong = read_filter(request.args)
    before = read_place(request.args.get("before", ""))
    return render_template(
        "audit/lines.html",
        where=where,
        wrong=wrong,
        books=books(db.session),
        listing=list_lines(db.session, where, before),
        heading=heading(where),
        marks=about(db.session, where),
        figures=FIGURES,
        codes=LINES,
        paged=before is not None,
    )


@blueprint.get("/money/lines/<int:line_id>")
@public
def line(line_id: int) -> str:
    """One line, on a page of its own."""
    return render_template(
        "audit/line.html",
        view=line_view(db.session, line_id),
        questions=questions_of(db.session, line_id, local_date(now())),
    )


@blueprint.get("/money/lines/<int:line_id>/part")
@public
def line_part(line_id: int) -> str:
    """One line, opened in the list in which it stands, or closed again."""
    closed = request.args.get("closed") == "1"
    view = None if closed else line_view(db.session, line_id)
    return render_template("audit/line_part.html", view=view, line_id=line_id)


@blueprint.get("/money/documents/<int:document_id>")
@public
def paper(document_id: int) -> Response:
    """The copy of a paper for everybody, as a file: never shown within a page of ours."""
    given = paper_file(db.session, document_id)
    return send_file(
        given.path or BytesIO(given.data or b""),
        given.mime,
        as_attachment=True,
        download_name=given.name,
    )


@blueprint.get("/money/statements")
@public
def statements() -> str:
    """How far the banks' statements and the books agree."""
    return render_template("audit/statements.html", found=kept_counts(db.session))


@blueprint.get("/money/allotments")
@public
def handed_down() -> str:
    """What each level gave to the one below, on which document and terms."""
    where, known = settled()
    asked = where.fund
    where = pages_of_year(where)
    before = request.args.get("before", "", type=str)
    place = int(before) if before.isascii() and before.isdigit() and len(before) <= 18 else None
    rows, older = allotments(db.session, where.but(fund=asked), place)
    return render_template(
        "audit/allotments.html",
        where=where,
        books=known,
        levels=load_levels(db.session, where).rows(where),
        rows=rows,
        older=older,
        level_names=LEVELS,
    )


@blueprint.get("/money/explain")
@public
def explain() -> str:
    """The way of the money in a picture and in words, and how to check it oneself."""
    return render_template("audit/explain.html", figures=FIGURES)
