"""One line, opened: what it is in plain words, who asked and who approved, and its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Person
from accounts.words import ROLES
from audit.lines import LineRow, load_rows
from audit.papers import PaperView, papers_of
from audit.words import VOUCHER_STATES
from core.errors import NotFound
from core.i18n import Localized, Message, lazy_gettext, localize
from core.text import mask_name
from ledger.journal import DEBIT_NORMAL
from ledger.models import Account, Approval, Transfer, Voucher
from ledger.posting import LEAF
from ledger.words import account_words
from transparency.log import Entry, timeline

MOST_IN_GROUP = 50


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who had a part in it: what they did, their name as everybody may see it, their
    role and when."""

    did: Message
    name: str
    role: Message | None
    at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VoucherView:
    """The voucher behind a line."""

    id: int
    number: str
    purpose: str
    work: Localized | None
    conditions: str
    state: Message
    tone: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A line with all that belongs to it. ``gives`` and ``takes`` are its two accounts in words;
    ``proof`` is the entry of its group in the public record."""

    line: LineRow
    gives: Message
    takes: Message
    recorded_at: datetime
    voucher: VoucherView | None
    hands: list[Hand]
    others: list[LineRow]
    proof: Entry | None
    papers: list[PaperView]


def line_view(session: Session, line_id: int) -> LineView:
    """A line, opened. Raises ``NotFound``."""
    debit, credit = aliased(Account), aliased(Account)
    found = session.execute(
        select(
            Transfer.group_id,
            Transfer.voucher_id,
            Transfer.recorded_at,
            Transfer.actor_id,
            Transfer.approver_id,
            Transfer.source_ref,
            debit.kind.label("debit"),
            credit.kind.label("credit"),
            debit.payee_id.label("debit_payee"),
            credit.payee_id.label("credit_payee"),
        )
        .join(debit, debit.id == Transfer.debit_id)
        .join(credit, credit.id == Transfer.credit_id)
        .where(Transfer.id == line_id)
    ).one_or_none()
    if found is None:
        raise NotFound(lazy_gettext("There is no line of that number."))
    rows = _group(session, found.group_id, line_id)
    ends = _ends(found)
    proof = timeline(session, ("group", found.group_id), types=(LEAF,), limit=1)
    voucher = session.get(Voucher, found.voucher_id) if found.voucher_id else None
    papers = papers_of(session, [voucher.id]).get(voucher.id, []) if voucher else []
    return LineView(
        line=next(row for row in rows if row.id == line_id),
        gives=ends[0],
        takes=ends[1],
        recorded_at=found.recorded_at,
        voucher=_voucher(voucher) if voucher else None,
        hands=_hands(session, voucher, found),
        others=[row for row in rows if row.id != line_id],
        proof=proof[0] if proof else None,
        papers=papers,
    )


def _ends(line: Row[*tuple[Any, ...]]) -> tuple[Message, Message]:
    """From where to where, in words. Between two accounts that say what money is for, it goes to
    the one that is credited; else to the one that is debited."""
    debit = account_words(line.debit, line.debit_payee)
    credit = account_words(line.credit, line.credit_payee)
    within_budget = not {line.debit, line.credit} & DEBIT_NORMAL
    return (debit, credit) if within_budget else (credit, debit)


def _group(session: Session, group_id: str, line_id: int) -> list[LineRow]:
    rows = select(Transfer.id).where(Transfer.group_id == group_id).order_by(Transfer.id)
    ids = set(session.scalars(rows.limit(MOST_IN_GROUP))) | {line_id}
    return load_rows(session, sorted(ids))


def _voucher(voucher: Voucher) -> VoucherView:
    state, tone = VOUCHER_STATES[voucher.state]
    work = localize(voucher.work.title) if voucher.work else None
    about = (voucher.purpose, work, voucher.conditions)
    return VoucherView(voucher.id, voucher.number, *about, state, tone)


def _hands(session: Session, voucher: Voucher | None, line: Row[*tuple[Any, ...]]) -> list[Hand]:
    """Who asked, who said what, who paid: in the order in which it happened."""
    if voucher is None:
        return _hands_without_voucher(session, line)
    said = session.scalars(
        select(Approval).where(Approval.voucher_id == voucher.id).order_by(Approval.id)
    ).all()
    people = {voucher.requested_by_id, line.actor_id, *(one.person_id for one in said)}
    names = _names(session, people - {None})
    finance = ROLES["finance"]
    hands = [
        Hand(lazy_gettext("Asked"), names[voucher.requested_by_id], finance, voucher.requested_at)
    ]
    hands += [
        Hand(
            lazy_gettext("Approved") if one.approved else lazy_gettext("Refused"),
            names[one.person_id],
            ROLES.get(one.role),
            one.at,
            one.reason,
        )
        for one in said
    ]
    if voucher.paid_on is not None and line.source_ref and _is_payment(line):
        hands.append(Hand(lazy_gettext("Paid"), names[line.actor_id], finance, line.recorded_at))
    return hands


def _hands_without_voucher(session: Session, line: Row[*tuple[Any, ...]]) -> list[Hand]:
    """Who acted and who approved; nobody where a vote decided."""
    if line.actor_id is None:
        return []
    names, at = _names(session, {line.actor_id, line.approver_id}), line.recorded_at
    return [
        Hand(lazy_gettext("Asked"), names[line.actor_id], None, None),
        Hand(lazy_gettext("Approved"), names[line.approver_id], None, at),
    ]


def _is_payment(line: Row[*tuple[Any, ...]]) -> bool:
    """Whether the line moved money in a bank account after its voucher was approved."""
    return "bank" in {line.debit, line.credit} and bool(
        {line.debit, line.credit} & {"vendor_payable", "due_to_child", "due_from_parent"}
    )


def _names(session: Session, people: set[int]) -> Mapping[int, str]:
    rows = select(Person.id, Person.name).where(Person.id.in_(people))
    return {ident: mask_name(name) for ident, name in session.execute(rows)}
