"""What vouchers are called: their kinds, their states, what was recorded of them."""

from __future__ import annotations

from core.i18n import Message, lazy_gettext
from ledger.models import VoucherKind as K
from ledger.models import VoucherState as S

KINDS: dict[str, Message] = {
    K.RECEIVE: lazy_gettext("Money from outside"),
    K.ALLOT: lazy_gettext("To a level below"),
    K.APPROPRIATE: lazy_gettext("For a round"),
    K.UNAPPROPRIATE: lazy_gettext("Back from a round"),
    K.DISBURSE: lazy_gettext("Payment for a project"),
    K.REFUND: lazy_gettext("Given back by a payee"),
    K.RELEASE: lazy_gettext("Closing a project"),
    K.CARRY_OVER: lazy_gettext("Into the next year"),
    K.REVERSE: lazy_gettext("Undoing a voucher"),
}
# What the form of each kind does, as its heading and as the button that leads to it.
TASKS: dict[str, Message] = {
    K.RECEIVE: lazy_gettext("Enter money from outside"),
    K.ALLOT: lazy_gettext("Hand money to a level below"),
    K.APPROPRIATE: lazy_gettext("Set money aside for a round"),
    K.UNAPPROPRIATE: lazy_gettext("Take back what a round does not need"),
    K.DISBURSE: lazy_gettext("Pay for a project"),
    K.REFUND: lazy_gettext("Enter what a payee gives back"),
    K.RELEASE: lazy_gettext("Close a project's books"),
    K.CARRY_OVER: lazy_gettext("Carry money into the next year"),
}
LEADS: dict[str, Message] = {
    K.RECEIVE: lazy_gettext("Money that has arrived in the fund's bank account, and from whom."),
    K.ALLOT: lazy_gettext("The level below can plan with it once this is approved."),
    K.APPROPRIATE: lazy_gettext("What a vote decides is then paid out of it, by itself."),
    K.UNAPPROPRIATE: lazy_gettext("It is free again in the fund it came from."),
    K.DISBURSE: lazy_gettext("An invoice for a project that won. It is paid once it is approved."),
    K.REFUND: lazy_gettext("The money can be spent on the same project again."),
    K.RELEASE: lazy_gettext("What is left goes back to the fund, and nothing more can be paid."),
    K.CARRY_OVER: lazy_gettext("What is left of a year goes to the same fund of the next."),
}
STATES: dict[str, Message] = {
    S.REQUESTED: lazy_gettext("Waits for approval"),
    S.APPROVED: lazy_gettext("Approved"),
    S.PAID: lazy_gettext("Paid"),
    S.REFUSED: lazy_gettext("Not approved"),
    S.WITHDRAWN: lazy_gettext("Withdrawn"),
    S.REVERSED: lazy_gettext("Undone"),
}
TONES: dict[str, str] = {
    S.REQUESTED: "gold",
    S.APPROVED: "blue",
    S.PAID: "jade",
    S.REFUSED: "seal",
    S.WITHDRAWN: "quiet",
    S.REVERSED: "seal",
}
EVENTS: dict[str, Message] = {
    "voucher.requested": lazy_gettext("Asked for"),
    "voucher.approved": lazy_gettext("Approved"),
    "voucher.refused": lazy_gettext("Not approved"),
    "voucher.withdrawn": lazy_gettext("Withdrawn"),
    "voucher.paid": lazy_gettext("Paid by the bank"),
    "voucher.reversed": lazy_gettext("Undone"),
    "ledger.posted": lazy_gettext("Booked"),
    "ledger.project_closed": lazy_gettext("The project's books were closed"),
    "ledger.document_added": lazy_gettext("A document was added"),
    "ledger.original_opened": lazy_gettext("A sealed original was opened"),
}
