"""Tenders in words: their states, and what the public record says about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from core.i18n import (
    Message,
    date_long,
    datetime_long,
    format_money,
    gettext,
    lazy_gettext,
    localize,
    ngettext,
)
from core.types import Texts
from projects.states import BidState, ContractState, TenderState

# What a project's life line shows.
TENDER_TITLES: dict[str, Message] = {
    "tender.published": lazy_gettext("Put out to tender"),
    "tender.answered": lazy_gettext("A question about the tender answered for everybody"),
    "tender.cancelled": lazy_gettext("Tender cancelled"),
    "tender.opened": lazy_gettext("Bids opened"),
    "tender.failed": lazy_gettext("Tender without result"),
    "tender.excused": lazy_gettext("A reviewer does not judge the bids"),
    "tender.bid_excluded": lazy_gettext("A bid excluded"),
    "tender.awarded": lazy_gettext("Awarded"),
    "tender.awarded_directly": lazy_gettext("Awarded directly"),
    "tender.objection": lazy_gettext("An objection to the award"),
    "tender.upheld": lazy_gettext("Objection upheld: the bids are judged again"),
    "tender.dismissed": lazy_gettext("Objection dismissed"),
    "contract.agreed": lazy_gettext("The contractor agrees to the contract"),
    "contract.signed": lazy_gettext("Contract signed"),
}
TENDER_DECISIONS = frozenset(
    {
        "tender.cancelled",
        "tender.failed",
        "tender.awarded",
        "tender.awarded_directly",
        "tender.upheld",
        "tender.dismissed",
        "contract.signed",
    }
)
# What stands in the record only.
OTHER_TITLES: dict[str, Message] = {
    "tender.notice": lazy_gettext("The whole text of a notice"),
    "bid.received": lazy_gettext("A sealed bid received"),
    "bid.withdrawn": lazy_gettext("A sealed bid withdrawn"),
    "bid.opened": lazy_gettext("A bid as it was opened"),
    "tender.appointed": lazy_gettext("A reviewer appointed"),
    "tender.declared": lazy_gettext("A reviewer declares whom they know"),
    "tender.scored": lazy_gettext("A reviewer's points handed in"),
    "exclusion.set": lazy_gettext("An organisation excluded from bidding"),
    "exclusion.lifted": lazy_gettext("An exclusion from bidding lifted"),
    "procurement.rule": lazy_gettext("Rules for tenders set"),
}

STATES: dict[str, tuple[Message, str]] = {
    TenderState.DRAFT: (lazy_gettext("Draft"), "quiet"),
    TenderState.OPEN: (lazy_gettext("Open for bids"), "jade"),
    TenderState.OPENED: (lazy_gettext("Being judged"), "gold"),
    TenderState.AWARDED: (lazy_gettext("Awarded"), "blue"),
    TenderState.CONTRACTED: (lazy_gettext("Under contract"), "blue"),
    TenderState.FAILED: (lazy_gettext("Without result"), "seal"),
    TenderState.CANCELLED: (lazy_gettext("Cancelled"), "seal"),
}
BID_STATES: dict[str, tuple[Message, str]] = {
    BidState.SEALED: (lazy_gettext("Sealed"), "jade"),
    BidState.WITHDRAWN: (lazy_gettext("Withdrawn"), "quiet"),
    BidState.OPENED: (lazy_gettext("Valid"), "jade"),
    BidState.EXCLUDED: (lazy_gettext("Excluded"), "seal"),
}
CONTRACT_STATES: dict[str, tuple[Message, str]] = {
    ContractState.DRAWN: (lazy_gettext("Drawn up"), "quiet"),
    ContractState.AGREED: (lazy_gettext("Agreed to by the contractor"), "gold"),
    ContractState.SIGNED: (lazy_gettext("Signed"), "blue"),
    ContractState.CLOSED: (lazy_gettext("Closed"), "jade"),
    ContractState.TERMINATED: (lazy_gettext("Terminated"), "seal"),
}

# Why the opening excludes a bid by itself; anything else is a reason that a person has written.
EXCLUDED: dict[str, Message] = {
    "unreadable": lazy_gettext("Its envelope could not be opened, or held something else."),
    "excluded": lazy_gettext("The organisation was excluded from bidding when bids were opened."),
    "ceiling": lazy_gettext("Its price lies above what the notice allows."),
}

# Why a reviewer does not judge; anything else is a reason that a person has written.
EXCUSED: dict[str, Message] = {
    "declared": lazy_gettext("Knows a bidder, as they declared."),
    "acts": lazy_gettext("Acts, or acted, for a bidder."),
    "named": lazy_gettext("Named by a bidder as somebody they know."),
}


def state_of(state: str, deadline: datetime | None, at: datetime) -> tuple[Message, str]:
    """A tender's state in words and its tone."""
    if state == TenderState.OPEN and deadline is not None and at >= deadline:
        return lazy_gettext("Bids are being opened"), "gold"
    return STATES[state]


def points(hundredths: int) -> str:
    """Points as people read them: 87.35."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def percent(basis_points: int) -> str:
    """Hundredths of a per cent as people read them: 5 % or 2.5 %."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0") + " %" if rest else f"{whole} %"


def tender_detail(body: Mapping[str, Any], organisations: Mapping[int, Texts]) -> str | None:
    """What a recorded step of a tender says besides its title and reason. ``organisations`` are
    the names of those whom ``tender_organisations`` gives."""
    parts: list[str] = []
    if title := body.get("title"):
        parts.append(gettext("“%(title)s”", title=title))
    if (winner := body.get("winner")) is not None:
        parts.append(str(localize(organisations.get(winner))))
    if (amount := body.get("amount")) is not None:
        parts.append(format_money(amount, body.get("currency", "CNY")))
    if (bids := body.get("bids")) is not None:
        parts.append(ngettext("%(num)s bid", "%(num)s bids", bids))
    if deadline := body.get("deadline"):
        parts.append(
            gettext("bids until %(at)s", at=datetime_long(datetime.fromisoformat(deadline)))
        )
    if until := body.get("standstill_until"):
        parts.append(gettext("objections until %(day)s", day=date_long(date.fromisoformat(until))))
    return gettext(", ").join(filter(None, parts)) or None


def tender_organisations(body: Mapping[str, Any]) -> set[int]:
    """The organisations whose names ``tender_detail`` needs."""
    return {winner} if (winner := body.get("winner")) is not None else set()
