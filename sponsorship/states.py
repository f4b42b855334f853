"""The states of calls, openings, businesses, pledges, agreements and payments, and every move
between them."""

from __future__ import annotations

from enum import StrEnum


class CallState(StrEnum):
    """How far a guidance call is."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


CALL_MOVES: dict[tuple[CallState, str], CallState] = {
    (CallState.DRAFT, "publish"): CallState.OPEN,
    (CallState.OPEN, "publish"): CallState.OPEN,  # a further version
    (CallState.OPEN, "close"): CallState.CLOSED,
}


class OpeningState(StrEnum):
    """Whether partners are still looked for, and whether the target was met."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    CLOSED = "closed"  # by the authority, with a reason


OPENING_MOVES: dict[tuple[OpeningState, str], OpeningState] = {
    (OpeningState.OPEN, "meet"): OpeningState.MET,
    (OpeningState.OPEN, "miss"): OpeningState.MISSED,
    (OpeningState.OPEN, "close"): OpeningState.CLOSED,
}


class BusinessState(StrEnum):
    """Whether an officer has looked at a business and its papers."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REFUSED = "refused"
    SUSPENDED = "suspended"


BUSINESS_MOVES: dict[tuple[BusinessState, str], BusinessState] = {
    (BusinessState.DRAFT, "submit"): BusinessState.SUBMITTED,
    (BusinessState.REFUSED, "submit"): BusinessState.SUBMITTED,
    (BusinessState.SUBMITTED, "verify"): BusinessState.VERIFIED,
    (BusinessState.SUBMITTED, "refuse"): BusinessState.REFUSED,
    (BusinessState.VERIFIED, "suspend"): BusinessState.SUSPENDED,
    (BusinessState.SUSPENDED, "restore"): BusinessState.VERIFIED,
}


class SeatState(StrEnum):
    """Whether somebody acts for a business."""

    INVITED = "invited"
    ACTIVE = "active"
    ENDED = "ended"


SEAT_MOVES: dict[tuple[SeatState, str], SeatState] = {
    (SeatState.INVITED, "accept"): SeatState.ACTIVE,
    (SeatState.INVITED, "end"): SeatState.ENDED,
    (SeatState.ACTIVE, "end"): SeatState.ENDED,
}


class PledgeState(StrEnum):
    """How far a pledge has come, from a draft to the good that it did."""

    DRAFT = "draft"
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    ACCEPTED = "accepted"  # by the authority; the match is reserved
    SIGNED = "signed"  # by both; it may be paid or delivered
    DUE = "due"  # the day has come
    PAID = "paid"  # all of its money is in
    RELEASED = "released"  # all of its money went to its project
    DELIVERED = "delivered"  # in kind: received and valued
    LAPSED = "lapsed"  # its target was missed, or nobody signed or paid in time
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


P = PledgeState
PLEDGE_MOVES: dict[tuple[PledgeState, str], PledgeState] = {
    (P.DRAFT, "offer"): P.OFFERED,
    (P.DRAFT, "give"): P.SIGNED,  # a small gift: the published terms are its agreement
    (P.DRAFT, "withdraw"): P.WITHDRAWN,
    (P.OFFERED, "withdraw"): P.WITHDRAWN,
    (P.OFFERED, "decline"): P.DECLINED,
    (P.OFFERED, "accept"): P.ACCEPTED,
    (P.OFFERED, "lapse"): P.LAPSED,
    (P.ACCEPTED, "sign"): P.SIGNED,
    (P.ACCEPTED, "lapse"): P.LAPSED,
    (P.ACCEPTED, "cancel"): P.CANCELLED,
    (P.SIGNED, "fall_due"): P.DUE,
    (P.SIGNED, "pay"): P.PAID,
    (P.DUE, "pay"): P.PAID,
    (P.SIGNED, "receive"): P.DELIVERED,
    (P.DUE, "receive"): P.DELIVERED,
    (P.SIGNED, "lapse"): P.LAPSED,
    (P.DUE, "lapse"): P.LAPSED,
    (P.PAID, "lapse"): P.LAPSED,  # it depended on a target that was missed
    (P.SIGNED, "cancel"): P.CANCELLED,
    (P.DUE, "cancel"): P.CANCELLED,
    (P.PAID, "release"): P.RELEASED,
    (P.PAID, "refund"): P.REFUNDED,
    (P.RELEASED, "refund"): P.REFUNDED,
    (P.LAPSED, "refund"): P.REFUNDED,  # what was paid of it has been given back
    (P.CANCELLED, "refund"): P.REFUNDED,
}
# What the authority has said yes to and what has not come to nothing since.
BINDING = frozenset({P.ACCEPTED, P.SIGNED, P.DUE, P.PAID, P.RELEASED, P.DELIVERED})
PAYABLE = frozenset({P.SIGNED, P.DUE})
# What the public sees of pledges: nothing before the authority has decided.
SHOWN = BINDING | {P.REFUNDED, P.LAPSED, P.CANCELLED}


class PaymentState(StrEnum):
    """How far one attempt to pay is; what came of the money later stands in its sums."""

    CREATED = "created"  # noted here before the provider was asked
    PENDING = "pending"  # with the provider, or waiting for the transfer
    AUTHORISED = "authorised"  # held by the provider, to be captured
    PAID = "paid"  # settled
    FAILED = "failed"
    CANCELLED = "cancelled"


PAYMENT_MOVES: dict[tuple[PaymentState, str], PaymentState] = {
    (PaymentState.CREATED, "ask"): PaymentState.PENDING,
    (PaymentState.CREATED, "authorise"): PaymentState.AUTHORISED,
    (PaymentState.CREATED, "settle"): PaymentState.PAID,
    (PaymentState.CREATED, "fail"): PaymentState.FAILED,
    (PaymentState.CREATED, "cancel"): PaymentState.CANCELLED,
    (PaymentState.PENDING, "authorise"): PaymentState.AUTHORISED,
    (PaymentState.PENDING, "settle"): PaymentState.PAID,
    (PaymentState.PENDING, "fail"): PaymentState.FAILED,
    (PaymentState.PENDING, "cancel"): PaymentState.CANCELLED,
    (PaymentState.AUTHORISED, "settle"): PaymentState.PAID,
    (PaymentState.AUTHORISED, "fail"): PaymentState.FAILED,
    (PaymentState.AUTHORISED, "cancel"): PaymentState.CANCELLED,
    # A provider may settle what we had given up: the money is there, whatever we thought.
    (PaymentState.FAILED, "settle"): PaymentState.PAID,
    (PaymentState.CANCELLED, "settle"): PaymentState.PAID,
}


class RefundState(StrEnum):
    """How far money on its way back is."""

    ASKED = "asked"
    SENT = "sent"  # the provider has it, or an officer has to transfer it
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"  # by the second person


REFUND_MOVES: dict[tuple[RefundState, str], RefundState] = {
    (RefundState.ASKED, "send"): RefundState.SENT,
    (RefundState.ASKED, "refuse"): RefundState.REFUSED,
    (RefundState.SENT, "finish"): RefundState.DONE,
    (RefundState.SENT, "fail"): RefundState.FAILED,
    (RefundState.DONE, "fail"): RefundState.FAILED,  # returned by the sponsor's bank
    (RefundState.FAILED, "send"): RefundState.SENT,  # tried again
}


class DisputeState(StrEnum):
    """What became of a payment that the sponsor's bank takes back."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


DISPUTE_MOVES: dict[tuple[DisputeState, str], DisputeState] = {
    (DisputeState.OPEN, "win"): DisputeState.WON,
    (DisputeState.OPEN, "lose"): DisputeState.LOST,
}
