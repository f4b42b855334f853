"""What a report says of itself, and its values as people write them."""

from __future__ import annotations

from datetime import date

from audit.report.model import Amount, Cell, Link, Report, Scope
from core.clock import local_date
from core.i18n import date_full, format_money, format_number
from core.i18n import gettext as _


def title(scope: Scope) -> str:
    """What the report is called."""
    return _("%(area)s: audit report %(year)s", area=scope.area.text, year=scope.year)


def drawn_up(report: Report) -> str:
    """Of which moment it is; says so when the year is not over."""
    day = local_date(report.at)
    if day.year > report.scope.year:
        return _("Drawn up on %(day)s.", day=date_full(report.at))
    return _(
        "Drawn up on %(day)s. The year is not over: these are the figures up to now.",
        day=date_full(report.at),
    )


def of_log(report: Report) -> str:
    """Which state of the public log it belongs to."""
    if not report.size:
        return _("The public log had no signed checkpoint yet.")
    return _(
        "Public log: %(size)s entries, root %(root)s",
        size=format_number(report.size),
        root=report.root,
    )


def said(cell: Cell, *, decimals: bool = False) -> str:
    """A value in words; with ``decimals``, amounts have all of theirs."""
    if isinstance(cell, Amount):
        return format_money(cell.minor, cell.currency, decimals=decimals and cell.minor != 0)
    if isinstance(cell, Link):
        return cell.text
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int):
        return format_number(cell)
    return cell or ""
