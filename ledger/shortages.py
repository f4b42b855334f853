"""What people read when an account has less than is asked of it."""

from __future__ import annotations

from collections.abc import Callable

from core.i18n import Message, lazy_gettext
from ledger.journal import Kind

_SHORT: dict[Kind, Callable[[str], Message]] = {
    Kind.BANK: lambda left: lazy_gettext(
        "There is only %(left)s in the fund's bank account.", left=left
    ),
    Kind.ALLOCATION: lambda left: lazy_gettext(
        "There is only %(left)s left in the fund.", left=left
    ),
    Kind.APPROPRIATION: lambda left: lazy_gettext(
        "There is only %(left)s left of the round's money.", left=left
    ),
    Kind.ENCUMBRANCE: lambda left: lazy_gettext(
        "There is only %(left)s left for this project.", left=left
    ),
    Kind.ENCUMBRANCE_RESERVE: lambda left: lazy_gettext(
        "Only %(left)s of this payee's accepted work can still be invoiced to this fund.",
        left=left,
    ),
    Kind.VENDOR_PAYABLE: lambda left: lazy_gettext(
        "No more than %(left)s is owed to this payee.", left=left
    ),
    Kind.PROJECT: lambda left: lazy_gettext(
        "No more than %(left)s was spent on this payee for this project.", left=left
    ),
}


def short_of(kind: Kind, left: str) -> Message:
    """What to say when an account of this kind has only ``left``."""
    say = _SHORT.get(kind)
    return say(left) if say else lazy_gettext("There is only %(left)s on the account.", left=left)
