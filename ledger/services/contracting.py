"""Contracts in the books: what is committed to a project goes to whom it has a contract with,
becomes due as work is accepted, and comes back where a contract ends.

Everything is booked while the project's cost centre is held, by two people, and once for its
key; an amount is split over the project's funds, those of the lowest areas first.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.i18n import lazy_gettext
from core.types import Texts
from ledger.models import AcceptedWork
from ledger.services.contract_lines import (
    OTHERWISE,
    Booking,
    People,
    book,
    check_open,
    is_booked,
    project_centre,
)
from ledger.services.final_account import close_books
from ledger.services.standings import Standing, standing, standings
from ledger.services.works import claimed_of, hold_work

__all__ = [
    "Standing",
    "begin_contracts",
    "book_acceptance",
    "book_contract",
    "book_reduction",
    "book_unacceptance",
    "close_books",
    "standing",
    "standings",
]


def begin_contracts(session: Session, project_ref: int) -> None:
    """From now on a project is paid for accepted work only. Idempotent.

    Raises ``NotFound`` for a project that the ledger does not know, ``Conflict`` for one whose
    books are closed.
    """
    centre = project_centre(session, project_ref)
    check_open(centre)
    centre.by_contract = True
    session.flush()


def book_contract(
    session: Session,
    *,
    key: str,
    project_ref: int,
    payee_id: int,
    amount: int,
    people: People,
    source_ref: str,
    now: datetime,
) -> None:
    """Promise ``amount`` minor units of a project's commitment to a payee, by contract; a second
    contract, or a larger one, is booked the same way.

    Raises ``Invalid`` when less is committed and not under contract yet, ``Conflict`` for closed
    books, a project without contracts, or a key that was used for something else.
    """
    booking = Booking("contract", key, payee_id, amount, people, source_ref)
    book(session, project_centre(session, project_ref), booking, now)


def book_reduction(
    session: Session,
    *,
    key: str,
    project_ref: int,
    payee_id: int,
    amount: int,
    people: People,
    source_ref: str,
    now: datetime,
) -> None:
    """Take back ``amount`` of a contract, which may be contracted anew or goes back to the fund.

    Raises ``Invalid`` when less of it is not accepted yet; else as ``book_contract``.
    """
    booking = Booking("uncontract", key, payee_id, amount, people, source_ref)
    book(session, project_centre(session, project_ref), booking, now)


def book_acceptance(
    session: Session,
    *,
    key: str,
    project_ref: int,
    payee_id: int,
    amount: int,
    title: Texts,
    ref: str,
    people: People,
    source_ref: str,
    now: datetime,
) -> AcceptedWork:
    """Let work of a contract be invoiced, up to ``amount``; ``ref`` names it, once.

    Raises ``Invalid`` when less of the contract is not accepted yet, ``Conflict`` for work that
    was accepted already; else as ``book_contract``.
    """
    centre = project_centre(session, project_ref)
    booking = Booking("accept", key, payee_id, amount, people, source_ref)
    work = _work(session, ref)
    if is_booked(session, centre, booking):
        if work is None or work.cost_centre_id != centre.id:
            raise Conflict(OTHERWISE)
        return work
    if work is not None and work.withdrawn_at is None:
        raise Conflict(lazy_gettext("This work was accepted already."))
    if work is not None and work.cost_centre_id != centre.id:
        raise Conflict(OTHERWISE)
    book(session, centre, booking, now)
    work = work or AcceptedWork(cost_centre_id=centre.id, ref=ref)
    work.payee_id, work.amount, work.title = payee_id, amount, title
    work.currency, work.accepted_at, work.withdrawn_at = centre.currency or "", now, None
    session.add(work)
    session.flush()
    return work


def book_unacceptance(
    session: Session, *, key: str, ref: str, people: People, source_ref: str, now: datetime
) -> AcceptedWork:
    """Take the acceptance of work back, as long as nothing was invoiced for it; it may be
    accepted again.

    Raises ``NotFound`` for unknown work, ``Conflict`` when an invoice for it is asked for, booked
    or paid.
    """
    found = _work(session, ref)
    if found is None:
        raise NotFound(lazy_gettext("This work was not accepted."))
    centre = project_centre(session, found.cost_centre.ref)
    work = hold_work(session, found.id) or found
    booking = Booking("unaccept", key, work.payee_id, work.amount, people, source_ref)
    if is_booked(session, centre, booking):
        return work
    if work.withdrawn_at is not None:
        raise Conflict(lazy_gettext("The acceptance of this work was taken back."))
    if claimed_of(session, work.id):
        problem = lazy_gettext(
            "An invoice for this work is asked for or booked. It has to be withdrawn, refused or"
            " undone first."
        )
        raise Conflict(problem)
    book(session, centre, booking, now)
    work.withdrawn_at = now
    session.flush()
    return work


def _work(session: Session, ref: str) -> AcceptedWork | None:
    rows = select(AcceptedWork).where(AcceptedWork.ref == ref)
    return session.scalar(rows.execution_options(populate_existing=True))
