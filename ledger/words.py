"""What lines, accounts and funds are called, in plain words."""

from __future__ import annotations

from core.i18n import Message, lazy_gettext
from ledger.journal import Kind
from ledger.models import FundKind

# What a line does, by its code.
LINES: dict[str, Message] = {
    "receive": lazy_gettext("Money received from outside"),
    "budget": lazy_gettext("Received money made available"),
    "allot_out": lazy_gettext("Promised to the level below"),
    "allot_in": lazy_gettext("Promised by the level above"),
    "allot_paid": lazy_gettext("Paid to the level below"),
    "allot_received": lazy_gettext("Received from the level above"),
    "appropriate": lazy_gettext("Set aside for a round or a call"),
    "unappropriate": lazy_gettext("Given back by a round or a call"),
    "commit": lazy_gettext("Reserved for a chosen project"),
    "contract": lazy_gettext("Promised to a payee by contract"),
    "uncontract": lazy_gettext("Contract reduced, back to the project"),
    "accept": lazy_gettext("Work accepted, may be invoiced"),
    "unaccept": lazy_gettext("Acceptance taken back"),
    "invoice": lazy_gettext("Invoice approved"),
    "spend": lazy_gettext("Taken from what the project had left"),
    "pay": lazy_gettext("Paid to the payee"),
    "refund": lazy_gettext("Money given back by the payee"),
    "unspend": lazy_gettext("Given back to the project"),
    "release": lazy_gettext("Left over by a project, back to the fund"),
    "carry_out": lazy_gettext("Carried over into the next year"),
    "carry_in": lazy_gettext("Carried over from the year before"),
    "pledge": lazy_gettext("Pledge signed: owed by the sponsor"),
    "unpledge": lazy_gettext("Pledge no longer owed"),
    "settle": lazy_gettext("Pledge paid through a payment service"),
    "settle_bank": lazy_gettext("Pledge paid by bank transfer"),
    "restrict": lazy_gettext("Sponsor's money kept for its purpose"),
    "unrestrict": lazy_gettext("Sponsor's money no longer kept for its purpose"),
    "late": lazy_gettext("Paid after the pledge had ended: goes back"),
    "late_bank": lazy_gettext("Transferred after the pledge had ended: goes back"),
    "fee": lazy_gettext("Fee of the payment service"),
    "refund_due": lazy_gettext("To be given back to the sponsor"),
    "refunded": lazy_gettext("Given back through the payment service"),
    "refunded_bank": lazy_gettext("Given back by bank transfer"),
    "dispute": lazy_gettext("Payment disputed by the sponsor's bank"),
    "dispute_out": lazy_gettext("Taken back by the payment service for a dispute"),
    "dispute_in": lazy_gettext("Returned by the payment service after a dispute"),
    "dispute_won": lazy_gettext("Dispute decided for the community"),
    "dispute_fee": lazy_gettext("Fee for a dispute"),
    "payout": lazy_gettext("Transferred by the payment service to the bank"),
    "sponsor_commit": lazy_gettext("Sponsor's money reserved for a project"),
    "pool": lazy_gettext("Sponsor's money added to what doubles others'"),
    "match": lazy_gettext("Public money reserved to double a pledge"),
    "unmatch": lazy_gettext("Doubling money free again"),
    "match_commit": lazy_gettext("Doubling money reserved for a project"),
}
ACCOUNTS: dict[str, Message] = {
    Kind.BANK: lazy_gettext("Bank account"),
    Kind.PROVIDER_CLEARING: lazy_gettext("On its way through a payment service"),
    Kind.PLEDGE_RECEIVABLE: lazy_gettext("Pledged by sponsors, not yet received"),
    Kind.DUE_FROM_PARENT: lazy_gettext("Still to come from the level above"),
    Kind.VENDOR_PAYABLE: lazy_gettext("Still to be paid to payees"),
    Kind.REFUND_PAYABLE: lazy_gettext("Still to be given back"),
    Kind.DISPUTE_RESERVE: lazy_gettext("Kept for payments in dispute"),
    Kind.DUE_TO_CHILD: lazy_gettext("Still to be paid to the level below"),
    Kind.ALLOCATION: lazy_gettext("Free money of the fund"),
    Kind.MATCHING: lazy_gettext("Money that doubles sponsors'"),
    Kind.SPONSOR_RESTRICTED: lazy_gettext("Sponsors' money for a purpose"),
    Kind.UNALLOCATED: lazy_gettext("Budget against real money"),
    Kind.APPROPRIATION: lazy_gettext("Set aside for a round or a call"),
    Kind.ENCUMBRANCE: lazy_gettext("Reserved for a project"),
    Kind.ENCUMBRANCE_RESERVE: lazy_gettext("Accepted work, not invoiced yet"),
    Kind.GRANT: lazy_gettext("Public money from outside"),
    Kind.SPONSOR: lazy_gettext("Money from sponsors"),
    Kind.PROJECT: lazy_gettext("Spent on a project"),
    Kind.PROVIDER_FEE: lazy_gettext("Fees of the payment service"),
    Kind.DISPUTE_FEE: lazy_gettext("Fees for disputes"),
}
# What is reserved for a project is called otherwise once it is promised to somebody.
CONTRACT: Message = lazy_gettext("Under contract, work not accepted yet")


def account_words(kind: str, payee_id: int | None) -> Message:
    """What an account of ``kind`` is called, of a payee or of none."""
    return CONTRACT if kind == Kind.ENCUMBRANCE and payee_id else ACCOUNTS[kind]


FUND_KINDS: dict[str, Message] = {
    FundKind.ALLOCATION: lazy_gettext("Public money"),
    FundKind.MATCHING: lazy_gettext("Public money that doubles sponsors'"),
    FundKind.SPONSOR: lazy_gettext("Sponsors' money"),
}
