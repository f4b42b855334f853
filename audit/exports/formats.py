"""Every format of an export: what it is good for, and who writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.orm import Session

from audit.exports.beancount import beancount_file
from audit.exports.book import Book, open_book
from audit.exports.hledger import hledger_file
from audit.exports.ocds.files import bare_book, ocds_file
from audit.exports.package import package_file
from audit.exports.scope import Scope
from audit.exports.tables import csv_file
from audit.exports.workbook import xlsx_file
from core.errors import Invalid
from core.i18n import Message, lazy_gettext

Opener: TypeAlias = Callable[[Session, Scope, datetime, str], Book]
Writer: TypeAlias = Callable[[Session, Book], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file. ``per_line`` is about how many bytes a line takes; ``check`` is the command
    with which an outside tool checks the file, empty where there is none. ``takes`` are the names
    of filters that it understands; None for all. ``opens`` reads what it needs besides."""

    name: str
    title: Message
    about: Message
    suffix: str
    mimetype: str
    write: Writer
    per_line: int
    check: str = ""
    takes: frozenset[str] | None = None
    opens: Opener = open_book

    def fits(self, scope: Scope) -> bool:
        """Whether it can be narrowed down as asked."""
        return self.takes is None or scope.address.keys() <= self.takes


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format(
            "xlsx",
            lazy_gettext("Excel workbook"),
            lazy_gettext(
                "If you want to look, sort and add up: opens in Excel, WPS and LibreOffice, with"
                " a sheet of sums. Begin here."
            ),
            "xlsx",
            _SHEET,
            xlsx_file,
            165,
        ),
        Format(
            "csv",
            lazy_gettext("Table as text (CSV)"),
            lazy_gettext(
                "The same table for any program that reads tables, also for very many lines."
                " Excel opens it with the right characters."
            ),
            "csv",
            "text/csv; charset=utf-8",
            csv_file,
            445,
        ),
        Format(
            "datapackage",
            lazy_gettext("Data Package"),
            lazy_gettext(
                "For people who compute: tables of lines, accounts, balances, funds and payees,"
                " with a description of every column and the hash of every file."
            ),
            "zip",
            "application/zip",
            package_file,
            60,
            "frictionless validate {file}",
        ),
        Format(
            "beancount",
            lazy_gettext("Journal for beancount"),
            lazy_gettext(
                "For people who keep books: every line as a booking, and at the end the balance"
                " of every account. A single changed amount makes the check fail."
            ),
            "beancount",
            "text/plain; charset=utf-8",
            beancount_file,
            625,
            "bean-check {file}",
        ),
        Format(
            "hledger",
            lazy_gettext("Journal for hledger"),
            lazy_gettext("The same for another tool, which was written by other people."),
            "journal",
            "text/plain; charset=utf-8",
            hledger_file,
            650,
            "hledger check --strict -f {file}",
        ),
        Format(
            "ocds",
            lazy_gettext("Open contracting data (OCDS)"),
            lazy_gettext(
                "Not the lines, but what was tendered, to whom it went, what was changed, accepted"
                " and paid, as the Open Contracting Data Standard 1.1.5 writes it."
            ),
            "json",
            "application/json",
            ocds_file,
            0,
            "libcoveocds {file}",
            frozenset({"within", "year"}),
            bare_book,
        ),
    )
}


def file_name(form: Format, book_label: str, day: str) -> str:
    """What the file is called, with its scope and its day; ASCII only."""
    what = "ocds" if form.name == "ocds" else "ledger"
    return f"{what}-{book_label}-{day}.{form.suffix}"


def check_fits(form: Format, scope: Scope) -> None:
    """Raise ``Invalid`` for a filter that a format does not understand: it would hold more than
    was asked for."""
    if not form.fits(scope):
        raise Invalid(
            lazy_gettext(
                "This file cannot be narrowed down like that; choose an area or a year, please."
            )
        )
