"""The report as a page, on paper and as a workbook, for everybody."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from flask_babel import force_locale

from accounts.words import AREA_KINDS
from audit.exports.routes import limit_files
from audit.report.index import list_reports
from audit.report.load import load_report
from audit.report.model import Report
from audit.report.paper import report_pdf
from audit.report.words import drawn_up, of_log, said, title
from audit.report.workbook import report_xlsx
from audit.routes import blueprint
from core.clock import now
from core.db import db
from core.i18n import LOCALES, current_locale, language_name
from core.policy import public
from core.web import settings

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/money/report")
@public
def reports() -> str:
    """Every year of every area that has books."""
    return render_template(
        "audit/reports.html", areas=list_reports(db.session), area_kinds=AREA_KINDS
    )


@blueprint.get("/money/report/<int:area_id>/<int:year>")
@public
def report(area_id: int, year: int) -> str:
    """An area's year, each amount with the way to its lines."""
    found = _load(area_id, year)
    files = [
        (
            language_name(locale),
            _address("report_pdf", found, locale),
            _address("report_xlsx", found, locale),
        )
        for locale in LOCALES
    ]
    return render_template(
        "audit/report.html",
        report=found,
        title=title(found.scope),
        drawn_up=drawn_up(found),
        of_log=of_log(found),
        said=said,
        files=files,
    )


@blueprint.get("/money/report/<int:area_id>/<int:year>.pdf")
@public
@limit_files
def report_pdf_file(area_id: int, year: int) -> Response:
    """The same for print, with Chinese type embedded."""
    conf = settings()
    with force_locale(_language()):
        found = _load(area_id, year)
        zh = current_locale() == "zh_Hans"
        data = report_pdf(
            found,
            site=conf.site_name_zh if zh else conf.site_name_en,
            organiser=conf.organiser_zh if zh else conf.organiser_en,
            address=url_for(".report", area_id=area_id, year=year, _external=True),
        )
    return _file(data, "application/pdf", found, "pdf")


@blueprint.get("/money/report/<int:area_id>/<int:year>.xlsx")
@public
@limit_files
def report_xlsx_file(area_id: int, year: int) -> Response:
    """The same figures in a workbook."""
    with force_locale(_language()):
        found = _load(area_id, year)
        data = report_xlsx(found)
    return _file(data, _SHEET, found, "xlsx")


def _load(area_id: int, year: int) -> Report:
    return load_report(db.session, area_id, year, request.args.get("currency", ""), now())


def _language() -> str:
    """The language that the address asks for, else the reader's."""
    asked = request.args.get("language", "")
    return asked if asked in LOCALES else current_locale()


def _address(endpoint: str, found: Report, locale: str) -> str:
    scope = found.scope
    return url_for(
        f".{endpoint}_file",
        area_id=scope.area_id,
        year=scope.year,
        currency=scope.currency,
        language=locale,
    )


def _file(data: bytes, kind: str, found: Report, suffix: str) -> Response:
    scope = found.scope
    name = f"report-{scope.area_id}-{scope.year}-{scope.currency}.{suffix}"
    response = Response(data, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
