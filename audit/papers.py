"""Papers of booked vouchers, as everybody may have them: the copies with names covered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import Message, lazy_gettext
from ledger.document_forms import KINDS
from ledger.documents import MOST_DOCUMENTS, Given, load, public_copy
from ledger.models import Document, Voucher
from ledger.states import BOOKED


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper: what it is, its number and day where it has some, and the hash of the copy."""

    id: int
    kind: Message
    number: str
    issued_on: date | None
    kilobytes: int
    sha256: str


def papers_of(session: Session, voucher_ids: Collection[int]) -> dict[int, list[PaperView]]:
    """The papers of vouchers, in the order in which they were added."""
    if not voucher_ids:
        return {}
    rows = (
        select(Document)
        .join(Voucher, Voucher.id == Document.voucher_id)
        .where(Document.voucher_id.in_(voucher_ids), Voucher.state.in_(BOOKED))
        .order_by(Document.id)
        .limit(MOST_DOCUMENTS * len(voucher_ids))
    )
    found: dict[int, list[PaperView]] = {}
    for paper in session.scalars(rows):
        found.setdefault(paper.voucher_id, []).append(_view(paper))
    return found


def _view(paper: Document) -> PaperView:
    return PaperView(
        paper.id,
        KINDS[paper.kind],
        paper.number,
        paper.issued_on,
        max(1, paper.public_size // 1000),
        paper.public_sha256,
    )


def paper_file(session: Session, document_id: int) -> Given:
    """The copy for everybody. Raises ``NotFound`` for one whose voucher is not booked."""
    paper = load(session, document_id)
    state = session.scalar(select(Voucher.state).where(Voucher.id == paper.voucher_id))
    if state not in BOOKED:
        raise NotFound(lazy_gettext("There is no such document."))
    return public_copy(session, document_id)
