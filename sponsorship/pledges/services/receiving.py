"""Gifts in kind: what arrived, with photos and a value by a stated method, confirmed by somebody
else. It is never booked: what was given in things is no money."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.clock import local_date
from core.db import lock
from core.errors import Conflict
from core.i18n import format_money, lazy_gettext
from projects.services.moves import advance
from projects.works.services.reporting import MOST_PHOTOS, SentPhoto
from projects.works.services.site import check_reason, wrong
from sponsorship.firewall import check_not_under_vote
from sponsorship.models import KindPhoto, KindReceipt, Pledge, PledgeKind, ValuationMethod
from sponsorship.pledges.services.steps import (
    check_office,
    check_second,
    hold_pledge,
    tell_office,
    tell_sponsor,
)
from sponsorship.recording import record
from sponsorship.states import PAYABLE, PLEDGE_MOVES, PledgeState
from sponsorship.terms import Terms

MUCH_MORE = 3  # so many times what was agreed needs to be said


@dataclass(frozen=True, slots=True)
class Received:
    """What arrived of a gift in kind, as whoever received it writes it down.

    ``key`` is new for each form. ``value`` is minor units, found by ``method``; ``basis`` says how
    exactly. ``complete``: nothing of the pledge is missing now. ``far_above`` says that a value far
    above the agreed one is meant.
    """

    key: str
    text: str
    value: int
    method: ValuationMethod
    basis: str
    received_on: date
    complete: bool
    far_above: bool = False
    photos: tuple[SentPhoto, ...] = ()


def report(
    session: Session, pledge_id: int, found: Received, by_id: int, now: datetime
) -> KindReceipt:
    """Write down what was received; the same key again gives the same receipt.

    Raises ``Conflict`` for a pledge of which nothing is expected, ``Refused`` for the sponsor's
    people, ``Invalid`` for a value or a day out of bounds, and without a photo.
    """
    pledge = hold_pledge(session, pledge_id)
    check_office(session, pledge, by_id)
    known = session.scalar(select(KindReceipt).where(KindReceipt.key == found.key))
    if known is not None:
        if known.pledge_id != pledge.id:
            raise Conflict(lazy_gettext("This form was sent before. Please open it anew."))
        return known
    _check_expected(session, pledge)
    _check(session, pledge, found, now)
    made = KindReceipt(
        key=found.key,
        pledge_id=pledge.id,
        text=found.text,
        value=found.value,
        method=found.method,
        basis=found.basis,
        complete=found.complete,
        received_on=found.received_on,
        received_by_id=by_id,
        received_at=now,
        photos=_photos(found.photos),
    )
    session.add(made)
    session.flush()
    body = _body(made) | {
        "by": by_id,
        "text_sha256": hashlib.sha256(found.text.encode()).hexdigest(),
        "photos": [photo.name for photo in made.photos],
    }
    record(session, pledge, "pledge.received", now, body)
    words = lazy_gettext("What the pledge %(number)s promised has arrived. Please confirm it.")
    tell_office(session, pledge, words, now, f"/office/partners/receipts/{made.id}")
    words = lazy_gettext("What you gave by the pledge %(number)s has arrived. Have a look.")
    tell_sponsor(session, pledge, words, now)
    return made


def confirm(session: Session, receipt_id: int, by_id: int, now: datetime) -> KindReceipt:
    """Confirm what somebody else received; once it is all there, the pledge is delivered.

    Raises ``Refused`` for whoever received it and for the sponsor's people, ``Conflict`` for what
    was confirmed already.
    """
    receipt, pledge = _held(session, receipt_id)
    check_office(session, pledge, by_id)
    check_second(receipt.received_by_id, by_id)
    receipt.confirmed_by_id, receipt.confirmed_at = by_id, now
    if receipt.complete:
        advance(pledge, PLEDGE_MOVES, "receive")
    session.flush()
    event = "pledge.delivered" if receipt.complete else "pledge.received_part"
    body = _body(receipt) | {"by": receipt.received_by_id, "confirmed_by": by_id}
    record(session, pledge, event, now, body)
    words = (
        lazy_gettext("The pledge %(number)s is delivered and valued at %(money)s. Thank you!")
        if receipt.complete
        else lazy_gettext("A part of the pledge %(number)s is received, valued at %(money)s.")
    )
    money = format_money(receipt.value, pledge.currency)
    tell_sponsor(session, pledge, words, now, money=money)
    tell_office(session, pledge, words, now, money=money)
    return receipt


def reject(session: Session, receipt_id: int, by_id: int, reason: str, now: datetime) -> None:
    """Take away a receipt that nobody has confirmed, because it is wrong; the record keeps that
    there was one, and why it went. Raises as ``confirm``."""
    receipt, pledge = _held(session, receipt_id)
    check_office(session, pledge, by_id)
    check_reason("reason", reason)
    body = _body(receipt) | {"by": by_id, "reason": reason}
    record(session, pledge, "pledge.receipt_rejected", now, body)
    session.execute(delete(KindPhoto).where(KindPhoto.receipt_id == receipt.id))
    session.execute(delete(KindReceipt).where(KindReceipt.id == receipt.id))
    session.expunge(receipt)
    words = lazy_gettext("A receipt for the pledge %(number)s was taken back: %(why)s")
    tell_sponsor(session, pledge, words, now, why=reason)
    tell_office(session, pledge, words, now, why=reason)


def _held(session: Session, receipt_id: int) -> tuple[KindReceipt, Pledge]:
    pledge_id = session.scalar(select(KindReceipt.pledge_id).where(KindReceipt.id == receipt_id))
    if pledge_id is None:
        raise Conflict(lazy_gettext("This receipt was taken back in the meantime."))
    pledge = hold_pledge(session, pledge_id)
    check_not_under_vote(session, pledge.opening)
    receipt = lock(session, KindReceipt, receipt_id)
    if receipt.confirmed_at is not None:
        raise Conflict(lazy_gettext("Somebody has decided on this already."))
    return receipt, pledge


def _check_expected(session: Session, pledge: Pledge) -> None:
    check_not_under_vote(session, pledge.opening)
    if pledge.kind == PledgeKind.MONEY or PledgeState(pledge.state) not in PAYABLE:
        raise Conflict(lazy_gettext("Only a signed pledge in kind can be received."))
    waits = select(KindReceipt.id).where(
        KindReceipt.pledge_id == pledge.id, KindReceipt.confirmed_at.is_(None)
    )
    if session.scalar(waits.limit(1)) is not None:
        raise Conflict(
            lazy_gettext("Another receipt of this pledge waits to be confirmed. Look at it first.")
        )


def _check(session: Session, pledge: Pledge, found: Received, now: datetime) -> None:
    check_reason("text", found.text)
    check_reason("basis", found.basis)
    if not pledge.created_at.date() <= found.received_on <= local_date(now):
        problem = lazy_gettext("Please choose a day after the pledge was offered, up to today.")
        raise wrong("received_on", problem)
    if not 1 <= len(found.photos) <= MOST_PHOTOS:
        problem = lazy_gettext("Please add at least one photo, and at most six.")
        raise wrong("photo_1", problem)
    _check_value(pledge, found, received_value(session, pledge.id))


def _check_value(pledge: Pledge, found: Received, before: int) -> None:
    most = Terms.from_json(pledge.version.terms).kind_most
    if not 0 < found.value <= most - before:
        left = format_money(max(most - before, 0), pledge.currency)
        problem = lazy_gettext(
            "By the call's rules at most %(left)s can be counted for this. What is worth more stays"
            " a gift, but is not counted.",
            left=left,
        )
        raise wrong("value", problem)
    if before + found.value > MUCH_MORE * pledge.amount and not found.far_above:
        problem = lazy_gettext(
            "That is more than three times the %(agreed)s that were agreed. Please look at it"
            " again; if it is right, tick the box below the value and explain it.",
            agreed=format_money(pledge.amount, pledge.currency),
        )
        raise wrong("value", problem)


def received_value(session: Session, pledge_id: int) -> int:
    """What is confirmed of a pledge in kind, in minor units of its currency."""
    rows = select(func.coalesce(func.sum(KindReceipt.value), 0)).where(
        KindReceipt.pledge_id == pledge_id, KindReceipt.confirmed_at.is_not(None)
    )
    return int(session.scalar(rows) or 0)


def _photos(sent: Sequence[SentPhoto]) -> list[KindPhoto]:
    kept = {photo.stored.name: photo for photo in reversed(sent)}
    names = dict.fromkeys(photo.stored.name for photo in sent)
    return [
        KindPhoto(
            position=place,
            name=name,
            width=kept[name].stored.width,
            height=kept[name].stored.height,
            alt=kept[name].alt,
        )
        for place, name in enumerate(names, 1)
    ]


def _body(receipt: KindReceipt) -> dict[str, object]:
    return {
        "receipt": receipt.id,
        "value": receipt.value,
        "method": receipt.method,
        "complete": receipt.complete,
    }
