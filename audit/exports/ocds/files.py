"""Files of all processes, for the page of exports and the command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from audit.exports.book import Book
from audit.exports.ocds.load import Which, count_processes, processes
from audit.exports.ocds.package import record_lines, release_package
from audit.exports.ocds.values import Publisher
from audit.exports.scope import Scope
from audit.exports.values import NO_DAY
from core.db import of_one_moment
from core.errors import NotFound
from core.i18n import TAGS, current_locale, lazy_gettext
from core.web import settings

BULK = "/money/export/ocds"


def publisher() -> Publisher:
    """Who publishes, in the language in force."""
    conf = settings()
    zh = current_locale() == "zh_Hans"
    return Publisher(
        name=conf.organiser_zh if zh else conf.organiser_en,
        base=conf.base_url,
        prefix=conf.ocds_prefix,
        language=TAGS[current_locale()].partition("-")[0],
    )


def which(scope: Scope) -> Which:
    """The processes of an area with all below it, and of a year, as the page of exports asks."""
    return Which(path=scope.path, year=scope.where.year)


def bare_book(session: Session, scope: Scope, at: datetime, site: str) -> Book:
    """An export without the ledger's accounts and purposes, which would all be held in memory."""
    of_one_moment(session)
    return Book(scope, at, site, {}, {}, {}, {}, (), NO_DAY, NO_DAY)


def ocds_file(session: Session, book: Book) -> Iterator[bytes]:
    """A release package of the processes in scope. Raises ``NotFound`` when there are none, as a
    package holds at least one release."""
    check_any(session, which(book.scope))
    found = processes(session, which(book.scope))
    return release_package(publisher(), BULK, book.at, found)


def lines_file(session: Session, asked: Which) -> Iterator[bytes]:
    """A record a line, compressed. Raises ``NotFound`` when there are none."""
    check_any(session, asked)
    return record_lines(publisher(), processes(session, asked))


def check_any(session: Session, asked: Which) -> None:
    """Raise ``NotFound`` when nothing was put out to tender."""
    if not count_processes(session, asked):
        raise NotFound(lazy_gettext("Nothing has been put out to tender here yet."))
