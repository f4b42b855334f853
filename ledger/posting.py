"""Booking: groups of lines written once, under locks, with their place in the public record."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db import Base, is_sqlite
from core.errors import Conflict, Invalid
from core.i18n import Message, format_money, lazy_gettext
from core.types import MAX_MINOR
from ledger.accounts import Held, hold_accounts
from ledger.journal import Kind, Line, Ref
from ledger.shortages import short_of
from transparency import log
from transparency.leaves import instant

LEAF = "ledger.posted"
SPACE = uuid.UUID("6f1c1e0a-5e0e-5b3c-9d57-2f5a3c1b8a10")  # groups are named within it


@dataclass(frozen=True, slots=True)
class Group:
    """Lines to be booked together, by whom, when, and under which key.

    ``key`` makes the booking happen once: the same key with the same lines gives the lines that
    are booked already. ``subjects`` are what the record says it is about, besides its own.
    ``reverses`` are the numbers of the lines that these undo, in the same order.
    """

    key: str
    lines: Sequence[Line]
    effective_on: date
    currency: str
    actor_id: int | None = None
    approver_id: int | None = None
    voucher_id: int | None = None
    source_ref: str = ""
    subjects: Sequence[log.Subject] = ()
    reverses: Sequence[int | None] = ()

    @property
    def id(self) -> str:
        """The group's name, which follows from its key."""
        return group_name(self.key)


@lru_cache(maxsize=1024)
def group_name(key: str) -> str:
    """What a group booked under ``key`` is called."""
    return str(uuid.uuid5(SPACE, key))


def post(session: Session, group: Group, now: datetime) -> list[int]:
    """Book a group; gives the numbers of its lines.

    Raises ``Invalid`` when an account would go below zero, for an amount out of bounds, another
    currency than the fund's or a date in a closed period; ``Conflict`` for a key that was used
    for something else.
    """
    _check_amounts(group)
    session.flush()
    refs = {ref for line in group.lines for ref in (line.debit, line.credit)}
    held, known = hold_accounts(session, refs, group.id)
    rows = rows_of(group, {ref: account.id for ref, account in held.items()}, now)
    try:
        numbers = [] if known else _insert(session, group, held, rows)
    except Invalid:
        # Somebody may have booked the same while this waited for its turn.
        if booked := _booked(session, group, rows):
            return booked
        raise
    if not numbers:
        return _booked(session, group, rows)
    log.record(session, LEAF, about(group), body_of(group, rows, numbers), now)
    return numbers


