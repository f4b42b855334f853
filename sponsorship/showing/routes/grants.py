"""What was given, as files for other programs."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, stream_with_context

from core.clock import now
from core.db import db, of_one_moment
from core.errors import NotFound
from core.i18n import current_locale, lazy_gettext
from core.policy import public as everybody
from core.web import limiter, settings
from sponsorship.showing.grants.files import Publisher, csv_file, json_file
from sponsorship.showing.grants.rows import any_grants, grants
from sponsorship.showing.routes import public

limit_files = limiter.shared_limit("30 per minute", scope="grants-files")


@public.get("/partners/grants.json")
@everybody
@limit_files
def grants_json() -> Response:
    """Every accepted pledge of money as a grant: a package of the 360Giving Data Standard."""
    site = _publisher()
    _check_any()
    return _file(json_file(site, now(), grants(db.session, site.prefix)), "grants.json")


@public.get("/partners/grants.csv")
@everybody
@limit_files
def grants_csv() -> Response:
    """The same as a table."""
    site = _publisher()
    _check_any()
    return _file(csv_file(site, grants(db.session, site.prefix)), "grants.csv")


def _publisher() -> Publisher:
    conf = settings()
    name = conf.organiser_zh if current_locale() == "zh_Hans" else conf.organiser_en
    return Publisher(name, conf.base_url, conf.grants_prefix)


def _check_any() -> None:
    """A package holds at least one grant."""
    of_one_moment(db.session)
    if not any_grants(db.session):
        raise NotFound(lazy_gettext("No money has been accepted from partners yet."))


def _file(pieces: Iterator[bytes], name: str) -> Response:
    kind = "application/json" if name.endswith("json") else "text/csv; charset=utf-8"
    response = Response(stream_with_context(pieces), content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
