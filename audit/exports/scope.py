"""Which lines an export holds: the whole ledger, or what the address asks for, by the same
filter as the pages of lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from accounts.models import Area
from audit.filters import Filter, read_filter
from audit.sums import cost_centre_ids, fund_ids, payee_ids
from audit.words import FIGURES, LEVELS
from core.errors import Invalid, NotFound
from core.i18n import Message, lazy_gettext, localize
from ledger.models import CostCentre, Fund, Payee, Transfer, Turnover
from ledger.queries.figures import Ids, conditions
from ledger.words import FUND_KINDS, LINES

WITHIN = "within"  # an area with all below it
NAMES = (WITHIN, *(one.name for one in fields(Filter) if one.name != "q"))
_MODELS: tuple[tuple[str, Any, str], ...] = (
    (WITHIN, Area, "name"),
    ("area", Area, "name"),
    ("fund", Fund, "name"),
    ("round", CostCentre, "title"),
    ("cost_centre", CostCentre, "title"),
    ("payee", Payee, "name"),
)
_WORDS: dict[str, Mapping[str, Message]] = {
    "code": LINES,
    "figure": {name: words[0] for name, words in FIGURES.items()},
    "level": LEVELS,
    "kind": FUND_KINDS,
}
_UNCLEAR: Message = lazy_gettext(
    "We do not understand this filter. Please start again from the page of files."
)
_UNKNOWN: Message = lazy_gettext("There is no such thing in the books.")


@dataclass(frozen=True, slots=True)
class Scope:
    """A filter over lines, and the path of the area in and below which they are.

    ``words`` say it to people, and ``address`` is what it looks like in a URL.
    """

    where: Filter = field(default_factory=Filter)
    path: str = ""
    words: tuple[str, ...] = ()
    address: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The same for file names: ASCII, without anything that a shell takes for more."""
        parts = (
            "-".join([name, *filter(str.isalnum, value.replace(",", "-").split("-"))])
            for name, value in self.address.items()
        )
        return "-".join(parts).replace("_", "-")[:80] or "all"

    @property
    def fund_ids(self) -> Ids | None:
        """The funds that it lets through; None for all."""
        found = fund_ids(self.where)
        if not self.path:
            return found
        below = Fund.area_id.in_(select(Area.id).where(Area.path.startswith(self.path)))
        return found.where(below) if isinstance(found, Select) else select(Fund.id).where(below)

    @property
    def codes(self) -> Collection[str] | None:
        """The codes that it lets through; None for all."""
        return sorted(self.where.signs) if self.where.adds_up else None

    @property
    def whole_funds(self) -> bool:
        """Whether every line of its funds is in, so that the accounts' own balances hold."""
        of_funds = {"year", "currency", "level", "kind", "area", "fund", WITHIN}
        return self.address.keys() <= of_funds

    @property
    def summed(self) -> bool:
        """Whether the sums that the journal keeps are those of its lines."""
        return not self.where.narrow

    def of_lines(self) -> list[ColumnElement[bool]]:
        """What narrows ``Transfer``."""
        where = self.where
        asked = (
            (Transfer.fund_id, self.fund_ids),
            (Transfer.cost_centre_id, cost_centre_ids(where)),
            (Transfer.payee_id, payee_ids(where)),
            (Transfer.code, self.codes),
            (Transfer.voucher_id, None if where.voucher is None else [where.voucher]),
        )
        found = [_among(column, wanted) for column, wanted in asked if wanted is not None]
        first, last = where.months
        if first is not None:
            found.append(Transfer.effective_on >= first)
        if last is not None:
            found.append(Transfer.effective_on < _month_after(last))
        if where.amount_from is not None:
            found.append(Transfer.amount >= where.amount_from)
        if where.amount_to is not None:
            found.append(Transfer.amount <= where.amount_to)
        return found

    def of_sums(self) -> list[ColumnElement[bool]]:
        """What narrows ``Turnover`` to the sums of the same lines, where it is ``summed``."""
        where = self.where
        found = conditions(self.fund_ids, cost_centre_ids(where), payee_ids(where), where.months)
        return found if self.codes is None else [*found, Turnover.code.in_(self.codes)]


def _among(column: Any, wanted: Any) -> ColumnElement[bool]:
    """Lines leave empty what sums write as 0."""
    found: ColumnElement[bool] = column.in_(wanted)
    return or_(found, column.is_(None)) if isinstance(wanted, list) and 0 in wanted else found


def _month_after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def find_scope(session: Session, asked: Mapping[str, str]) -> Scope:
    """The filter that an address or a command asks for, by ``NAMES``.

    Raises ``NotFound`` for an area, fund, round, project or payee that does not exist, and
    ``Invalid`` for what cannot be read: nobody shall take more lines for those they asked for.
    """
    within = asked.get(WITHIN, "").strip()
    where, wrong = read_filter(asked)
    if wrong or where.q or not _is_number(within):
        raise Invalid(_UNCLEAR)
    address = ({WITHIN: within} if within else {}) | where.args()
    words = [*_named(session, address), *_said(address)]
    area = session.get_one(Area, int(within)) if within else None
    return Scope(where, "" if area is None else area.path, tuple(words), address)


def _is_number(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) <= 18)


def _named(session: Session, address: Mapping[str, str]) -> Iterator[str]:
    for name, model, texts in _MODELS:
        if name not in address or (address[name] == "0" and name in {"cost_centre", "payee"}):
            continue
        found = session.get(model, int(address[name]))
        if found is None:
            raise NotFound(_UNKNOWN)
        yield localize(getattr(found, texts)).text


def _said(address: Mapping[str, str]) -> Iterator[str]:
    known = {name for name, _model, _texts in _MODELS}
    for name, value in address.items():
        if name in _WORDS:
            yield str(_WORDS[name][value])
        elif name not in known:
            yield value


def funds_to_choose(
    session: Session,
) -> tuple[list[tuple[int, str]], list[tuple[int, str]], list[tuple[int, str]]]:
    """What the page's filter offers: areas with money and those above them, funds, years."""
    rows = select(Fund.id, Fund.name, Fund.year, Area.path).join(Area, Area.id == Fund.area_id)
    found = session.execute(rows.order_by(Fund.year.desc(), Fund.id)).all()
    above = {int(part) for row in found for part in row.path.strip("/").split("/")}
    names = select(Area.id, Area.name).where(Area.id.in_(above)).order_by(Area.path)
    areas = [(ident, localize(name).text) for ident, name in session.execute(names)]
    funds = [(row.id, localize(row.name).text) for row in found]
    years = sorted({row.year for row in found}, reverse=True)
    return areas, funds, [(year, str(year)) for year in years]
