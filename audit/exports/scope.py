"""Which lines an export holds: the whole ledger, or what the address asks for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.db import Base
from core.errors import Invalid, NotFound
from core.i18n import Message, lazy_gettext, localize
from ledger.journal import CODES, FIGURES
from ledger.models import CostCentre, Fund, Payee, Transfer, Turnover
from ledger.queries.figures import Ids, Months, conditions
from ledger.words import LINES

M = TypeVar("M", bound=Base)
# As for the pages of lines, and ``within`` for an area with all below it.
NAMES = (
    "within",
    "area",
    "fund",
    "year",
    "currency",
    "round",
    "cost_centre",
    "payee",
    "figure",
    "code",
    "since",
    "until",
)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_NUMBER = re.compile(r"[1-9]\d{0,8}")


@dataclass(frozen=True, slots=True)
class Scope:
    """A filter over lines; None leaves a dimension as it is.

    ``label`` goes into file names, ``words`` say the same to people, and ``address`` is what the
    filter looks like in a URL.
    """

    fund_ids: Ids | None = None
    cost_centre_ids: Ids | None = None
    payee_ids: Ids | None = None
    months: Months = (None, None)
    codes: Collection[str] | None = None
    label: str = "all"
    words: tuple[str, ...] = ()
    address: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole_funds(self) -> bool:
        """Whether every line of its funds is in, so that the accounts' own balances hold."""
        narrow = (self.cost_centre_ids, self.payee_ids, self.codes)
        return self.months == (None, None) and all(part is None for part in narrow)

    def of_lines(self) -> list[ColumnElement[bool]]:
        """What narrows ``Transfer``."""
        found: list[ColumnElement[bool]] = []
        if self.fund_ids is not None:
            found.append(Transfer.fund_id.in_(self.fund_ids))
        if self.cost_centre_ids is not None:
            found.append(_among(Transfer.cost_centre_id, self.cost_centre_ids))
        if self.payee_ids is not None:
            found.append(_among(Transfer.payee_id, self.payee_ids))
        if self.codes is not None:
            found.append(Transfer.code.in_(self.codes))
        first, last = self.months
        if first is not None:
            found.append(Transfer.effective_on >= first.replace(day=1))
        if last is not None:
            found.append(Transfer.effective_on < _month_after(last))
        return found

    def of_sums(self) -> list[ColumnElement[bool]]:
        """What narrows ``Turnover`` to the sums of the same lines."""
        found = conditions(self.fund_ids, self.cost_centre_ids, self.payee_ids, self.months)
        return found if self.codes is None else [*found, Turnover.code.in_(self.codes)]


def _among(column: Any, wanted: Ids) -> ColumnElement[bool]:
    """Lines leave empty what sums write as 0."""
    found: ColumnElement[bool] = column.in_(wanted)
    return or_(found, column.is_(None)) if isinstance(wanted, Collection) and 0 in wanted else found


def _month_after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def find_scope(session: Session, asked: Mapping[str, str]) -> Scope:
    """The filter that an address or a command asks for, by ``NAMES``.

    Raises ``NotFound`` for an area, fund, round, project or payee that does not exist, and
    ``Invalid`` for anything that is not a number, a year, a month or a kind of line.
    """
    address = {name: asked[name].strip() for name in NAMES if asked.get(name, "").strip()}
    found: dict[str, Any] = {"address": address, "label": _label(address)}
    words: list[str] = []
    found["fund_ids"] = _funds(session, address, words)
    found["cost_centre_ids"] = _centres(session, address, words)
    if "payee" in address:
        payee = _known(session, Payee, address["payee"])
        found["payee_ids"] = [payee.id]
        words.append(localize(payee.name).text)
    found["codes"] = _codes(address, words)
    found["months"] = (_month(address, "since"), _month(address, "until"))
    words += [address[name] for name in ("since", "until") if name in address]
    return Scope(**found, words=tuple(words))


_UNCLEAR: Message = lazy_gettext(
    "We do not understand this filter. Please start again from the page of exports."
)
_UNKNOWN: Message = lazy_gettext("There is no such thing in the books.")


def _label(address: Mapping[str, str]) -> str:
    parts = (f"{name}-{re.sub('[^0-9A-Za-z_-]', '', value)}" for name, value in address.items())
    return "-".join(parts)[:80] or "all"


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Invalid(_UNCLEAR)
    return int(text)


def _known(session: Session, model: type[M], text: str) -> M:
    found = session.get(model, _number(text))
    if found is None:
        raise NotFound(_UNKNOWN)
    return found


def _month(address: Mapping[str, str], name: str) -> date | None:
    if name not in address:
        return None
    match = _MONTH.fullmatch(address[name])
    if match is None or not 1 < int(match[1]) < 9999:
        raise Invalid(_UNCLEAR)
    return date(int(match[1]), int(match[2]), 1)


def _funds(session: Session, address: Mapping[str, str], words: list[str]) -> Ids | None:
    wanted = list(_of_funds(session, address, words))
    return select(Fund.id).where(*wanted) if wanted else None


def _of_funds(
    session: Session, address: Mapping[str, str], words: list[str]
) -> Iterator[ColumnElement[bool]]:
    if "within" in address:
        area = _known(session, Area, address["within"])
        words.append(localize(area.name).text)
        below = select(Area.id).where(Area.path.startswith(area.path, autoescape=True))
        yield Fund.area_id.in_(below)
    if "area" in address:
        area = _known(session, Area, address["area"])
        words.append(localize(area.name).text)
        yield Fund.area_id == area.id
    if "fund" in address:
        fund = _known(session, Fund, address["fund"])
        words.append(localize(fund.name).text)
        yield Fund.id == fund.id
    if "year" in address:
        words.append(address["year"])
        yield Fund.year == _number(address["year"])
    if "currency" in address:
        words.append(address["currency"])
        yield Fund.currency == address["currency"]


def _centres(session: Session, address: Mapping[str, str], words: list[str]) -> Ids | None:
    wanted: list[ColumnElement[bool]] = []
    if "round" in address:
        centre = _known(session, CostCentre, address["round"])
        words.append(localize(centre.title).text)
        wanted.append(or_(CostCentre.id == centre.id, CostCentre.parent_id == centre.id))
    if "cost_centre" in address:
        centre = _known(session, CostCentre, address["cost_centre"])
        words.append(localize(centre.title).text)
        wanted.append(CostCentre.id == centre.id)
    return select(CostCentre.id).where(*wanted) if wanted else None


def _codes(address: Mapping[str, str], words: list[str]) -> Collection[str] | None:
    code, figure = address.get("code"), address.get("figure")
    if code is not None:
        if code not in CODES:
            raise Invalid(_UNCLEAR)
        words.append(str(LINES[code]))
        return [code]
    if figure is None:
        return None
    if figure not in FIGURES:
        raise Invalid(_UNCLEAR)
    words.append(figure)
    return sorted(FIGURES[figure])


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
