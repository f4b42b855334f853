"""The lines of an export, one after the other, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Person
from audit.exports.book import AccountInfo, Book, FundInfo, PayeeInfo
from audit.exports.centres import CentreInfo
from audit.exports.scope import Scope
from audit.exports.values import one_line, plain
from core.db import in_parts
from core.text import mask_name
from ledger.models import Document, Transfer, Voucher, voucher_number
from ledger.posting import LEAF
from ledger.words import LINES
from transparency.models import Leaf, LeafSubject

AT_ONCE = 1000
_NOWHERE = CentreInfo()


@dataclass(frozen=True, slots=True)
class Row:
    """A line as exports tell it. ``amount`` is what was booked, in minor units, and ``sign`` how
    the figure that was asked for counts it; ``seq`` is the place of its group in the public log,
    None until it has one."""

    number: int
    day: date
    recorded_at: datetime
    group: str
    code: str
    words: str
    debit: AccountInfo
    credit: AccountInfo
    fund: FundInfo
    centre: CentreInfo
    payee: PayeeInfo | None
    amount: int
    sign: int
    reverses: int | None
    voucher: str
    purpose: str
    asked_by: str
    approved_by: str
    seq: int | None
    documents: str

    @property
    def signed(self) -> int:
        """The amount as it counts: negative for a line that undoes another."""
        return self.sign * (self.amount if self.reverses is None else -self.amount)

    @property
    def about(self) -> str:
        """What it was for, in a few words."""
        centre = self.centre
        what = centre.project_title or centre.pledge or centre.round_title or centre.call_title
        return self.purpose or what or self.words


def rows_of(session: Session, book: Book) -> Iterator[Row]:
    """The lines of ``book``, which must have been opened in the same session, by number."""
    words = {code: str(name) for code, name in LINES.items()}
    for found in in_parts(session, _lines(book.scope), AT_ONCE):
        yield _row(found, book, words)


def _lines(scope: Scope) -> Select[*tuple[Any, ...]]:
    asked, approved = aliased(Person), aliased(Person)
    seq = (
        select(func.min(Leaf.seq))
        .join(LeafSubject, LeafSubject.leaf_id == Leaf.id)
        .where(
            LeafSubject.kind == "group",
            LeafSubject.ref == Transfer.group_id,
            Leaf.type == LEAF,
        )
        .scalar_subquery()
    )
    papers = (
        select(func.aggregate_strings(Document.public_sha256, " "))
        .where(Document.voucher_id == Transfer.voucher_id)
        .scalar_subquery()
    )
    return (
        select(
            Transfer.id,
            Transfer.effective_on,
            Transfer.recorded_at,
            Transfer.group_id,
            Transfer.code,
            Transfer.debit_id,
            Transfer.credit_id,
            Transfer.fund_id,
            Transfer.cost_centre_id,
            Transfer.payee_id,
            Transfer.amount,
            Transfer.reverses_id,
            Transfer.voucher_id,
            Voucher.purpose,
            asked.name.label("asked_by"),
            approved.name.label("approved_by"),
            seq.label("seq"),
            papers.label("papers"),
        )
        .outerjoin(Voucher, Voucher.id == Transfer.voucher_id)
        .outerjoin(asked, asked.id == Transfer.actor_id)
        .outerjoin(approved, approved.id == Transfer.approver_id)
        .where(*scope.of_lines())
        .order_by(Transfer.id)
    )


def _row(found: Any, book: Book, words: dict[str, str]) -> Row:
    return Row(
        found.id,
        found.effective_on,
        found.recorded_at,
        found.group_id,
        found.code,
        words.get(found.code, found.code),
        book.accounts[found.debit_id],
        book.accounts[found.credit_id],
        book.funds[found.fund_id],
        book.centres.get(found.cost_centre_id, _NOWHERE),
        book.payees.get(found.payee_id),
        found.amount,
        book.scope.where.signs.get(found.code, 1),
        found.reverses_id,
        voucher_number(found.voucher_id) if found.voucher_id else "",
        plain(found.purpose or ""),
        _masked(found.asked_by),
        _masked(found.approved_by),
        found.seq,
        # In an order that every run gives, whatever the database found first.
        " ".join(sorted((found.papers or "").split())),
    )


def _masked(name: str | None) -> str:
    return "" if name is None else mask_name(one_line(name))
