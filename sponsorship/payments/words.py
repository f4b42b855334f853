"""Payments in words: their states, and what the public record says about them."""

from __future__ import annotations

from core.i18n import Message, lazy_gettext
from sponsorship.states import DisputeState, PaymentState, RefundState

TITLES: dict[str, Message] = {
    "payment.settled": lazy_gettext("A sponsor's payment has arrived"),
    "payment.late": lazy_gettext("A sponsor's payment came too late, and goes back"),
    "refund.asked": lazy_gettext("Money is to be given back to a sponsor"),
    "refund.refused": lazy_gettext("Giving back to a sponsor was refused"),
    "refund.sent": lazy_gettext("Money is on its way back to a sponsor"),
    "refund.done": lazy_gettext("Money was given back to a sponsor"),
    "refund.failed": lazy_gettext("Giving back to a sponsor has failed"),
    "dispute.opened": lazy_gettext("A sponsor's bank disputes a payment"),
    "dispute.won": lazy_gettext("A disputed payment stays"),
    "dispute.lost": lazy_gettext("A disputed payment is lost"),
    "payout.booked": lazy_gettext("A payment service paid out to the bank"),
    "payout.failed": lazy_gettext("A payment service's transfer to the bank came back"),
}

STATES: dict[str, tuple[Message, str]] = {
    PaymentState.CREATED: (lazy_gettext("Begun"), "quiet"),
    PaymentState.PENDING: (lazy_gettext("Waiting for the payment"), "gold"),
    PaymentState.AUTHORISED: (lazy_gettext("Being collected"), "gold"),
    PaymentState.PAID: (lazy_gettext("Paid"), "jade"),
    PaymentState.FAILED: (lazy_gettext("Did not work"), "seal"),
    PaymentState.CANCELLED: (lazy_gettext("Cancelled"), "quiet"),
}
REFUND_STATES: dict[str, tuple[Message, str]] = {
    RefundState.ASKED: (lazy_gettext("To be approved"), "gold"),
    RefundState.SENT: (lazy_gettext("On its way back"), "blue"),
    RefundState.DONE: (lazy_gettext("Given back"), "jade"),
    RefundState.FAILED: (lazy_gettext("Failed"), "seal"),
    RefundState.REFUSED: (lazy_gettext("Refused"), "quiet"),
}
DISPUTE_STATES: dict[str, tuple[Message, str]] = {
    DisputeState.OPEN: (lazy_gettext("Disputed"), "seal"),
    DisputeState.WON: (lazy_gettext("Won"), "jade"),
    DisputeState.LOST: (lazy_gettext("Lost"), "seal"),
}
METHODS: dict[str, Message] = {
    "card": lazy_gettext("Card"),
    "alipay": lazy_gettext("Alipay"),
    "wechat_pay": lazy_gettext("WeChat Pay"),
    "transfer": lazy_gettext("Bank transfer"),
}
# The reasons of what the rules give back.
REASONS: dict[str, Message] = {
    "late": lazy_gettext("It came after the pledge had ended or was paid already."),
    "elsewhere": lazy_gettext("Given back at the payment service, not from here."),
}
# Why a sponsor's bank disputes a payment, and why a card did not pay, as the service says it.
DISPUTED: dict[str, Message] = {
    "fraudulent": lazy_gettext("The card's owner says that it was somebody else"),
    "duplicate": lazy_gettext("It was paid twice, says the card's owner"),
    "unrecognized": lazy_gettext("The card's owner does not recognise it"),
    "credit_not_processed": lazy_gettext("Money was to be given back, says the card's owner"),
    "general": lazy_gettext("No reason was given"),
}
DECLINED: dict[str, Message] = {
    "Your card was declined.": lazy_gettext("The card was declined."),
    "Your card has insufficient funds.": lazy_gettext("There is not enough money on the card."),
    "Your card has expired.": lazy_gettext("The card has expired."),
}
