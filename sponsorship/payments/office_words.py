"""Transfers and reconciliation in words: what the office and everybody reads of them."""

from __future__ import annotations

from core.i18n import Message, lazy_gettext
from sponsorship.payments.queries.arrivals import Fits
from sponsorship.payments.services import balance_lines
from sponsorship.payments.words import REASONS

TITLES: dict[str, Message] = {
    "payment.transfer_seen": lazy_gettext("A transfer has arrived, says one person of the office"),
    "payment.transfer_dropped": lazy_gettext("That a transfer arrived was not confirmed"),
    "refund.transfer_seen": lazy_gettext("A refund was sent, says one person of the office"),
    "refund.transfer_dropped": lazy_gettext("That a refund was sent was not confirmed"),
    "payments.reconciled": lazy_gettext("A payment service compared with the books"),
    "payments.account_described": lazy_gettext("What payers are told of a bank account"),
}

# What a line of the bank may be, the tone of its tag, and what to do about it.
FITS: dict[str, tuple[Message, str, Message]] = {
    Fits.YES: (
        lazy_gettext("Code and amount fit"),
        "jade",
        lazy_gettext("Say that it has arrived; somebody else confirms it."),
    ),
    Fits.LATE: (
        lazy_gettext("Too late"),
        "seal",
        lazy_gettext(
            "The pledge has ended. Say that it has arrived all the same: once it is confirmed, it"
            " is booked as owed to the sponsor, and stands under “To be sent back”."
        ),
    ),
    Fits.BY_AMOUNT: (
        lazy_gettext("Perhaps"),
        "gold",
        lazy_gettext(
            "There is no code, but somebody is to pay this much. Ask the sponsor, then enter it at"
            " the payment."
        ),
    ),
    Fits.OTHER_AMOUNT: (
        lazy_gettext("Another amount"),
        "seal",
        lazy_gettext(
            "The code fits, the amount does not. Nothing is booked: transfer it back from the bank,"
            " and ask the sponsor for one transfer of the right amount."
        ),
    ),
    Fits.OTHER_ACCOUNT: (
        lazy_gettext("Another account"),
        "seal",
        lazy_gettext(
            "It came to another account than the call's. Move it there at the bank; then it can be"
            " entered by the line of that account."
        ),
    ),
    Fits.TWICE: (
        lazy_gettext("Paid twice"),
        "seal",
        lazy_gettext("This payment is in the books already. Transfer it back from the bank."),
    ),
    Fits.UNKNOWN: (
        lazy_gettext("Unknown code"),
        "gold",
        lazy_gettext("No payment has this code. Ask who sent it, or transfer it back."),
    ),
}

# Why a line of a payment service is not in the books.
PROBLEMS: dict[str, Message] = {
    balance_lines.FOREIGN: lazy_gettext(
        "A movement that belongs to no payment, such as a monthly price of the service"
    ),
    balance_lines.UNKNOWN: lazy_gettext("Of a payment that is not one of ours"),
    balance_lines.NOT_BOOKED: lazy_gettext("Of a payment of ours, but not booked"),
    balance_lines.OTHERWISE: lazy_gettext("Booked with another amount, fee or currency"),
    balance_lines.ARITHMETIC: lazy_gettext("Its own figures do not add up"),
    balance_lines.TWICE: lazy_gettext("Another line is this booking already"),
}
# What a movement of a payment service is about.
TOPICS: dict[str, Message] = {
    "payment": lazy_gettext("Payment"),
    "refund": lazy_gettext("Refund"),
    "dispute": lazy_gettext("Dispute"),
    "payout": lazy_gettext("Payout to the bank"),
    "nothing": lazy_gettext("Something else"),
}
PROVIDERS: dict[str, Message] = {
    "stripe": lazy_gettext("Stripe"),
    "bank": lazy_gettext("Bank transfer"),
}


def provider_name(name: str) -> Message:
    """How a payment service is called."""
    return PROVIDERS.get(name, name)


def reason_in_words(reason: str) -> Message:
    """Why something is given back: the rules' reason, or what somebody wrote."""
    return REASONS.get(reason, reason)
