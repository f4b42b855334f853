"""The states of a project and every move between them."""

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


S = State

# Everybody may see a project in these states.
PUBLIC = frozenset(State) - {S.DRAFT, S.WITHDRAWN}
EDITABLE = frozenset({S.DRAFT, S.INELIGIBLE})
WINNING = frozenset({S.SELECTED})

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
}
