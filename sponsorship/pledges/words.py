"""Pledges in words."""

from __future__ import annotations

from core.i18n import Message, lazy_gettext
from sponsorship.models import PledgeKind, ValuationMethod
from sponsorship.states import PledgeState

KINDS: dict[str, Message] = {
    PledgeKind.MONEY: lazy_gettext("Money"),
    PledgeKind.GOODS: lazy_gettext("Goods"),
    PledgeKind.SERVICES: lazy_gettext("Services"),
    PledgeKind.VENUE: lazy_gettext("A venue"),
    PledgeKind.HOURS: lazy_gettext("Hours of our staff"),
}

# The state in words, and the tone of its tag.
STATES: dict[str, tuple[Message, str]] = {
    PledgeState.DRAFT: (lazy_gettext("Draft"), "quiet"),
    PledgeState.OFFERED: (lazy_gettext("Offered"), "gold"),
    PledgeState.WITHDRAWN: (lazy_gettext("Withdrawn"), "quiet"),
    PledgeState.DECLINED: (lazy_gettext("Declined"), "seal"),
    PledgeState.ACCEPTED: (lazy_gettext("Accepted, to be signed"), "gold"),
    PledgeState.SIGNED: (lazy_gettext("Signed"), "blue"),
    PledgeState.DUE: (lazy_gettext("Due now"), "gold"),
    PledgeState.PAID: (lazy_gettext("Paid"), "jade"),
    PledgeState.RELEASED: (lazy_gettext("At work in the project"), "jade"),
    PledgeState.DELIVERED: (lazy_gettext("Delivered"), "jade"),
    PledgeState.LAPSED: (lazy_gettext("Lapsed"), "seal"),
    PledgeState.CANCELLED: (lazy_gettext("Cancelled"), "seal"),
    PledgeState.REFUNDED: (lazy_gettext("Given back"), "quiet"),
}

METHODS: dict[str, Message] = {
    ValuationMethod.INVOICE: lazy_gettext("What was paid for it, by the invoice"),
    ValuationMethod.MARKET_PRICE: lazy_gettext("What it costs on the market"),
    ValuationMethod.LIST_PRICE: lazy_gettext("Our list price"),
    ValuationMethod.HOURLY_RATE: lazy_gettext("Hours times an hourly rate"),
    ValuationMethod.RENT: lazy_gettext("What renting it would cost"),
    ValuationMethod.APPRAISAL: lazy_gettext("An appraisal by somebody else"),
}

# What the record's entries until the signatures are called.
PLEDGE_TITLES: dict[str, Message] = {
    "pledge.offered": lazy_gettext("A pledge was offered"),
    "pledge.withdrawn": lazy_gettext("A pledge was withdrawn"),
    "pledge.accepted": lazy_gettext("A pledge was accepted"),
    "pledge.declined": lazy_gettext("A pledge was declined"),
    "pledge.given": lazy_gettext("A small gift was promised"),
    "agreement.drawn": lazy_gettext("An agreement was drawn up"),
    "agreement.signed": lazy_gettext("An agreement was signed by one side"),
    "pledge.signed": lazy_gettext("An agreement was signed by both sides"),
    "pledge.due": lazy_gettext("A pledge fell due"),
}
