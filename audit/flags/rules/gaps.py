"""Numbers and days that are missing from a sequence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select

from audit.flags.rule import ALL, Hit, Look, Ref, rule
from audit.flags.rules.parts import AnyRow
from core.i18n import date_short, format_money, gettext, lazy_gettext
from core.types import Json
from ledger.models import BankAccount, BankStatement, Transfer, Voucher

MOST = 200  # gaps, of each kind


def _told(params: Json) -> str:
    if params["of"] == "voucher":
        return gettext(
            "%(count)s voucher numbers are missing between %(before)s and %(after)s.", **params
        )
    return gettext("%(count)s line numbers are missing between %(before)s and %(after)s.", **params)


@rule(
    "number_gap",
    title=lazy_gettext("Numbers that are missing?"),
    caveat=lazy_gettext(
        "A booking that the database refused at the last moment leaves its number unused. Compare"
        " with the public record: what is there was booked."
    ),
    says=_told,
)
def number_gap(look: Look) -> Iterator[Hit]:
    """Lines and vouchers are numbered one by one; the database never reuses or removes them."""
    for kind, model in (("line", Transfer), ("voucher", Voucher)):
        ident: Any = model.id
        count, least, most = look.session.execute(
            select(func.count(ident), func.min(ident), func.max(ident))
        ).one()
        if not count or count == most - least + 1:
            continue
        before = func.lag(ident).over(order_by=ident).label("before")
        pairs = select(ident.label("after"), before).subquery()
        rows = (
            select(pairs.c.before, pairs.c.after)
            .where(pairs.c.after > pairs.c.before + 1)
            .order_by(pairs.c.after)
            .limit(MOST)
        )
        for last, following in look.session.execute(rows):
            yield _gap(kind, last, following)


def _gap(kind: str, before: int, after: int) -> Hit:
    ends: tuple[Ref, ...] = ((kind, before), (kind, after))
    return Hit(
        key=f"{kind}:{before}",
        scope=ALL,
        subject=(kind, after),
        evidence=ends,
        params={"of": kind, "count": after - before - 1, "before": before, "after": after},
        weight=10,
    )


def _statement_told(params: Json) -> str:
    if params["how"] == "days":
        return gettext(
            "No bank statement covers the days from %(first)s to %(last)s.",
            first=date_short(date.fromisoformat(params["first"])),
            last=date_short(date.fromisoformat(params["last"])),
        )
    return gettext(
        "A statement ends with %(closing)s, but the next one begins with %(opening)s.",
        closing=format_money(params["closing"], params["currency"]),
        opening=format_money(params["opening"], params["currency"]),
    )


@rule(
    "statement_gap",
    title=lazy_gettext("Bank statements that do not follow each other?"),
    caveat=lazy_gettext(
        "A statement may simply not have been taken in yet, and some banks leave out days without"
        " movement."
    ),
    says=_statement_told,
    scope="account",
)
def statement_gap(look: Look) -> Iterator[Hit]:
    """Days that no statement covers, and balances that do not carry over."""
    rows = (
        select(
            BankStatement.id,
            BankStatement.bank_account_id.label("account"),
            BankStatement.from_on,
            BankStatement.to_on,
            BankStatement.opening,
            BankStatement.closing,
            BankAccount.currency,
            BankAccount.area_id,
        )
        .join(BankAccount, BankAccount.id == BankStatement.bank_account_id)
        .where(*look.at(BankStatement.bank_account_id))
        .order_by(BankStatement.bank_account_id, BankStatement.from_on, BankStatement.id)
    )
    for _account, group in groupby(look.session.execute(rows), attrgetter("account")):
        last: AnyRow | None = None
        for row in group:
            if last is not None and (told := _between(last, row)):
                yield _statement_hit(row, told)
            if last is None or row.to_on > last.to_on:
                last = row


def _between(last: AnyRow, row: AnyRow) -> Json | None:
    day = timedelta(days=1)
    if row.from_on > last.to_on + day:
        return {
            "how": "days",
            "first": str(last.to_on + day),
            "last": str(row.from_on - day),
            "days": (row.from_on - last.to_on).days - 1,
        }
    if row.from_on != last.to_on + day or None in (row.opening, last.closing):
        return None
    if row.opening == last.closing:
        return None
    return {
        "how": "balance",
        "closing": last.closing,
        "opening": row.opening,
        "currency": row.currency,
    }


def _statement_hit(row: AnyRow, told: Json) -> Hit:
    return Hit(
        key=str(row.id),
        scope=f"account:{row.account}",
        subject=("account", row.account),
        evidence=(("account", row.account),),
        params=told,
        weight=60 if told["how"] == "balance" else min(40, 10 + told["days"]),
        area_id=row.area_id,
    )
