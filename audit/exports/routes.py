"""The page of exports, and the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for

from audit.exports.book import totals
from audit.exports.formats import FORMATS, Format, check_fits, file_name
from audit.exports.scope import Scope, find_scope, funds_to_choose
from core.clock import local_date, now
from core.db import db
from core.errors import NotFound
from core.i18n import current_locale, lazy_gettext
from core.policy import public
from core.web import limiter, settings

blueprint = Blueprint("audit_exports", __name__)
limit_files = limiter.shared_limit("30 per minute", scope="ledger-files")
MEGABYTE = 1_000_000
OVERHEAD = 6_000  # bytes of a file without lines


@dataclass(frozen=True, slots=True)
class Choice:
    """A format as the page offers it; ``bytes`` is about its size, 0 where that is not known."""

    format: Format
    url: str
    file: str
    bytes: int

    @property
    def check(self) -> str:
        """The command that checks the file, empty where there is none."""
        return self.format.check.format(file=self.file)

    @property
    def size(self) -> str:
        """The size in words."""
        if self.bytes < MEGABYTE:
            return f"{max(1, self.bytes // 1000)} KB"
        return f"{self.bytes / MEGABYTE:,.0f} MB"


@blueprint.get("/money/export")
@public
def index() -> str:
    """Every format in plain words, for the whole ledger or a part of it."""
    scope = find_scope(db.session, request.args)
    lines = sum(total.lines for total in totals(db.session, scope))
    choices = [_choice(one, scope, lines) for one in FORMATS.values() if one.fits(scope)]
    areas, funds, years = funds_to_choose(db.session)
    return render_template(
        "audit/export.html",
        scope=scope,
        lines=lines,
        choices=choices,
        areas=areas,
        funds=funds,
        years=years,
    )


def _choice(form: Format, scope: Scope, lines: int) -> Choice:
    asked: dict[str, Any] = dict(scope.address)
    url = url_for("audit_exports.download", name=form.name, **asked)
    size = OVERHEAD + lines * form.per_line if form.per_line else 0
    return Choice(form, url, _file_name(form, scope), size)


def _file_name(form: Format, scope: Scope) -> str:
    return file_name(form, scope.label, local_date(now()).isoformat())


@blueprint.get("/money/export/<name>")
@public
@limit_files
def download(name: str) -> Response:
    """The lines in one format, sent while they are read."""
    form = FORMATS.get(name)
    if form is None:
        raise NotFound(lazy_gettext("There is no export of this kind."))
    scope = find_scope(db.session, request.args)
    check_fits(form, scope)
    book = form.opens(db.session, scope, now(), _site())
    response = Response(
        stream_with_context(form.write(db.session, book)), content_type=form.mimetype
    )
    response.headers["Content-Disposition"] = f"attachment; filename={_file_name(form, scope)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _site() -> str:
    conf = settings()
    return conf.site_name_zh if current_locale() == "zh_Hans" else conf.site_name_en
