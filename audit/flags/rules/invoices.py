"""Invoices that may be the same one twice, or come from somebody with no other customers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select

from audit.flags.rule import Hit, Look, Ref, first, rule
from audit.flags.rules.parts import AnyRow, amount, days_between, invoices, money
from core.i18n import gettext, lazy_gettext
from core.types import Json
from ledger.models import Document, Fund, Voucher

WITHIN_DAYS = 30
NEAR = 2  # so many characters may differ
SHORTEST_NUMBER = 4  # a shorter one says nothing
FEWEST_IN_A_ROW, SPAN_DAYS = 4, 30
_TAIL = re.compile(r"^(.*?)(\d{1,15})$")


def _documents(look: Look, scope: Any) -> Any:
    """Invoices of a scope, each with its voucher's currency and area."""
    return (
        select(
            Document.id,
            Document.voucher_id,
            Document.payee_id,
            Document.amount,
            Document.number,
            Document.number_key,
            Document.issued_on,
            Voucher.currency,
            Fund.area_id,
        )
        .join(Voucher, Voucher.id == Document.voucher_id)
        .join(Fund, Fund.id == Voucher.fund_id)
        .where(*invoices(), *look.at(scope))
    )


def _alike(look: Look, scope: Any, by: tuple[Any, ...]) -> Iterator[list[AnyRow]]:
    """Groups of at least two invoices that are the same in ``by``, each in order of days."""
    rows = (
        _documents(look, scope)
        .add_columns(func.count().over(partition_by=by).label("alike"))
        .subquery()
    )
    names = [column.key for column in by]
    order = [*(rows.c[name] for name in names), rows.c.issued_on, rows.c.id]
    found = look.session.execute(select(rows).where(rows.c.alike > 1).order_by(*order))
    for _key, group in groupby(found, attrgetter(*names)):
        yield list(group)


def edits(one: str, other: str, most: int) -> int:
    """How many characters have to be put in, left out or changed to make one text of the other;
    ``most + 1`` when it is more than ``most`` (Levenshtein's distance)."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for at, left in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, right in enumerate(other, 1):
            step = min(row[place] + 1, row[place - 1] + 1, before + (left != right))
            before, row[place] = row[place], step
        if min(row) > most:
            return most + 1
    return row[-1]


def _told(params: Json) -> str:
    if params["how"] == "number":
        return gettext(
            "Two invoices of one payee have the same number %(number)s but different amounts.",
            number=params["number"],
        )
    return gettext(
        "Two invoices of one payee over %(amount)s each, %(days)s days apart: %(number)s and"
        " %(other)s.",
        amount=amount(params),
        days=params["days"],
        number=params["number"],
        other=params["other"],
    )


@rule(
    "duplicate_invoice",
    title=lazy_gettext("The same invoice twice?"),
    caveat=lazy_gettext(
        "Rent, wages and other regular payments have the same amount each time, and numbers that"
        " hardly differ. Compare what each invoice is for, and its days."
    ),
    says=_told,
    scope="payee",
)
def duplicate_invoice(look: Look) -> Iterator[Hit]:
    """Same payee and amount within a month, or same payee and number with other amounts. The
    database refuses those that are the same in all three."""
    for group in _alike(look, Document.payee_id, (Document.payee_id, Document.amount)):
        for one, other in pairwise(group):
            days = days_between(one.issued_on, other.issued_on)
            if days <= WITHIN_DAYS:
                near = edits(one.number_key, other.number_key, NEAR) <= NEAR
                yield _pair(one, other, "payee", "amount", 70 if near else 35, days=days)
    for group in _alike(look, Document.payee_id, (Document.payee_id, Document.number_key)):
        for one, other in pairwise(group):
            yield _pair(one, other, "payee", "number", 60)


@rule(
    "invoice_of_other_payee",
    title=lazy_gettext("One invoice, two payees?"),
    caveat=lazy_gettext(
        "Short running numbers and common amounts meet by chance. It counts only when both papers"
        " show the same goods or work."
    ),
    says=lambda params: gettext(
        "Invoices with the same number %(number)s over %(amount)s came from two payees.",
        number=params["number"],
        amount=amount(params),
    ),
    scope="number",
)
def invoice_of_other_payee(look: Look) -> Iterator[Hit]:
    """Same number and amount, other payee."""
    for group in _alike(look, Document.number_key, (Document.number_key, Document.amount)):
        if len(group[0].number_key) >= SHORTEST_NUMBER:
            for one, other in pairwise(group):
                yield _pair(one, other, "number", "payee", 55)


def _pair(one: AnyRow, other: AnyRow, scope: str, how: str, weight: int, **more: Any) -> Hit:
    older, newer = sorted((one, other), key=attrgetter("id"))
    part = newer.number_key if scope == "number" else newer.payee_id
    papers: Iterable[Ref] = (
        ("document", older.id),
        ("document", newer.id),
        ("voucher", older.voucher_id),
        ("voucher", newer.voucher_id),
    )
    more |= {"how": how, "number": older.number, "other": newer.number}
    return Hit(
        key=f"{older.id}-{newer.id}",
        scope=f"{scope}:{part}",
        subject=("document", newer.id),
        evidence=first(list(papers)),
        params=money(newer.amount, newer.currency, **more),
        weight=weight,
        area_id=newer.area_id,
    )


@rule(
    "consecutive_invoices",
    title=lazy_gettext("A payee without other customers?"),
    caveat=lazy_gettext(
        "Small firms and residents' groups may work for nobody else for a while, and some number"
        " their invoices by customer. Look at whether the firm exists and does such work."
    ),
    says=lambda params: gettext(
        "%(count)s invoices in a row have consecutive numbers, from %(number)s to %(other)s, over"
        " %(days)s days: nobody else got one from this payee in between.",
        **params,
    ),
    scope="payee",
)
def consecutive_invoices(look: Look) -> Iterator[Hit]:
    """Numbers that follow each other without a gap over more than a month."""
    rows = _documents(look, Document.payee_id).order_by(
        Document.payee_id, Document.issued_on, Document.id
    )
    for payee, group in groupby(look.session.execute(rows), attrgetter("payee_id")):
        for run in _runs(list(group)):
            days = days_between(run[0].issued_on, run[-1].issued_on)
            if len(run) >= FEWEST_IN_A_ROW and days >= SPAN_DAYS:
                yield _row_of(payee, run, days)


def _runs(rows: list[AnyRow]) -> Iterator[list[AnyRow]]:
    run: list[AnyRow] = []
    for row in rows:
        if run and not _follows(run[-1].number_key, row.number_key):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _follows(one: str, other: str) -> bool:
    before, after = _TAIL.match(one), _TAIL.match(other)
    if before is None or after is None or before[1] != after[1]:
        return False
    return int(after[2]) == int(before[2]) + 1


def _row_of(payee: int, run: list[AnyRow], days: int) -> Hit:
    papers: list[Ref] = [("document", one.id) for one in run]
    return Hit(
        key=f"{payee}:{run[0].id}",
        scope=f"payee:{payee}",
        subject=("payee", payee),
        evidence=first([*papers[:15], *(("voucher", one.voucher_id) for one in run[:15])]),
        params={
            "count": len(run),
            "number": run[0].number,
            "other": run[-1].number,
            "days": days,
        },
        weight=min(80, 40 + 2 * len(run)),
        area_id=run[0].area_id,
    )
