"""What openings, pledges and their limits are called where everybody reads them."""

from __future__ import annotations

from core.i18n import Message, lazy_gettext
from sponsorship.matching import Limit
from sponsorship.models import OpeningKind, PledgeKind
from sponsorship.pledges.words import KINDS
from sponsorship.states import OpeningState

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
# As the public reads it of somebody else.
PLEDGE_KINDS: dict[str, Message] = {**KINDS, PledgeKind.HOURS: lazy_gettext("Staff hours")}
# Why no more public money is added, said after the amount that is.
LIMITS: dict[Limit, Message] = {
    Limit.NONE: lazy_gettext("the whole of it"),
    Limit.NO_MATCH: lazy_gettext("nothing is added here"),
    Limit.TOO_LATE: lazy_gettext("the time for adding public money is over"),
    Limit.SPONSOR: lazy_gettext("the most for one sponsor"),
    Limit.PROJECT: lazy_gettext("the most for one project"),
    Limit.POOL: lazy_gettext("no more public money is left for it"),
}
