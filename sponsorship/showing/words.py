"""What openings, pledges and their limits are called where everybody reads them."""

from __future__ import annotations

from core.i18n import Message, lazy_gettext
from sponsorship.matching import Limit
from sponsorship.models import OpeningKind, PledgeKind
from sponsorship.states import OpeningState, PledgeState

OPENING_KINDS: dict[str, Message] = {
    OpeningKind.WINNER: lazy_gettext("Chosen by the vote, short of money"),
    OpeningKind.RUNNER_UP: lazy_gettext("Not chosen by the vote"),
    OpeningKind.SHOWCASE: lazy_gettext("An idea without a vote"),
    OpeningKind.CATEGORY: lazy_gettext("Whatever is most needed of its kind"),
    OpeningKind.POOL: lazy_gettext("Money that doubles what others give"),
}
OPENING_STATES: dict[str, tuple[Message, str]] = {
    OpeningState.OPEN: (lazy_gettext("Looking for partners"), "gold"),
    OpeningState.MET: (lazy_gettext("Target met"), "jade"),
    OpeningState.MISSED: (lazy_gettext("Target missed"), "seal"),
    OpeningState.CLOSED: (lazy_gettext("Closed by the authority"), "quiet"),
}
PLEDGE_KINDS: dict[str, Message] = {
    PledgeKind.MONEY: lazy_gettext("Money"),
    PledgeKind.GOODS: lazy_gettext("Goods"),
    PledgeKind.SERVICES: lazy_gettext("Services"),
    PledgeKind.VENUE: lazy_gettext("A venue"),
    PledgeKind.HOURS: lazy_gettext("Staff hours"),
}
# What becomes of a pledge, in the words that the public reads; nothing before it was accepted.
PLEDGE_STATES: dict[str, tuple[Message, str]] = {
    PledgeState.ACCEPTED: (lazy_gettext("Accepted, not signed yet"), "quiet"),
    PledgeState.SIGNED: (lazy_gettext("Signed"), "blue"),
    PledgeState.DUE: (lazy_gettext("Due"), "gold"),
    PledgeState.PAID: (lazy_gettext("Paid"), "jade"),
    PledgeState.RELEASED: (lazy_gettext("Passed on to the project"), "jade"),
    PledgeState.DELIVERED: (lazy_gettext("Delivered"), "jade"),
    PledgeState.LAPSED: (lazy_gettext("Came to nothing"), "seal"),
    PledgeState.CANCELLED: (lazy_gettext("Cancelled"), "seal"),
    PledgeState.REFUNDED: (lazy_gettext("Given back"), "seal"),
}
# Why no more public money is added, said after the amount that is.
LIMITS: dict[Limit, Message] = {
    Limit.NONE: lazy_gettext("the whole of it"),
    Limit.NO_MATCH: lazy_gettext("nothing is added here"),
    Limit.TOO_LATE: lazy_gettext("the time for adding public money is over"),
    Limit.SPONSOR: lazy_gettext("the most for one sponsor"),
    Limit.PROJECT: lazy_gettext("the most for one project"),
    Limit.POOL: lazy_gettext("no more public money is left for it"),
}
