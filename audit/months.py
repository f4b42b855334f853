"""Month by month: what was set aside for votes, promised and spent, and how that adds up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from audit.filters import Filter
from audit.sums import Figure, figure, sums

NAMES = ("appropriated", "committed", "spent")
SO_FAR = ("appropriated", "spent")
MOST = 36


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month: the figures ``NAMES`` of it, and ``SO_FAR`` of everything up to its end."""

    month: date
    figures: list[Figure]
    so_far: list[Figure]


def time_line(session: Session, where: Filter) -> list[MonthRow]:
    """The months of a filter of one currency, from the first in which something was set aside,
    promised or spent to the last; the latest ``MOST`` of them."""
    found = {month: row for (month,), row in sums(session, NAMES, where, by=("month",)).items()}
    there = [month for month, row in found.items() if any(row.values())]
    total = dict.fromkeys(NAMES, 0)
    rows = []
    for month in _between(min(there), max(there)) if there else []:
        row = found.get(month, dict.fromkeys(NAMES, 0))
        total = {name: total[name] + row[name] for name in NAMES}
        here, until = where.in_month(month), where.but(since=None, until=month)
        rows.append(
            MonthRow(
                month,
                [figure(name, row[name], here) for name in NAMES],
                [figure(name, total[name], until) for name in SO_FAR],
            )
        )
    return rows[-MOST:]


def _between(first: date, last: date) -> list[date]:
    """Every month from ``first`` to ``last``."""
    start, end = (day.year * 12 + day.month - 1 for day in (first, last))
    return [date(at // 12, at % 12 + 1, 1) for at in range(start, end + 1)]
