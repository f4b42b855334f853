"""Finding lines by what somebody types: a number, a payee's name, or a purpose."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from audit.filters import Filter
from core.i18n import LOCALES
from ledger.models import Payee, Voucher

WINDOW = 5_000  # so many of the newest vouchers are looked through for a purpose
MOST_PAYEES, MOST_VOUCHERS = 10, 200
_VOUCHER = re.compile(r"(?:PZ|凭证)[-\s]*0*(\d{1,15})", re.IGNORECASE)
_LINE = re.compile(r"(?:#|no\.?\s*|第)?\s*(\d{1,15})\s*笔?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """Lines, vouchers and payees that fit; ``all_read`` says whether every voucher's purpose
    was looked at."""

    lines: tuple[int, ...] = ()
    vouchers: tuple[int, ...] = ()
    payees: tuple[int, ...] = ()
    all_read: bool = True


def find(session: Session, where: Filter) -> Found:
    """What a filter's voucher or words mean."""
    if where.voucher is not None:
        return Found(vouchers=(where.voucher,))
    if number := _VOUCHER.fullmatch(where.q):
        return Found(vouchers=(int(number[1]),))
    if number := _LINE.fullmatch(where.q):
        return Found(lines=(int(number[1]),))
    vouchers, all_read = _by_purpose(session, where)
    payees = find_payees(session, where.q, MOST_PAYEES)
    return Found(vouchers=vouchers, payees=tuple(payees), all_read=all_read)


def find_payees(session: Session, words: str, most: int) -> list[int]:
    """Payees whose name in any language, or number in a register, has these words in it."""
    rows = select(Payee.id).where(payee_named(words)).order_by(Payee.id).limit(most)
    return list(session.scalars(rows))


def payee_named(words: str) -> ColumnElement[bool]:
    """The condition that a payee is called so in some language, or has that number."""
    pattern = _pattern(words)
    named = (
        func.lower(Payee.name[locale].as_string()).like(pattern, escape="\\") for locale in LOCALES
    )
    return or_(func.lower(Payee.code) == words.lower(), *named)


def _pattern(words: str) -> str:
    plain = words.lower()
    for sign in ("\\", "%", "_"):
        plain = plain.replace(sign, "\\" + sign)
    return f"%{plain}%"


def _by_purpose(session: Session, where: Filter) -> tuple[tuple[int, ...], bool]:
    """The newest vouchers with these words in their purpose, and whether none was left out."""
    rows = select(Voucher.id, Voucher.purpose)
    for column, value in (
        (Voucher.fund_id, where.fund),
        (Voucher.cost_centre_id, where.cost_centre),
        (Voucher.payee_id, where.payee),
    ):
        if value is not None:
            rows = rows.where(column == value)
    near = rows.order_by(Voucher.id.desc()).limit(WINDOW).subquery()
    fitting = (
        select(near.c.id)
        .where(func.lower(near.c.purpose).like(_pattern(where.q), escape="\\"))
        .order_by(near.c.id.desc())
        .limit(MOST_VOUCHERS + 1)
    )
    found = session.scalars(fitting).all()
    size = session.scalar(select(func.count()).select_from(near)) or 0
    all_read = size < WINDOW and len(found) <= MOST_VOUCHERS
    return tuple(found[:MOST_VOUCHERS]), all_read
