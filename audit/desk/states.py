"""The states of a finding and every move between them."""

from __future__ import annotations

from audit.desk.models import Finding, FindingState
from core.errors import Conflict
from core.i18n import lazy_gettext

S = FindingState

MOVES: dict[tuple[FindingState, str], FindingState] = {
    (S.DRAFT, "issue"): S.ISSUED,
    (S.DRAFT, "drop"): S.DROPPED,
    (S.ISSUED, "answer"): S.ANSWERED,
    (S.RETURNED, "answer"): S.ANSWERED,
    (S.ANSWERED, "return"): S.RETURNED,
    (S.ANSWERED, "close"): S.CLOSED,
    # Without an answer, once it is overdue.
    (S.ISSUED, "close_unanswered"): S.CLOSED,
    (S.RETURNED, "close_unanswered"): S.CLOSED,
}
WAITING = frozenset({S.ISSUED, S.RETURNED})  # for the department
ISSUED = frozenset(S) - {S.DRAFT, S.DROPPED}


def can(finding: Finding, verb: str) -> bool:
    """Whether the table lists ``verb`` for a finding as it stands."""
    return (S(finding.state), verb) in MOVES


def move(finding: Finding, verb: str) -> None:
    """Put a finding into the state to which ``verb`` leads.

    Raises ``Conflict`` when the table does not list that move.
    """
    if not can(finding, verb):
        raise Conflict(
            lazy_gettext("This finding has moved on in the meantime. Please look at it again.")
        )
    finding.state = MOVES[S(finding.state), verb]
