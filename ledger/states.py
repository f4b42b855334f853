"""The states of a voucher and every move between them."""

from __future__ import annotations

from core.errors import Conflict
from core.i18n import lazy_gettext
from ledger.models import Voucher, VoucherKind, VoucherState

S = VoucherState

MOVES: dict[tuple[VoucherState, str], VoucherState] = {
    (S.REQUESTED, "approve"): S.REQUESTED,  # more people are needed
    (S.REQUESTED, "book"): S.APPROVED,
    (S.REQUESTED, "refuse"): S.REFUSED,
    (S.REQUESTED, "withdraw"): S.WITHDRAWN,
    (S.APPROVED, "pay"): S.PAID,
    (S.APPROVED, "undo"): S.REVERSED,
    (S.PAID, "undo"): S.REVERSED,
}
BOOKED = frozenset({S.APPROVED, S.PAID, S.REVERSED})
# Money leaves the bank for these, some time after they were approved.
PAYABLE = frozenset({VoucherKind.ALLOT, VoucherKind.DISBURSE})


def can(voucher: Voucher, verb: str) -> bool:
    """Whether the table lists ``verb`` for a voucher as it stands."""
    if verb == "pay" and voucher.kind not in PAYABLE:
        return False
    return (VoucherState(voucher.state), verb) in MOVES


def move(voucher: Voucher, verb: str) -> None:
    """Put a voucher into the state to which ``verb`` leads.

    Raises ``Conflict`` when the table does not list that move.
    """
    if not can(voucher, verb):
        raise Conflict(
            lazy_gettext("This voucher has moved on in the meantime. Please look at it again.")
        )
    voucher.state = MOVES[VoucherState(voucher.state), verb]
