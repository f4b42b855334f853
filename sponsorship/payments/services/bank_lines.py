"""What taking in and giving back by transfer have in common: the line of the bank, its day, and
who may not say anything about it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.clock import local_date
from core.db import lock
from core.errors import Conflict, Invalid, Refused
from core.i18n import Message, lazy_gettext
from ledger.models import BankLine, BankMatch, Fund, Transfer
from ledger.services.matching import match
from sponsorship.bookings import pledge_centre
from sponsorship.models import Pledge
from sponsorship.people import speaks_for

_TAKEN: Message = lazy_gettext("This line of the bank is in the books already.")


def take_line(session: Session, line_id: int, amount: int, pledge: Pledge) -> BankLine:
    """The line of the bank that moved ``amount`` (below zero: out) for a pledge, held against
    others. Raises ``Invalid`` when it moved something else, ``Conflict`` when it is matched."""
    line = lock(session, BankLine, line_id)
    if (line.amount, line.currency) != (amount, pledge.currency):
        raise _at_line(lazy_gettext("This line of the bank is of another amount."))
    if line.bank_account_id != pledge.opening.call.fund.bank_account_id:
        raise _at_line(
            lazy_gettext("This line is of another bank account than the one that the call names.")
        )
    matched = exists().where(BankMatch.line_id == line.id, BankMatch.ended_at.is_(None))
    if session.scalar(select(matched)):
        raise Conflict(_TAKEN)
    return line


def _at_line(problem: Message) -> Invalid:
    return Invalid(problem, fields={"line": problem})


def check_day(on: date, since: datetime, now: datetime) -> None:
    """Raise ``Invalid`` unless money can have moved on this day."""
    if not local_date(since) <= on <= local_date(now):
        problem = lazy_gettext(
            "Please give the day of the statement: from %(since)s on, and not in the future.",
            since=local_date(since).isoformat(),
        )
        raise Invalid(problem, fields={"on": problem})


def check_office(session: Session, person_id: int, pledge: Pledge) -> None:
    """Raise ``Refused`` for somebody who acts for the sponsor."""
    if speaks_for(session, person_id, pledge):
        raise Refused(
            lazy_gettext("You act for this sponsor. Somebody else in the office has to do this.")
        )


def check_second(first_id: int, person_id: int) -> None:
    """Raise ``Refused`` for whoever said it first."""
    if first_id == person_id:
        raise Refused(lazy_gettext("You entered this yourself; somebody else has to confirm it."))


def booking_day(fund: Fund, on: date, now: datetime) -> date:
    """The day of the statement or, when the books are closed for it, today."""
    closed = fund.closed_until is not None and on <= fund.closed_until
    return local_date(now) if closed else on


def match_line(
    session: Session,
    line_id: int,
    pledge: Pledge,
    codes: Collection[str],
    by: tuple[int, datetime],
) -> None:
    """Match a line of the bank to what has just been booked for a pledge under one of ``codes``;
    ``by`` says who does it and when. Raises as ``ledger.services.matching.match``."""
    matched = exists().where(BankMatch.transfer_id == Transfer.id, BankMatch.ended_at.is_(None))
    amount = abs(session.get_one(BankLine, line_id).amount)
    rows = (
        select(Transfer.id)
        .where(
            Transfer.cost_centre_id == pledge_centre(session, pledge).id,
            Transfer.code.in_(codes),
            Transfer.amount == amount,
            ~matched,
        )
        .order_by(Transfer.id.desc())
        .limit(1)
    )
    match(session, line_id, session.scalars(rows).one(), *by)
