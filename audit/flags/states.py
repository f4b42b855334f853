"""The states of a flag and every move between them."""

from __future__ import annotations

from audit.flags.models import Flag, FlagState
from core.errors import Conflict
from core.i18n import lazy_gettext

S = FlagState

MOVES: dict[tuple[FlagState, str], FlagState] = {
    (S.OPEN, "dismiss"): S.DISMISSED,
    (S.OPEN, "raise"): S.FINDING,
    (S.OPEN, "lapse"): S.LAPSED,
    (S.LAPSED, "find"): S.OPEN,
    (S.DISMISSED, "grow"): S.OPEN,  # there is more to it than was dismissed
    (S.DISMISSED, "reopen"): S.OPEN,
    (S.FINDING, "drop"): S.OPEN,  # the draft was never issued
}


def move(flag: Flag, verb: str) -> None:
    """Put a flag into the state to which ``verb`` leads. Raises ``Conflict`` when the table does
    not list that move."""
    target = MOVES.get((S(flag.state), verb))
    if target is None:
        raise Conflict(
            lazy_gettext("This flag was dealt with in the meantime. Please look at it again.")
        )
    flag.state = target


def after_hit(state: FlagState, *, changed: bool) -> FlagState:
    """The state of a known flag that was found again."""
    verb = {S.LAPSED: "find", S.DISMISSED: "grow" if changed else ""}.get(state, "")
    return MOVES.get((state, verb), state)
