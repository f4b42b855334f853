"""A provider's lines beside the books: kept once, and each matched to the one group of the ledger's
lines that moved the same, part by part, so that the number of lines costs time but no memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from core.db import Base, is_sqlite
from ledger.journal import Kind
from ledger.models import Account, Transfer
from ledger.posting import group_name
from sponsorship.models import Dispute, Payment, ProviderLine, Refund
from sponsorship.payments import keys
from sponsorship.payments.providers.protocol import BalanceLine, Topic

FEES = ("fee", "dispute_fee")
# Why a line has no counterpart in the books.
FOREIGN = "foreign"  # a movement of a kind that no payment makes
UNKNOWN = "unknown"  # of a payment, refund, dispute or payout that is none of ours
NOT_BOOKED = "not_booked"
OTHERWISE = "otherwise"  # booked, but with another amount, fee or currency
ARITHMETIC = "arithmetic"  # its own figures do not add up
TWICE = "twice"  # another line is that booking already
PROBLEMS = (FOREIGN, UNKNOWN, NOT_BOOKED, OTHERWISE, ARITHMETIC, TWICE)
Row = dict[str, Any]
_LINE = Base.metadata.tables["provider_line"]


def keep(session: Session, provider: str, lines: Iterable[BalanceLine], now: datetime) -> int:
    """Keep those lines that are not known yet, matched as far as the books allow; gives how many
    are new. Whoever keeps the same at the same time changes nothing."""
    rows = {line.ref: _row(provider, line, now) for line in lines}
    known = select(ProviderLine.provider_ref).where(ProviderLine.provider_ref.in_(rows))
    for ref in session.scalars(known).all():
        del rows[ref]
    if not rows:
        return 0
    for ref, (key, problem) in _matched(session, provider, list(rows.values())).items():
        rows[ref] |= {"group_key": key, "problem": problem}
    make = sqlite.insert if is_sqlite(session) else postgresql.insert
    statement = make(_LINE).on_conflict_do_nothing(index_elements=[_LINE.c.provider_ref])
    session.connection().execute(statement, list(rows.values()))
    return len(rows)


def _row(provider: str, line: BalanceLine, now: datetime) -> Row:
    return {
        "provider_ref": line.ref,
        "provider": provider,
        "type": line.topic.value,
        "source_ref": line.source_ref,
        "amount": line.amount,
        "fee": line.fee,
        "net": line.net,
        "currency": line.currency,
        "occurred_at": line.occurred_at,
        "group_key": "",
        "problem": "",
        "seen_at": now,
    }


def match_open(session: Session, provider: str, after: str, size: int) -> str | None:
    """Look again at up to ``size`` lines without a counterpart, those behind ``after`` by their
    reference; gives the last of them, or nothing when there was none."""
    found = (
        select(_LINE)
        .where(_LINE.c.provider == provider, _LINE.c.group_key == "", _LINE.c.provider_ref > after)
        .order_by(_LINE.c.provider_ref)
        .limit(size)
    )
    rows = [dict(row) for row in session.execute(found).mappings()]
    if not rows:
        return None
    before = {row["provider_ref"]: ("", row["problem"]) for row in rows}
    changed = [
        {"ref": ref, "key": key, "why": problem}
        for ref, (key, problem) in _matched(session, provider, rows).items()
        if (key, problem) != before[ref]
    ]
    if changed:
        session.connection().execute(_CHANGE, changed)
    return str(rows[-1]["provider_ref"])


_CHANGE = (
    update(_LINE)
    .where(_LINE.c.provider_ref == bindparam("ref"), _LINE.c.group_key == "")
    .values(group_key=bindparam("key"), problem=bindparam("why"))
)


def _matched(session: Session, provider: str, rows: Sequence[Row]) -> dict[str, tuple[str, str]]:
    """The key of each line's group, or why it has none, by the line's reference; a handful of
    queries however many lines there are."""
    ours = _ours(session, provider, rows)
    wanted = {row["provider_ref"]: ours.get(_movement(row)) for row in rows}
    named = {key for key in wanted.values() if key}
    groups, taken = _groups(session, named), _taken(session, provider, named)
    found: dict[str, tuple[str, str]] = {}
    for row in rows:
        ref, key = row["provider_ref"], wanted[row["provider_ref"]]
        problem = _problem(row, key, groups.get(key or ""))
        if not problem and taken.setdefault(str(key), ref) != ref:
            problem = TWICE
        found[ref] = ("", problem) if problem or key is None else (key, "")
    return found


def _problem(row: Row, key: str | None, booked: tuple[int, int, str] | None) -> str:
    if row["amount"] - row["fee"] != row["net"]:
        return ARITHMETIC
    if key is None:
        return FOREIGN if row["type"] == Topic.NOTHING else UNKNOWN
    if booked is None:
        return NOT_BOOKED
    return "" if booked == (row["net"], row["fee"], row["currency"]) else OTHERWISE


def _movement(row: Row) -> tuple[str, str, bool]:
    """What a line is about, and whether money came in by it."""
    return row["type"], row["source_ref"], row["amount"] > 0


def _ours(session: Session, provider: str, rows: Sequence[Row]) -> dict[tuple[str, str, bool], str]:
    """Under which key the books would have each movement of something of ours."""
    refs = {
        topic: {row["source_ref"] for row in rows if row["type"] == topic}
        for topic in (Topic.PAYMENT, Topic.REFUND, Topic.DISPUTE, Topic.PAYOUT)
    }
    found: dict[tuple[str, str, bool], str] = {}
    payments = select(Payment).where(
        Payment.provider == provider, Payment.provider_ref.in_(refs[Topic.PAYMENT])
    )
    for payment in session.scalars(payments):
        key = keys.group_of(payment.pledge_id, keys.settled(payment))
        found[Topic.PAYMENT, str(payment.provider_ref), True] = key
    refunds = (
        select(Refund, Payment.pledge_id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.provider == provider, Refund.provider_ref.in_(refs[Topic.REFUND]))
    )
    for refund, pledge in session.execute(refunds):
        ref = str(refund.provider_ref)
        found[Topic.REFUND, ref, False] = keys.group_of(pledge, keys.refund_paid(refund))
        found[Topic.REFUND, ref, True] = keys.group_of(pledge, keys.refund_back(refund))
    disputes = (
        select(Dispute, Payment.pledge_id)
        .join(Payment, Payment.id == Dispute.payment_id)
        .where(Payment.provider == provider, Dispute.provider_ref.in_(refs[Topic.DISPUTE]))
    )
    for dispute, pledge in session.execute(disputes):
        for step, comes in (("taken", False), ("returned", True)):
            key = keys.group_of(pledge, keys.disputed(dispute, step))
            found[Topic.DISPUTE, dispute.provider_ref, comes] = key
    for ref in refs[Topic.PAYOUT]:
        found[Topic.PAYOUT, ref, False] = keys.payout(ref)
        found[Topic.PAYOUT, ref, True] = f"{keys.payout(ref)}:failed"
    return found


def _groups(session: Session, wanted: set[str]) -> dict[str, tuple[int, int, str]]:
    """What each group that is booked moved at the provider: net, of which it kept as fees, and in
    which currency."""
    names = {group_name(key): key for key in wanted}
    debit, credit = aliased(Account), aliased(Account)
    moved = case((debit.kind == Kind.PROVIDER_CLEARING, Transfer.amount), else_=0) - case(
        (credit.kind == Kind.PROVIDER_CLEARING, Transfer.amount), else_=0
    )
    rows = (
        select(
            Transfer.group_id,
            func.sum(moved),
            func.sum(case((Transfer.code.in_(FEES), -moved), else_=0)),
            Transfer.currency,
        )
        .join(debit, debit.id == Transfer.debit_id)
        .join(credit, credit.id == Transfer.credit_id)
        .where(Transfer.group_id.in_(names))
        .group_by(Transfer.group_id, Transfer.currency)
    )
    return {
        names[group]: (int(net), int(fee), currency)
        for group, net, fee, currency in session.execute(rows)
    }


def _taken(session: Session, provider: str, wanted: set[str]) -> dict[str, str]:
    """Which line each of these groups is already."""
    rows = select(ProviderLine.group_key, ProviderLine.provider_ref).where(
        ProviderLine.provider == provider, ProviderLine.group_key.in_(wanted)
    )
    return {key: ref for key, ref in session.execute(rows)}  # noqa: C416 - rows, not pairs
