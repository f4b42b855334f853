"""The states of a round and every move between them.

A round can be called off until its rules are sealed; from then on people have voted, and it is
only ever closed and decided.
"""

from __future__ import annotations

from budgeting.models import Round, RoundState
from core.errors import Conflict
from core.i18n import lazy_gettext

S = RoundState

MOVES: dict[tuple[RoundState, str], RoundState] = {
    (S.DRAFT, "publish"): S.PUBLISHED,
    (S.PUBLISHED, "cancel"): S.CANCELLED,
    (S.PUBLISHED, "freeze"): S.FROZEN,
    (S.FROZEN, "close"): S.CLOSED,
    (S.CLOSED, "decide"): S.DECIDED,
}
# Everybody may see a round in these states.
PUBLIC = frozenset(RoundState) - {S.DRAFT}
# Its officers may still change it, a published one only in part.
EDITABLE = frozenset({S.DRAFT, S.PUBLISHED})


def can(state: str, verb: str) -> bool:
    """Whether the table lists ``verb`` for a round in ``state``."""
    return (RoundState(state), verb) in MOVES


def move(round_: Round, verb: str) -> None:
    """Put a round into the state to which ``verb`` leads.

    Raises ``Conflict`` when the table does not list that move.
    """
    target = MOVES.get((RoundState(round_.state), verb))
    if target is None:
        raise Conflict(lazy_gettext("This round has moved on in the meantime. Please look again."))
    round_.state = target
