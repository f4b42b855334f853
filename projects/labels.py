"""What states are called on pages, and in which colour."""

from __future__ import annotations

from core.i18n import Message, lazy_gettext
from projects.states import State

STATE_LABELS: dict[State, Message] = {
    State.DRAFT: lazy_gettext("Draft"),
    State.SUBMITTED: lazy_gettext("Proposed"),
    State.IN_REVIEW: lazy_gettext("In review"),
    State.ELIGIBLE: lazy_gettext("Passed the review"),
    State.INELIGIBLE: lazy_gettext("Did not pass the review"),
    State.ON_BALLOT: lazy_gettext("On the ballot"),
    State.SELECTED: lazy_gettext("Chosen"),
    State.NOT_SELECTED: lazy_gettext("Not chosen"),
    State.WITHDRAWN: lazy_gettext("Withdrawn"),
    State.DELIVERING: lazy_gettext("Being carried out"),
    State.COMPLETED: lazy_gettext("Completed"),
    State.CLOSED: lazy_gettext("Completed and accounted for"),
    State.CANCELLED: lazy_gettext("Cancelled"),
    State.FUNDED: lazy_gettext("Paid for by partners"),
}
STATE_TONES: dict[State, str] = {
    State.DRAFT: "quiet",
    State.SUBMITTED: "blue",
    State.IN_REVIEW: "blue",
    State.ELIGIBLE: "jade",
    State.INELIGIBLE: "seal",
    State.ON_BALLOT: "jade",
    State.SELECTED: "seal",
    State.NOT_SELECTED: "quiet",
    State.WITHDRAWN: "quiet",
    State.DELIVERING: "gold",
    State.COMPLETED: "jade",
    State.CLOSED: "jade",
    State.CANCELLED: "seal",
    State.FUNDED: "gold",
}
