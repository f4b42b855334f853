"""What figures, levels and sources of money are called where everybody reads them."""

from __future__ import annotations

from accounts.models import AreaKind
from core.i18n import Message, lazy_gettext
from ledger.models import FundKind, VoucherState

# A figure's name and what it means, for whoever has never read accounts.
FIGURES: dict[str, tuple[Message, Message]] = {
    "received": (
        lazy_gettext("Received"),
        lazy_gettext("Public money that came in from outside."),
    ),
    "from_above": (
        lazy_gettext("From the level above"),
        lazy_gettext("What the level above has handed down to this one."),
    ),
    "carried_in": (
        lazy_gettext("Left from last year"),
        lazy_gettext("What was not used in the year before and came over into this one."),
    ),
    "passed_on": (
        lazy_gettext("Passed on"),
        lazy_gettext("Money handed down to the levels below; they show what became of it."),
    ),
    "carried_out": (
        lazy_gettext("Kept for next year"),
        lazy_gettext("What was not used and went over into the next year."),
    ),
    "appropriated": (
        lazy_gettext("Set aside for votes and partners"),
        lazy_gettext(
            "Money given to a round, so that residents can decide what to do with it, or to a call"
            " for partners, to double what they give."
        ),
    ),
    "committed": (
        lazy_gettext("Promised to projects"),
        lazy_gettext(
            "What the projects that won may cost, and what partners gave to projects. It cannot be"
            " used for anything else."
        ),
    ),
    "contracted": (
        lazy_gettext("Under contract"),
        lazy_gettext(
            "What contracts promise to those who do the work, out of what the project was promised."
        ),
    ),
    "accepted": (
        lazy_gettext("Accepted work"),
        lazy_gettext("Work that two people looked at and accepted. Only this can be invoiced."),
    ),
    "spent": (
        lazy_gettext("Spent"),
        lazy_gettext(
            "Invoices that one person asked to be paid and another approved, less what came back."
        ),
    ),
    "paid": (
        lazy_gettext("Paid"),
        lazy_gettext("What has left the bank account, less what was given back."),
    ),
    "owed": (
        lazy_gettext("Still to pay"),
        lazy_gettext("Approved invoices whose money has not left the bank account yet."),
    ),
    "available": (
        lazy_gettext("Left, not assigned"),
        lazy_gettext("Money that is neither passed on nor set aside for a vote."),
    ),
    "uncommitted": (
        lazy_gettext("Set aside, not promised yet"),
        lazy_gettext(
            "Set aside for votes or for doubling what partners give, but no project has got it so"
            " far."
        ),
    ),
    "open_commitments": (
        lazy_gettext("Promised, not spent yet"),
        lazy_gettext("What is left of the money promised to projects."),
    ),
    "in_bank": (
        lazy_gettext("In the bank"),
        lazy_gettext("What should be on the bank account by these books."),
    ),
    "pledged": (
        lazy_gettext("Pledged"),
        lazy_gettext(
            "What sponsors owe or have paid by signed pledges. A pledge is not money yet."
        ),
    ),
    "from_sponsors": (
        lazy_gettext("From sponsors"),
        lazy_gettext("Sponsors' money that came in, less what goes back or is disputed."),
    ),
    "given_back": (
        lazy_gettext("Given back to sponsors"),
        lazy_gettext("Sponsors' money that has left again, to those who had paid it."),
    ),
    "for_purposes": (
        lazy_gettext("Kept for its purpose"),
        lazy_gettext("Sponsors' money that is here and has not gone to its project yet."),
    ),
    "matched": (
        lazy_gettext("Doubled by public money"),
        lazy_gettext("What the public budget adds to pledges by the rules of a call."),
    ),
    "match_kept": (
        lazy_gettext("Doubling, reserved"),
        lazy_gettext("Reserved to double pledges whose money has not gone to a project yet."),
    ),
    "provider_fees": (
        lazy_gettext("Fees of payment services"),
        lazy_gettext("What payment services keep of what sponsors pay."),
    ),
    "with_providers": (
        lazy_gettext("With payment services"),
        lazy_gettext("Paid by sponsors, but not transferred to the bank account yet."),
    ),
}
LEVELS: dict[str, Message] = {
    AreaKind.CITY: lazy_gettext("City"),
    AreaKind.DISTRICT: lazy_gettext("Districts"),
    AreaKind.SUB_DISTRICT: lazy_gettext("Sub-districts"),
    AreaKind.COMMUNITY: lazy_gettext("Communities"),
}
SOURCES: dict[str, Message] = {
    FundKind.ALLOCATION: lazy_gettext("Public budget"),
    FundKind.MATCHING: lazy_gettext("Public budget, to match sponsors"),
    FundKind.SPONSOR: lazy_gettext("Sponsors"),
}
# The colour of money by where it comes from, the same everywhere.
TONES: dict[str, str] = {
    FundKind.ALLOCATION: "blue",
    FundKind.MATCHING: "gold-soft",
    FundKind.SPONSOR: "gold",
}
VOUCHER_STATES: dict[str, tuple[Message, str]] = {
    VoucherState.REQUESTED: (lazy_gettext("Asked for, not approved yet"), "quiet"),
    VoucherState.APPROVED: (lazy_gettext("Approved"), "blue"),
    VoucherState.PAID: (lazy_gettext("Approved and paid"), "jade"),
    VoucherState.REFUSED: (lazy_gettext("Refused"), "seal"),
    VoucherState.WITHDRAWN: (lazy_gettext("Withdrawn"), "quiet"),
    VoucherState.REVERSED: (lazy_gettext("Undone"), "seal"),
}


def label(figure: str) -> Message:
    """What a figure is called."""
    return FIGURES[figure][0]
