"""Who can be paid: looked up by name or code."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.i18n import LOCALES, Localized, localize
from ledger.models import Payee
from ledger.queries.figures import figures
from ledger.registry_code import tidy_code

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class PayeeRow:
    """A payee, and what was spent on it so far by currency, in minor units."""

    id: int
    name: Localized
    code: str | None
    spent: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PayeeListing:
    """One page of payees."""

    rows: list[PayeeRow]
    total: int
    number: int
    pages: int


def payee_listing(session: Session, words: str, page: int) -> PayeeListing:
    """Payees whose name or code has ``words``, those entered last first: three queries."""
    found = [_has(words)] if words else []
    total = session.scalar(select(func.count()).select_from(Payee).where(*found)) or 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(page, 1), pages)
    rows = select(Payee.id, Payee.name, Payee.code).where(*found).order_by(Payee.id.desc())
    shown = session.execute(rows.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    spent: dict[int, list[tuple[str, int]]] = {}
    sums = figures(
        session, ["spent"], payee_ids=[row.id for row in shown], by=["payee", "currency"]
    )
    for (payee, currency), one in sums.items():
        spent.setdefault(payee, []).append((currency, one["spent"]))
    found_rows = [
        PayeeRow(ident, localize(name), code, tuple(sorted(spent.get(ident, ()))))
        for ident, name, code in shown
    ]
    return PayeeListing(found_rows, total, number, pages)


def _has(words: str) -> ColumnElement[bool]:
    names = [Payee.name[locale].as_string().icontains(words, autoescape=True) for locale in LOCALES]
    return or_(*names, Payee.code.contains(tidy_code(words) or words, autoescape=True))
