"""Booking: groups of lines written once, under locks, with their place in the public record."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from core.i18n import Message, format_money, lazy_gettext
from core.types import MAX_MINOR
from ledger.accounts import open_accounts
from ledger.journal import Balance, Kind, Line, Ref
from ledger.models import Balance as BalanceRow
from ledger.models import Fund, Transfer
from transparency import log

LEAF = "ledger.posted"
SPACE = uuid.UUID("6f1c1e0a-5e0e-5b3c-9d57-2f5a3c1b8a10")  # groups are named within it

_SHORT: dict[Kind, Callable[[str], Message]] = {
    Kind.BANK: lambda left: lazy_gettext(
        "There is only %(left)s in the fund's bank account.", left=left
    ),
    Kind.ALLOCATION: lambda left: lazy_gettext(
        "There is only %(left)s left in the fund.", left=left
    ),
    Kind.APPROPRIATION: lambda left: lazy_gettext(
        "There is only %(left)s left of the round's money.", left=left
    ),
    Kind.ENCUMBRANCE: lambda left: lazy_gettext(
        "There is only %(left)s left for this project.", left=left
    ),
    Kind.VENDOR_PAYABLE: lambda left: lazy_gettext(
        "No more than %(left)s is owed to this payee.", left=left
    ),
    Kind.PROJECT: lambda left: lazy_gettext(
        "No more than %(left)s was spent on this payee for this project.", left=left
    ),
}


def _short_of(kind: Kind, left: str) -> Message:
    say = _SHORT.get(kind)
    return say(left) if say else lazy_gettext("There is only %(left)s on the account.", left=left)


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
    reverses: Sequence[int] = ()

    @property
    def id(self) -> str:
        """The group's name, which follows from its key."""
        return str(uuid.uuid5(SPACE, self.key))


def post(session: Session, group: Group, now: datetime) -> list[int]:
    """Book a group; gives the numbers of its lines.

    Raises ``Invalid`` when an account would go below zero, for an amount out of bounds, another
    currency than the fund's or a date in a closed period; ``Conflict`` for a key that was used
    for something else.
    """
    _check_amounts(group)
    ids = open_accounts(session, {ref for ln in group.lines for ref in (ln.debit, ln.credit)})
    balances = _lock(session, ids)
    rows = _rows(group, ids, now)
    if booked := _booked(session, rows):
        return booked
    _check_funds(session, group)
    _check_balances(group, balances)
    try:
        returned = session.scalars(
            insert(Transfer).returning(Transfer.id, sort_by_parameter_order=True), rows
        )
    except IntegrityError as error:
        raise Conflict(_OTHERWISE) from error
    numbers = list(returned)
    _record(session, group, rows, numbers, now)
    return numbers


_OTHERWISE: Message = lazy_gettext(
    "This was booked already, with other figures. Please look at the books before you go on."
)


def _check_amounts(group: Group) -> None:
    if not group.lines:
        raise Invalid(lazy_gettext("There is nothing to book."))
    if any(line.amount > MAX_MINOR for line in group.lines):
        raise Invalid(lazy_gettext("This amount is too large."))


def _check_funds(session: Session, group: Group) -> None:
    """The currency is the funds', and their books are still open for the date."""
    wanted = {line.fund for line in group.lines}
    rows = select(Fund.id, Fund.currency, Fund.closed_until).where(Fund.id.in_(wanted))
    for _id, currency, closed_until in session.execute(rows):
        if currency != group.currency:
            raise Invalid(lazy_gettext("This fund is kept in %(currency)s.", currency=currency))
        if closed_until is not None and group.effective_on <= closed_until:
            raise Invalid(
                lazy_gettext(
                    "The books are closed up to %(day)s. Please use a later date; corrections"
                    " carry the date on which they are made.",
                    day=closed_until.isoformat(),
                ),
            )


def _lock(session: Session, ids: Mapping[Ref, int]) -> dict[Ref, Balance]:
    """The balances of accounts, held against other writers, always in the same order."""
    rows = (
        select(BalanceRow.account_id, BalanceRow.debits, BalanceRow.credits)
        .where(BalanceRow.account_id.in_(ids.values()))
        .order_by(BalanceRow.account_id)
        .with_for_update()
    )
    found = {row.account_id: Balance(row.debits, row.credits) for row in session.execute(rows)}
    return {ref: found[ident] for ref, ident in ids.items()}


def _check_balances(group: Group, balances: dict[Ref, Balance]) -> None:
    """Say which account lacks how much; the database would refuse it in any case."""
    for line in group.lines:
        balances[line.debit].debits += line.amount
        balances[line.credit].credits += line.amount
        for ref in (line.debit, line.credit):
            left = balances[ref].net(ref.kind)
            if ref.floored and left < 0:
                had = format_money(left + line.amount, group.currency)
                problem = _short_of(ref.kind, had)
                raise Invalid(problem, fields={"amount": problem})


def _rows(group: Group, ids: Mapping[Ref, int], now: datetime) -> list[dict[str, Any]]:
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
    """What a line is for: a project rather than the round whose money it takes."""
    sides = sorted((line.debit, line.credit), key=lambda ref: ref.kind == Kind.APPROPRIATION)
    return next((ref.cost_centre for ref in sides if ref.cost_centre), None)


_SAME = ("code", "debit_id", "credit_id", "amount", "currency", "effective_on", "voucher_id")


def _booked(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """The numbers of these rows if they are booked already, else none. Raises ``Conflict`` when
    what is booked under their keys is something else."""
    keys = [row["idempotency_key"] for row in rows]
    found = session.scalars(
        select(Transfer).where(Transfer.idempotency_key.in_(keys)).order_by(Transfer.id)
    ).all()
    if not found:
        return []
    by_key = {transfer.idempotency_key: transfer for transfer in found}
    for row in rows:
        known = by_key.get(row["idempotency_key"])
        if known is None or any(getattr(known, name) != row[name] for name in _SAME):
            raise Conflict(_OTHERWISE)
    return [by_key[key].id for key in keys]


def _record(
    session: Session,
    group: Group,
    rows: Sequence[Mapping[str, Any]],
    numbers: Sequence[int],
    now: datetime,
) -> None:
    lines = [entry(number, row) for number, row in zip(numbers, rows, strict=True)]
    funds = sorted({line.fund for line in group.lines})
    subjects: list[log.Subject] = [("group", group.id), *(("fund", fund) for fund in funds)]
    if group.voucher_id is not None:
        subjects.append(("voucher", group.voucher_id))
    subjects += [subject for subject in group.subjects if subject not in subjects]
    log.record(session, LEAF, subjects, {"group": group.id, "lines": lines}, now)


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
        "recorded_at": row["recorded_at"].isoformat(),
        "actor": row["actor_id"],
        "approver": row["approver_id"],
    }
