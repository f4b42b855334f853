"""A sponsor's giving as tables, for its own reporting."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.cells import plain, unarmed, units
from core.clock import local_date
from core.i18n import Message, gettext, lazy_gettext, localize
from sponsorship.models import GuidanceVersion, Opening, Pledge
from sponsorship.pledges.queries.giving import own, received_of
from sponsorship.pledges.queries.page import purpose_of
from sponsorship.pledges.words import KINDS, STATES

BOM = "\ufeff"
LONGEST = 32_767  # characters in one cell
MOST = 10_000
Cell = str | Decimal | date | None
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A pledge, what was confirmed of it in kind, and what its call is called."""

    pledge: Pledge
    received: int
    call: str


Column = tuple[Message, Callable[[Row], Cell]]


def _amount(name: str) -> Callable[[Row], Cell]:
    return lambda row: units(getattr(row.pledge, name), row.pledge.currency)


def _day(at: datetime | None) -> date | None:
    return local_date(at) if at else None


COLUMNS: Sequence[Column] = (
    (lazy_gettext("Pledge"), lambda row: row.pledge.number),
    (
        lazy_gettext("Given by"),
        lambda row: localize(row.pledge.business.name).text if row.pledge.business else "",
    ),
    (lazy_gettext("Given for"), lambda row: purpose_of(row.pledge).text),
    (lazy_gettext("Call"), lambda row: row.call),
    (lazy_gettext("Kind"), lambda row: str(KINDS[row.pledge.kind])),
    (lazy_gettext("What exactly"), lambda row: row.pledge.what),
    (lazy_gettext("State"), lambda row: str(STATES[row.pledge.state][0])),
    (lazy_gettext("Currency"), lambda row: row.pledge.currency),
    (lazy_gettext("Amount promised"), _amount("amount")),
    (lazy_gettext("Public money added"), _amount("match")),
    (lazy_gettext("Paid"), _amount("paid")),
    (lazy_gettext("Given back"), _amount("refunded")),
    (lazy_gettext("At work"), _amount("released")),
    (
        lazy_gettext("Confirmed in kind"),
        lambda row: units(row.received, row.pledge.currency),
    ),
    (lazy_gettext("Offered on"), lambda row: _day(row.pledge.offered_at)),
    (lazy_gettext("Due on"), lambda row: row.pledge.due_on),
    (lazy_gettext("Ended on"), lambda row: _day(row.pledge.ended_at)),
)


def giving_rows(session: Session, person_id: int) -> list[Row]:
    """All that somebody gives, the oldest first: three queries."""
    rows = (
        select(Pledge)
        .where(own(person_id))
        .options(
            joinedload(Pledge.opening).joinedload(Opening.project), joinedload(Pledge.business)
        )
        .order_by(Pledge.id)
        .limit(MOST)
    )
    pledges = session.scalars(rows).all()
    titles = _titles(session, {one.opening.call_id for one in pledges})
    received = received_of(session, [one.id for one in pledges])
    return [
        Row(one, received.get(one.id, 0), titles.get(one.opening.call_id, "")) for one in pledges
    ]


def _titles(session: Session, calls: set[int]) -> dict[int, str]:
    rows = select(GuidanceVersion.call_id, GuidanceVersion.title).where(
        GuidanceVersion.call_id.in_(calls), GuidanceVersion.published_at.is_not(None)
    )
    found = session.execute(rows.order_by(GuidanceVersion.number))
    return {call: localize(title).text for call, title in found}


def giving_csv(rows: Sequence[Row]) -> str:
    """For spreadsheets: with the mark that names the encoding, without formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([str(title) for title, _cell in COLUMNS])
    writer.writerows([_text(cell(row)) for _title, cell in COLUMNS] for row in rows)
    return BOM + out.getvalue()


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return unarmed(plain(cell))
    return cell.isoformat() if isinstance(cell, date) else "" if cell is None else str(cell)


def giving_xlsx(rows: Sequence[Row], at: datetime) -> bytes:
    """As a workbook: amounts are numbers, days are days. The same moment gives the same file."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as workbook:
        workbook.set_properties({"created": at.replace(tzinfo=None)})
        sheet = workbook.add_worksheet(gettext("Giving")[:31])
        head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for place, (title, _cell) in enumerate(COLUMNS):
            sheet.set_column(place, place, 16)
            sheet.write_string(0, place, str(title), head)
        sheet.freeze_panes(1, 1)
        for line, row in enumerate(rows, 1):
            for place, cell in _filled(row):
                if isinstance(cell, str):
                    sheet.write_string(line, place, plain(cell)[:LONGEST])
                elif isinstance(cell, date):
                    sheet.write_datetime(line, place, cell, day)
                else:
                    sheet.write_number(line, place, cell)
    return out.getvalue()


def _filled(row: Row) -> Iterator[tuple[int, str | Decimal | date]]:
    for place, (_title, read) in enumerate(COLUMNS):
        if (cell := read(row)) is not None and cell != "":
            yield place, cell
