"""Which lines a figure is made of, as the address of a page says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from flask import url_for

from accounts.models import AreaKind
from core.forms import parse_money
from core.text import tidy_line
from core.types import MAX_MINOR, MINOR_UNITS
from ledger.journal import CODES, FIGURES
from ledger.models import FundKind

LONGEST_QUERY = 80
MOST_OTHERS = 20
_DIGITS = 18  # every number of at most so many digits fits into 64 bits
_MONTH = re.compile(r"(20\d\d|21\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Filter:
    """Lines of one figure or code, narrowed down. Amounts in minor units; ``since`` and ``until``
    are the first days of the first and the last month; ``round`` is a round's cost centre with
    its projects; ``others`` are payees that are left out."""

    figure: str = ""
    code: str = ""
    year: int | None = None
    currency: str = ""
    level: str = ""
    kind: str = ""
    area: int | None = None
    fund: int | None = None
    round: int | None = None
    cost_centre: int | None = None
    payee: int | None = None
    others: tuple[int, ...] = ()
    voucher: int | None = None
    since: date | None = None
    until: date | None = None
    amount_from: int | None = None
    amount_to: int | None = None
    q: str = ""

    @property
    def signs(self) -> dict[str, int]:
        """Which codes are meant, and which way each counts."""
        if self.code:
            return {self.code: 1}
        return FIGURES[self.figure] if self.figure else dict.fromkeys(CODES, 1)

    @property
    def adds_up(self) -> bool:
        """Whether its lines have a sum that means something: of every code they have not, as
        each event is booked on both sides."""
        return bool(self.figure or self.code)

    @property
    def narrow(self) -> bool:
        """Whether it asks for more than the kept sums know."""
        return bool(self.q or self.voucher) or self.by_amount

    @property
    def by_amount(self) -> bool:
        """Whether lines are narrowed down by their amounts."""
        return self.amount_from is not None or self.amount_to is not None

    @property
    def months(self) -> tuple[date | None, date | None]:
        """The first and the last month."""
        return self.since, self.until

    def but(self, **values: Any) -> Filter:
        """The same, with other values."""
        return replace(self, **values)

    def in_month(self, month: date) -> Filter:
        """The same, in one month only."""
        return replace(self, since=month, until=month)

    def args(self) -> dict[str, str]:
        """What stands in an address for it."""
        names = [field.name for field in fields(self)]
        written = {name: _write(name, getattr(self, name), self.currency) for name in names}
        return {name: text for name, text in written.items() if text}

    def url(self, endpoint: str = "audit_public.lines", **values: Any) -> str:
        """The page of its lines, or another one that takes a filter."""
        return url_for(endpoint, **self.args() | values)


def _write(name: str, value: Any, currency: str) -> str:
    if value in {None, (), ""}:
        return ""
    if name == "others":
        return ",".join(map(str, value))
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    if name in {"amount_from", "amount_to"}:
        units = MINOR_UNITS.get(currency, 100)
        whole, rest = divmod(value, units)
        return f"{whole}.{rest:02d}" if rest else str(whole)
    return str(value)


def read_filter(args: Mapping[str, str]) -> tuple[Filter, list[str]]:
    """The filter in an address, and the names of what could not be read there."""
    values: dict[str, Any] = {}
    wrong = []
    for name, read in _READ.items():
        typed = tidy_line(args.get(name, ""))[:200]
        if not typed:
            continue
        found = read(typed)
        if found is None:
            wrong.append(name)
        else:
            values[name] = found
    currency = values.get("currency", "CNY")
    for name in ("amount_from", "amount_to"):
        if typed := tidy_line(args.get(name, ""))[:40]:
            amount = _amount(typed, currency)
            if amount is None:
                wrong.append(name)
            values[name] = amount
    return Filter(**values), wrong


def _number(typed: str) -> int | None:
    fits = typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS
    return int(typed) if fits else None


def _year(typed: str) -> int | None:
    found = _number(typed)
    return found if found is not None and 2000 <= found <= 2200 else None


def _others(typed: str) -> tuple[int, ...] | None:
    found = [_number(part) for part in typed.split(",")]
    if len(found) > MOST_OTHERS:
        return None
    known = tuple(one for one in found if one is not None)
    return known if len(known) == len(found) else None


def _month(typed: str) -> date | None:
    found = _MONTH.fullmatch(typed)
    return date(int(found[1]), int(found[2]), 1) if found else None


def _amount(typed: str, currency: str) -> int | None:
    try:
        found = parse_money(typed, currency)
    except ValueError:
        return None
    return found if 0 <= found <= MAX_MINOR else None


def _among(known: Any) -> Any:
    allowed = set(known)
    return lambda typed: typed if typed in allowed else None


_READ: dict[str, Any] = {
    "figure": _among(FIGURES),
    "code": _among(CODES),
    "year": _year,
    "currency": _among(MINOR_UNITS),
    "level": _among(k.value for k in AreaKind),
    "kind": _among(k.value for k in FundKind),
    "area": _number,
    "fund": _number,
    "round": _number,
    "cost_centre": _number,
    "payee": _number,
    "others": _others,
    "voucher": _number,
    "since": _month,
    "until": _month,
    "q": lambda typed: typed[:LONGEST_QUERY],
}
