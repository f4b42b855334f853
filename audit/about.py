"""What a filter is about, in words: the names behind its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from accounts.models import Area
from audit.filters import Filter
from audit.words import FIGURES, LEVELS
from core.i18n import Localized, Message, format_money, lazy_gettext, localize
from core.types import Texts
from ledger.models import CostCentre, Fund, Payee, voucher_number
from ledger.words import FUND_KINDS, LINES


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that a filter asks for: its words, where it has a page, and the names of what
    has to be left away to be rid of it."""

    words: Message | Localized
    names: tuple[str, ...]
    url: str | None = None


def about(session: Session, where: Filter) -> list[Mark]:
    """Everything that narrows a filter down, besides figure and code."""
    names = _names(session, where)
    found = [
        _named(names, "area", where.area, "accounts_public.area", "area_id"),
        _named(names, "fund", where.fund, "audit_public.fund", "fund_id"),
        _named(names, "round", where.round, "audit_public.round_", "cost_centre_id"),
        _named(names, "cost_centre", where.cost_centre, "audit_public.project", "cost_centre_id"),
        _named(names, "payee", where.payee, "audit_public.payee", "payee_id"),
    ]
    return [mark for mark in found if mark is not None] + _plain(where)


def _named(
    names: dict[str, Texts], name: str, ident: int | None, endpoint: str, value: str
) -> Mark | None:
    if ident is None:
        return None
    if name not in names:
        unknown = lazy_gettext("number %(number)s, which is not there", number=ident)
        return Mark(unknown, (name,))
    values: dict[str, Any] = {value: ident}
    return Mark(localize(names[name]), (name,), url_for(endpoint, **values))


def _names(session: Session, where: Filter) -> dict[str, Texts]:
    wanted = {
        "area": (Area.name, Area.id, where.area),
        "fund": (Fund.name, Fund.id, where.fund),
        "round": (CostCentre.title, CostCentre.id, where.round),
        "cost_centre": (CostCentre.title, CostCentre.id, where.cost_centre),
        "payee": (Payee.name, Payee.id, where.payee),
    }
    parts: list[Select[str, Texts]] = [
        select(literal(name).label("name"), column.label("texts")).where(key == ident)
        for name, (column, key, ident) in wanted.items()
        if ident is not None
    ]
    if not parts:
        return {}
    rows = session.execute(union_all(*parts)).all()
    return {row.name: row.texts for row in rows}


def _plain(where: Filter) -> list[Mark]:
    """What says enough by itself."""
    voucher = voucher_number(where.voucher or 0)
    said: list[tuple[Any, Message | None, tuple[str, ...]]] = [
        (where.year, lazy_gettext("Books of %(year)s", year=where.year), ("year",)),
        (where.level, LEVELS.get(where.level), ("level",)),
        (where.kind, FUND_KINDS.get(where.kind), ("kind",)),
        (where.others, lazy_gettext("All payees but the largest"), ("others",)),
        (where.voucher, lazy_gettext("Voucher %(number)s", number=voucher), ("voucher",)),
        (where.since or where.until, _months(where), ("since", "until")),
        (where.by_amount, _amounts(where), ("amount_from", "amount_to")),
        (where.q, lazy_gettext("“%(words)s”", words=where.q), ("q",)),
    ]
    return [Mark(words, names) for asked, words, names in said if asked and words]


def _months(where: Filter) -> Message:
    first, last = (f"{day:%Y-%m}" if day else "" for day in where.months)
    if first and last:
        return first if first == last else f"{first} – {last}"
    if first:
        return lazy_gettext("From %(month)s on", month=first)
    return lazy_gettext("Up to %(month)s", month=last)


def _amounts(where: Filter) -> Message:
    least, most = (
        None if amount is None else format_money(amount, where.currency or "CNY")
        for amount in (where.amount_from, where.amount_to)
    )
    if least and most:
        return f"{least} – {most}"
    if least:
        return lazy_gettext("From %(amount)s", amount=least)
    return lazy_gettext("Up to %(amount)s", amount=most)


def heading(where: Filter) -> Message:
    """What the lines of a filter are called."""
    if where.code:
        return LINES[where.code]
    return FIGURES[where.figure][0] if where.figure else lazy_gettext("Every line")