def _insert(
    session: Session, group: Group, held: Mapping[Ref, Held], rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """The numbers of the lines, now booked; none when somebody else has just booked them."""
    _check_funds(group, held)
    _check_balances(group, held)
    statement = _INSERT if is_sqlite(session) else _INSERT_UNLESS
    try:
        made = session.connection().execute(statement, rows).all()
    except IntegrityError as error:
        raise _refusal(error) from error
    if made and len(made) != len(rows):
        raise Conflict(_OTHERWISE)
    numbers = {key: number for number, key in made}
    return [numbers[row["idempotency_key"]] for row in rows if made]


_JOURNAL = Base.metadata.tables["transfer"]
_KEY = _JOURNAL.c.idempotency_key
_INSERT = insert(_JOURNAL).returning(_JOURNAL.c.id, _KEY)
_INSERT_UNLESS = (
    postgresql.insert(_JOURNAL)
    .on_conflict_do_nothing(index_elements=[_KEY])
    .returning(_JOURNAL.c.id, _KEY)
)
_OTHERWISE: Message = lazy_gettext(
    "This was booked already, with other figures. Please look at the books before you go on."
)


def _check_amounts(group: Group) -> None:
    if not group.lines:
        raise Invalid(lazy_gettext("There is nothing to book."))
    if any(line.amount > MAX_MINOR for line in group.lines):
        raise Invalid(lazy_gettext("This amount is too large."))


def _check_funds(group: Group, held: Mapping[Ref, Held]) -> None:
    """The currency is the funds', and their books are still open for the date."""
    for account in held.values():
        if account.currency != group.currency:
            currency = account.currency
            raise Invalid(lazy_gettext("This fund is kept in %(currency)s.", currency=currency))
        if account.closed_until is not None and group.effective_on <= account.closed_until:
            raise Invalid(_closed(account.closed_until))


def _closed(day: date) -> Message:
    return lazy_gettext(
        "The books are closed up to %(day)s. Please use a later date; corrections carry the date"
        " on which they are made.",
        day=day.isoformat(),
    )


def _refusal(error: IntegrityError) -> Exception:
    """What the database refused although it was checked: somebody was faster."""
    if "books are closed" in str(error.orig):
        return Conflict(lazy_gettext("The books were closed in the meantime."))
    return Conflict(_OTHERWISE) if "uq_transfer" in str(error.orig) else error


def _check_balances(group: Group, held: Mapping[Ref, Held]) -> None:
    """Say which account lacks how much; the database would refuse it in any case."""
    balances = {ref: account.balance for ref, account in held.items()}
    for line in group.lines:
        balances[line.debit].debits += line.amount
        balances[line.credit].credits += line.amount
        for ref in (line.debit, line.credit):
            left = balances[ref].net(ref.kind)
            if ref.floored and left < 0:
                had = format_money(left + line.amount, group.currency)
                problem = short_of(ref.kind, had)
                raise Invalid(problem, fields={"amount": problem})


def rows_of(group: Group, ids: Mapping[Ref, int], now: datetime) -> list[dict[str, Any]]:
    """The rows of a group's lines, without their numbers; ``ids`` says each account's."""
    shared = {
        "group_id": group.id,
        "currency": group.currency,
        "voucher_id": group.voucher_id,
        "source_ref": group.source_ref,
        "effective_on": group.effective_on,
        "recorded_at": now,
        "actor_id": group.actor_id,
        "approver_id": group.approver_id,
    }
    reverses: Sequence[int | None] = group.reverses or [None] * len(group.lines)
    return [
        shared
        | {
            "idempotency_key": f"{group.key}#{place}",
            "code": line.code,
            "debit_id": ids[line.debit],
            "credit_id": ids[line.credit],
            "fund_id": line.fund,
            "cost_centre_id": _purpose(line),
            "payee_id": line.payee,
            "amount": line.amount,
            "reverses_id": undone,
        }
        for place, (line, undone) in enumerate(zip(group.lines, reverses, strict=True))
    ]


def _purpose(line: Line) -> int | None:
    """What a line is for: a project rather than the round or the pledge whose money it takes, a
    pledge rather than the call that doubles it."""
    sides = sorted((line.debit, line.credit), key=lambda ref: _GIVING.get(ref.kind, 0))
    return next((ref.cost_centre for ref in sides if ref.cost_centre), None)


_GIVING = {Kind.APPROPRIATION: 2, Kind.MATCHING: 1, Kind.SPONSOR_RESTRICTED: 1}


_SAME = (
    "idempotency_key",
    "code",
    "debit_id",
    "credit_id",
    "amount",
    "currency",
    "reverses_id",
    "voucher_id",
    "source_ref",
    "effective_on",
)
_BOOKED = (
    select(_JOURNAL.c.id, *(_JOURNAL.c[name] for name in _SAME))
    .where(_JOURNAL.c.group_id == bindparam("group"))
    .order_by(_JOURNAL.c.id)
)


def _booked(session: Session, group: Group, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """The numbers of these rows if they are booked already, else none. Raises ``Conflict`` when
    what is booked under their key is something else."""
    found = session.connection().execute(_BOOKED, {"group": group.id}).all()
    if not found:
        return []
    if [tuple(row[name] for name in _SAME) for row in rows] != [tuple(row[1:]) for row in found]:
        raise Conflict(_OTHERWISE)
    return [row.id for row in found]


def about(group: Group) -> list[log.Subject]:
    """What the public record says that a group is about."""
    funds = sorted({line.fund for line in group.lines})
    subjects: list[log.Subject] = [("group", group.id), *(("fund", fund) for fund in funds)]
    if group.voucher_id is not None:
        subjects.append(("voucher", group.voucher_id))
    return subjects + [subject for subject in group.subjects if subject not in subjects]


def body_of(
    group: Group, rows: Sequence[Mapping[str, Any]], numbers: Sequence[int]
) -> dict[str, Any]:
    """What the public record says of a group."""
    lines = [entry(number, row) for number, row in zip(numbers, rows, strict=True)]
    return {"group": group.id, "lines": lines}


def entry(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """A line as the public record and the exports for verification say it."""
    return {
        "id": number,
        "key": row["idempotency_key"],
        "group": row["group_id"],
        "code": row["code"],
        "debit": row["debit_id"],
        "credit": row["credit_id"],
        "fund": row["fund_id"],
        "cost_centre": row["cost_centre_id"],
        "payee": row["payee_id"],
        "amount": row["amount"],
        "currency": row["currency"],
        "reverses": row["reverses_id"],
        "voucher": row["voucher_id"],
        "source": row["source_ref"],
        "effective_on": row["effective_on"].isoformat(),
        "recorded_at": instant(row["recorded_at"]),
        "actor": row["actor_id"],
        "approver": row["approver_id"],
    }
