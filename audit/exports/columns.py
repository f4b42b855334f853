"""The columns of tables: their names, what they mean, and how a line fills them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from audit.exports.rows import Row
from audit.exports.values import units
from core.i18n import Message, lazy_gettext

Cell: TypeAlias = object


@dataclass(frozen=True, slots=True)
class Column:
    """One column of lines; ``type`` is a Table Schema type, ``name`` stays the same for ever."""

    name: str
    type: str
    title: Message
    cell: Callable[[Row], Cell]
    width: int = 12


def _project(row: Row) -> Cell:
    return row.centre.project_title


def _call(row: Row) -> Cell:
    return row.centre.call_title


COLUMNS: tuple[Column, ...] = (
    Column("number", "integer", lazy_gettext("Line number"), lambda row: row.number),
    Column("day", "date", lazy_gettext("Day"), lambda row: row.day),
    Column("what", "string", lazy_gettext("What happened"), lambda row: row.words, 28),
    Column("amount", "number", lazy_gettext("Amount"), lambda row: _units(row, row.signed), 16),
    Column("currency", "string", lazy_gettext("Currency"), lambda row: row.fund.currency),
    Column("fund_name", "string", lazy_gettext("Fund"), lambda row: row.fund.name, 24),
    Column("area_name", "string", lazy_gettext("Area"), lambda row: row.fund.area, 20),
    Column("year", "integer", lazy_gettext("Year"), lambda row: row.fund.year, 8),
    Column("round_title", "string", lazy_gettext("Round"), lambda row: row.centre.round_title, 24),
    Column("project_title", "string", lazy_gettext("Project"), _project, 28),
    Column("call_title", "string", lazy_gettext("Call for partners"), _call, 24),
    Column("pledge", "string", lazy_gettext("Pledge"), lambda row: row.centre.pledge),
    Column("payee_name", "string", lazy_gettext("Payee"), lambda row: _payee(row, "name"), 28),
    Column("payee_code", "string", lazy_gettext("Payee's code"), lambda row: _payee(row, "code")),
    Column("purpose", "string", lazy_gettext("Purpose"), lambda row: row.purpose, 36),
    Column("voucher", "string", lazy_gettext("Voucher"), lambda row: row.voucher),
    Column("asked_by", "string", lazy_gettext("Asked for by"), lambda row: row.asked_by),
    Column("approved_by", "string", lazy_gettext("Approved by"), lambda row: row.approved_by),
    Column("debit", "string", lazy_gettext("To account"), lambda row: row.debit.name, 36),
    Column("credit", "string", lazy_gettext("From account"), lambda row: row.credit.name, 36),
    Column(
        "booked",
        "number",
        lazy_gettext("Amount as booked"),
        lambda row: _units(row, row.amount),
        16,
    ),
    Column("amount_minor", "integer", lazy_gettext("In smallest units"), lambda row: row.signed),
    Column("reverses", "integer", lazy_gettext("Undoes line"), lambda row: row.reverses),
    Column("code", "string", lazy_gettext("Booking code"), lambda row: row.code),
    Column("group", "string", lazy_gettext("Booked together as"), lambda row: row.group),
    Column("fund", "integer", lazy_gettext("Fund's number"), lambda row: row.fund.id),
    Column("area", "integer", lazy_gettext("Area's number"), lambda row: row.fund.area_id),
    Column("round", "integer", lazy_gettext("Round's number"), lambda row: row.centre.round_ref),
    Column(
        "project", "integer", lazy_gettext("Project's number"), lambda row: row.centre.project_ref
    ),
    Column("payee", "integer", lazy_gettext("Payee's number"), lambda row: _payee(row, "id")),
    Column("recorded_at", "datetime", lazy_gettext("Recorded"), lambda row: row.recorded_at, 20),
    Column("log_entry", "integer", lazy_gettext("Entry in the public log"), lambda row: row.seq),
    Column("documents", "string", lazy_gettext("Papers (SHA-256)"), lambda row: row.documents, 20),
)


def _units(row: Row, amount: int) -> Cell:
    return units(amount, row.fund.currency)


def _payee(row: Row, name: str) -> Cell:
    return getattr(row.payee, name) if row.payee else None
