"""Which papers a voucher needs before it is booked."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.i18n import Message, format_money, lazy_gettext
from ledger.models import Document, DocumentKind, Voucher, VoucherKind

# The paper that proves what a voucher of each kind says.
NEEDED: dict[str, DocumentKind] = {
    VoucherKind.RECEIVE: DocumentKind.POLICY,
    VoucherKind.ALLOT: DocumentKind.POLICY,
    VoucherKind.DISBURSE: DocumentKind.INVOICE,
}
_MISSING: dict[str, Message] = {
    DocumentKind.POLICY: lazy_gettext(
        "The document with which this money was decided is missing. Please add it first."
    ),
    DocumentKind.INVOICE: lazy_gettext("An invoice is missing. Please add it first."),
}


def missing_papers(session: Session, voucher: Voucher) -> Message | None:
    """The sentence that says which paper is missing; None when all are there."""
    needed = NEEDED.get(voucher.kind)
    if needed is None:
        return None
    there = select(func.count(Document.id), func.coalesce(func.sum(Document.amount), 0)).where(
        Document.voucher_id == voucher.id, Document.kind == needed, Document.live
    )
    count, amount = session.execute(there).one()
    if not count:
        return _MISSING[needed]
    came_to = int(amount or 0)
    if needed == DocumentKind.INVOICE and came_to < voucher.amount:
        return lazy_gettext(
            "The invoices come to %(amount)s, which is less than this. Please add the others.",
            amount=format_money(came_to, voucher.currency),
        )
    return None


def check_papers(session: Session, voucher: Voucher) -> None:
    """Raise ``Invalid`` when a paper is missing."""
    if problem := missing_papers(session, voucher):
        raise Invalid(problem)
