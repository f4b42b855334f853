"""The states of a project, and of what belongs to its delivery, and every move between them."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a project stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    ON_BALLOT = "on_ballot"
    SELECTED = "selected"
    NOT_SELECTED = "not_selected"
    WITHDRAWN = "withdrawn"
    DELIVERING = "delivering"
    COMPLETED = "completed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    FUNDED = "funded"  # not by the vote: partners pay for it


S = State

# Everybody may see a project in these states.
PUBLIC = frozenset(State) - {S.DRAFT, S.WITHDRAWN}
EDITABLE = frozenset({S.DRAFT, S.INELIGIBLE})
# To be built, whatever became of it then: chosen by the vote, or paid for by partners.
WINNING = frozenset({S.SELECTED, S.FUNDED, S.DELIVERING, S.COMPLETED, S.CLOSED, S.CANCELLED})
# Decided, and not begun yet.
TO_BEGIN = frozenset({S.SELECTED, S.FUNDED})

MOVES: dict[tuple[State, str], State] = {
    (S.DRAFT, "submit"): S.SUBMITTED,
    (S.INELIGIBLE, "resubmit"): S.SUBMITTED,
    (S.SUBMITTED, "ask"): S.IN_REVIEW,
    (S.IN_REVIEW, "ask"): S.IN_REVIEW,
    (S.IN_REVIEW, "publish_eligible"): S.ELIGIBLE,
    (S.IN_REVIEW, "publish_ineligible"): S.INELIGIBLE,
    (S.ELIGIBLE, "put_on_ballot"): S.ON_BALLOT,
    (S.ON_BALLOT, "select"): S.SELECTED,
    (S.ON_BALLOT, "not_select"): S.NOT_SELECTED,
    (S.DRAFT, "withdraw"): S.WITHDRAWN,
    (S.SUBMITTED, "withdraw"): S.WITHDRAWN,
    (S.IN_REVIEW, "withdraw"): S.WITHDRAWN,
    (S.INELIGIBLE, "withdraw"): S.WITHDRAWN,
    (S.ELIGIBLE, "withdraw"): S.WITHDRAWN,
    (S.SELECTED, "begin"): S.DELIVERING,
    (S.DELIVERING, "complete"): S.COMPLETED,
    (S.COMPLETED, "close"): S.CLOSED,
    (S.SELECTED, "cancel"): S.CANCELLED,
    (S.DELIVERING, "cancel"): S.CANCELLED,
    (S.NOT_SELECTED, "fund"): S.FUNDED,
    (S.ELIGIBLE, "fund"): S.FUNDED,
    (S.FUNDED, "begin"): S.DELIVERING,
    (S.FUNDED, "cancel"): S.CANCELLED,
}


class PlanState(StrEnum):
    """Whether a delivery plan is a promise yet."""

    DRAFT = "draft"
    PUBLISHED = "published"


PLAN_MOVES: dict[tuple[PlanState, str], PlanState] = {
    (PlanState.DRAFT, "publish"): PlanState.PUBLISHED,
}


class MilestoneState(StrEnum):
    """How far a part of the work is."""

    PLANNED = "planned"
    REPORTED = "reported"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


MILESTONE_MOVES: dict[tuple[MilestoneState, str], MilestoneState] = {
    (MilestoneState.PLANNED, "report"): MilestoneState.REPORTED,
    (MilestoneState.REPORTED, "report"): MilestoneState.REPORTED,
    (MilestoneState.REPORTED, "send_back"): MilestoneState.PLANNED,
    (MilestoneState.REPORTED, "accept"): MilestoneState.ACCEPTED,
    (MilestoneState.PLANNED, "cancel"): MilestoneState.CANCELLED,
    (MilestoneState.REPORTED, "cancel"): MilestoneState.CANCELLED,
}


class ChangeState(StrEnum):
    """What became of a change that somebody asked for."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


CHANGE_MOVES: dict[tuple[ChangeState, str], ChangeState] = {
    (ChangeState.ASKED, "approve"): ChangeState.APPROVED,
    (ChangeState.ASKED, "refuse"): ChangeState.REFUSED,
    (ChangeState.ASKED, "withdraw"): ChangeState.WITHDRAWN,
}


class TenderState(StrEnum):
    """How far procurement is."""

    DRAFT = "draft"
    OPEN = "open"  # bids come in, under seal
    OPENED = "opened"  # bids are read and judged
    AWARDED = "awarded"  # standstill: nothing is signed, anybody may object
    CONTRACTED = "contracted"
    FAILED = "failed"  # too few bids
    CANCELLED = "cancelled"


TENDER_MOVES: dict[tuple[TenderState, str], TenderState] = {
    (TenderState.DRAFT, "publish"): TenderState.OPEN,
    (TenderState.DRAFT, "award"): TenderState.AWARDED,  # directly
    (TenderState.OPEN, "open"): TenderState.OPENED,
    (TenderState.OPEN, "fail"): TenderState.FAILED,
    (TenderState.OPENED, "award"): TenderState.AWARDED,
    (TenderState.OPENED, "fail"): TenderState.FAILED,
    (TenderState.AWARDED, "uphold"): TenderState.OPENED,
    (TenderState.AWARDED, "contract"): TenderState.CONTRACTED,
    (TenderState.DRAFT, "cancel"): TenderState.CANCELLED,
    (TenderState.OPEN, "cancel"): TenderState.CANCELLED,
    (TenderState.OPENED, "cancel"): TenderState.CANCELLED,
    (TenderState.AWARDED, "cancel"): TenderState.CANCELLED,
}


class BidState(StrEnum):
    """What became of a bid."""

    SEALED = "sealed"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    EXCLUDED = "excluded"


BID_MOVES: dict[tuple[BidState, str], BidState] = {
    (BidState.SEALED, "withdraw"): BidState.WITHDRAWN,
    (BidState.SEALED, "open"): BidState.OPENED,
    (BidState.SEALED, "exclude"): BidState.EXCLUDED,
    (BidState.OPENED, "exclude"): BidState.EXCLUDED,
}


class ContractState(StrEnum):
    """How far a contract is."""

    DRAWN = "drawn"
    AGREED = "agreed"  # by the contractor
    SIGNED = "signed"
    CLOSED = "closed"
    TERMINATED = "terminated"


CONTRACT_MOVES: dict[tuple[ContractState, str], ContractState] = {
    (ContractState.DRAWN, "agree"): ContractState.AGREED,
    (ContractState.AGREED, "sign"): ContractState.SIGNED,
    (ContractState.SIGNED, "close"): ContractState.CLOSED,
    (ContractState.DRAWN, "terminate"): ContractState.TERMINATED,
    (ContractState.AGREED, "terminate"): ContractState.TERMINATED,
    (ContractState.SIGNED, "terminate"): ContractState.TERMINATED,
}
