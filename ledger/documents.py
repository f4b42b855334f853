"""Papers of a voucher: taken in with both their copies, kept, and given out again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.clock import local_date
from core.db import lock
from core.errors import Conflict, Invalid, NotFound
from core.i18n import Message, lazy_gettext
from core.secret_files import write_once
from core.types import MAX_MINOR
from core.web import settings
from ledger.models import Document, DocumentKind, Voucher, VoucherState, voucher_number
from ledger.paper_files import ENDINGS, Paper, drawn_anew, take
from ledger.sealing import seal, unseal
from ledger.services.records import subjects_of
from transparency import log

MOST_DOCUMENTS = 20
LONGEST_NUMBER = 60
_JOINTS = re.compile(r"[\s\-‐‑‒–—_./·]+")
ENDED = frozenset({VoucherState.REFUSED, VoucherState.WITHDRAWN, VoucherState.REVERSED})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    stream: IO[bytes]
    filename: str


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A paper to be added. ``public`` is the copy for everybody; without one, ``as_it_is`` says
    that nothing in the original has to be covered. An invoice has number, day and amount (minor
    units of the voucher's currency)."""

    kind: DocumentKind
    original: Upload
    public: Upload | None = None
    as_it_is: bool = False
    number: str = ""
    issued_on: date | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A file to be sent as an attachment under ``name``; exactly one of the two has it."""

    name: str
    mime: str
    path: Path | None = None
    data: bytes | None = None


def add_document(
    session: Session, voucher_id: int, new: NewDocument, by_id: int, now: datetime
) -> Document:
    """Look at a paper, keep the original under seal and the copy for everybody, and record both
    hashes.

    Raises ``Invalid`` (fields ``original``, ``public``, ``number``, ``issued_on``, ``amount``) for
    what does not fit, and ``Conflict`` for an invoice that is there already.
    """
    voucher = lock(session, Voucher, voucher_id)
    if voucher.state in ENDED:
        raise Conflict(lazy_gettext("This voucher has come to nothing; nothing is added to it."))
    _check_count(session, voucher)
    facts = _facts(voucher, new, local_date(now))
    original = take(new.original.stream, new.original.filename, "original")
    shown = _public(new, original)
    made = Document(
        voucher_id=voucher.id,
        kind=new.kind,
        live=True,
        name=shown.name,
        original_sha256=original.sha256,
        original_mime=original.mime,
        original_size=original.size,
        public_sha256=shown.sha256,
        public_mime=shown.mime,
        public_size=shown.size,
        added_by_id=by_id,
        added_at=now,
        **facts,
    )
    _insert(session, made)
    write_once(_public_path(made), shown.data)
    write_once(_sealed_path(made), seal(settings().keys, original.data))
    _record(session, voucher, made, by_id, now)
    return made


def release_documents(session: Session, voucher_id: int) -> None:
    """The voucher has come to nothing: its invoices may be asked for again."""
    session.execute(update(Document).where(Document.voucher_id == voucher_id).values(live=False))


def invoiced(session: Session, voucher_id: int) -> int:
    """What the invoices of a voucher come to, in minor units."""
    rows = select(func.coalesce(func.sum(Document.amount), 0)).where(
        Document.voucher_id == voucher_id, Document.kind == DocumentKind.INVOICE, Document.live
    )
    return int(session.scalar(rows) or 0)


def documents_of(session: Session, voucher_id: int) -> list[Document]:
    """The papers of a voucher, in the order in which they were added."""
    rows = select(Document).where(Document.voucher_id == voucher_id).order_by(Document.id)
    return list(session.scalars(rows.limit(MOST_DOCUMENTS)))


def public_copy(session: Session, document_id: int) -> Given:
    """The copy for everybody. Raises ``NotFound``."""
    found = load(session, document_id)
    path = _public_path(found)
    if not path.is_file():
        raise NotFound(lazy_gettext("The file of this document is not here."))
    return Given(found.name, found.public_mime, path=path)


def sealed_original(session: Session, document_id: int) -> Given:
    """The original, opened. Who may have it is ``ledger:document:unseal``.

    Raises ``NotFound``, and ``Conflict`` when the key is missing or another one.
    """
    found = load(session, document_id)
    path = _sealed_path(found)
    if not path.is_file():
        raise NotFound(lazy_gettext("The file of this document is not here."))
    name = Path(found.name).stem + "-original" + ENDINGS[found.original_mime][0]
    return Given(name, found.original_mime, data=unseal(settings().keys, path.read_bytes()))


def open_original(
    session: Session, document_id: int, by_id: int, roles: Sequence[str], now: datetime
) -> Given:
    """The original, opened by somebody in one of ``roles``; that it was is public. Raises as
    ``sealed_original``."""
    given = sealed_original(session, document_id)
    found = load(session, document_id)
    voucher = session.get_one(Voucher, found.voucher_id)
    body = {
        "document": found.id,
        "voucher": voucher.id,
        "original_sha256": found.original_sha256,
        "by": by_id,
        "roles": sorted(roles),
    }
    subjects = [*subjects_of(session, voucher), ("document", found.id)]
    log.record(session, "ledger.original_opened", subjects, body, now)
    return given


def load(session: Session, document_id: int) -> Document:
    """A document. Raises ``NotFound``."""
    found = session.get(Document, document_id)
    if found is None:
        raise NotFound(lazy_gettext("There is no such document."))
    return found


def number_key(number: str) -> str:
    """An invoice's number as it is compared: one form per character, no spaces or hyphens,
    capital letters."""
    return _JOINTS.sub("", unicodedata.normalize("NFKC", number)).upper()[:LONGEST_NUMBER]


def _facts(voucher: Voucher, new: NewDocument, today: date) -> dict[str, object]:
    key = number_key(new.number)
    wrong = _missing(voucher, new, key) if new.kind == DocumentKind.INVOICE else {}
    if new.issued_on is not None and not date(2000, 1, 1) <= new.issued_on <= today:
        wrong["issued_on"] = lazy_gettext("Please choose a day that is not in the future.")
    if new.amount is not None and not 0 < new.amount <= MAX_MINOR:
        wrong["amount"] = lazy_gettext("Please give an amount above zero, within bounds.")
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)
    return {
        "payee_id": voucher.payee_id,
        "number": new.number.strip()[:LONGEST_NUMBER],
        "number_key": key,
        "issued_on": new.issued_on,
        "amount": new.amount,
    }


def _missing(voucher: Voucher, new: NewDocument, key: str) -> dict[str, Message]:
    """What an invoice needs and this one does not have, by field."""
    wrong = dict[str, Message]()
    if not key:
        wrong["number"] = lazy_gettext("Please write the number of the invoice.")
    if new.issued_on is None:
        wrong["issued_on"] = lazy_gettext("Please write the day of the invoice.")
    if new.amount is None:
        wrong["amount"] = lazy_gettext("Please write the amount of the invoice.")
    if voucher.payee_id is None:
        wrong["kind"] = lazy_gettext("This voucher pays nobody, so it has no invoice.")
    return wrong


def _check_count(session: Session, voucher: Voucher) -> None:
    rows = select(func.count()).where(Document.voucher_id == voucher.id)
    if (session.scalar(rows) or 0) >= MOST_DOCUMENTS:
        raise Conflict(lazy_gettext("There are %(most)s documents already.", most=MOST_DOCUMENTS))


def _public(new: NewDocument, original: Paper) -> Paper:
    if new.public is not None:
        copy = take(new.public.stream, new.public.filename, "public")
        if copy.sha256 == original.sha256 and not new.as_it_is:
            problem = lazy_gettext(
                "This is the original. Please cover names and account numbers, "
                "or say that nothing has to be covered."
            )
            raise Invalid(problem, fields={"public": problem})
        return drawn_anew(copy) if copy.is_image else copy
    if not new.as_it_is:
        problem = lazy_gettext(
            "Please add the copy for the public, with names and account numbers covered, "
            "or say that nothing has to be covered."
        )
        raise Invalid(problem, fields={"public": problem})
    return drawn_anew(original) if original.is_image else original


def _insert(session: Session, made: Document) -> None:
    """Write the row; the database refuses an invoice that is there already."""
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as error:
        raise _known(session, made) from error


def _known(session: Session, made: Document) -> Conflict:
    there = select(Document.voucher_id).where(Document.live, Document.kind == DocumentKind.INVOICE)
    same_file = session.scalar(there.where(Document.original_sha256 == made.original_sha256))
    same_facts = session.scalar(
        there.where(
            Document.payee_id == made.payee_id,
            Document.number_key == made.number_key,
            Document.amount == made.amount,
        )
    )
    number = voucher_number(same_file or same_facts or 0)
    if same_file is not None:
        problem = lazy_gettext("This very file belongs to %(number)s already.", number=number)
        return Conflict(problem, fields={"original": problem})
    problem = lazy_gettext(
        "This invoice (same payee, number and amount) belongs to %(number)s already. "
        "It cannot be paid twice.",
        number=number,
    )
    return Conflict(problem, fields={"number": problem})


def _record(session: Session, voucher: Voucher, made: Document, by_id: int, now: datetime) -> None:
    body = {
        "document": made.id,
        "voucher": voucher.id,
        "kind": made.kind,
        "original": {"sha256": made.original_sha256, "size": made.original_size},
        "public": {"sha256": made.public_sha256, "size": made.public_size},
        "payee": made.payee_id,
        "number": made.number,
        "issued_on": made.issued_on.isoformat() if made.issued_on else None,
        "amount": made.amount,
        "by": by_id,
    }
    subjects = [*subjects_of(session, voucher), ("document", made.id)]
    log.record(session, "ledger.document_added", subjects, body, now)


def _folder() -> Path:
    return settings().instance / "documents"


def _public_path(document: Document) -> Path:
    ending = ENDINGS[document.public_mime][0]
    return _folder() / "public" / f"{document.public_sha256}{ending}"


def _sealed_path(document: Document) -> Path:
    return _folder() / "sealed" / f"{document.original_sha256}.sealed"
