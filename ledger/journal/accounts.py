"""Which accounts there are, and lines between two of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an account is for. Each exists per fund, and where it says so per cost centre and
    payee."""

    BANK = "bank"
    PROVIDER_CLEARING = "provider_clearing"
    PLEDGE_RECEIVABLE = "pledge_receivable"
    DUE_FROM_PARENT = "due_from_parent"
    VENDOR_PAYABLE = "vendor_payable"
    REFUND_PAYABLE = "refund_payable"
    DISPUTE_RESERVE = "dispute_reserve"
    DUE_TO_CHILD = "due_to_child"
    ALLOCATION = "allocation"
    MATCHING = "matching"
    SPONSOR_RESTRICTED = "sponsor_restricted"
    UNALLOCATED = "unallocated"
    APPROPRIATION = "appropriation"
    ENCUMBRANCE = "encumbrance"
    ENCUMBRANCE_RESERVE = "encumbrance_reserve"
    GRANT = "grant"
    SPONSOR = "sponsor"
    PROJECT = "project"
    PROVIDER_FEE = "provider_fee"
    DISPUTE_FEE = "dispute_fee"


K = Kind
ASSETS = frozenset({K.BANK, K.PROVIDER_CLEARING, K.PLEDGE_RECEIVABLE, K.DUE_FROM_PARENT})
LIABILITIES = frozenset({K.VENDOR_PAYABLE, K.REFUND_PAYABLE, K.DISPUTE_RESERVE, K.DUE_TO_CHILD})
EXPENSES = frozenset({K.PROJECT, K.PROVIDER_FEE, K.DISPUTE_FEE})
INCOME = frozenset({K.GRANT, K.SPONSOR})
DEBIT_NORMAL = ASSETS | EXPENSES
# The other side of the budget: below zero by what came in, above by what was spent. A payment
# service takes more than it holds when a payment that it has paid out is taken back.
FREE = frozenset({K.UNALLOCATED, K.PROVIDER_CLEARING})


@dataclass(frozen=True, slots=True)
class Ref:
    """An account by what it is for."""

    fund: int
    kind: Kind
    cost_centre: int | None = None
    payee: int | None = None

    @property
    def key(self) -> str:
        """The same as one text, unique for each account."""
        return f"{self.fund}/{self.kind}/{self.cost_centre or 0}/{self.payee or 0}"

    @property
    def floored(self) -> bool:
        """Whether it may never be below zero on its normal side."""
        return self.kind not in FREE


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer to be booked: ``amount`` minor units from ``credit`` to ``debit``."""

    code: str
    debit: Ref
    credit: Ref
    amount: int

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount <= 0:
            raise ValueError("a transfer moves a positive whole number of minor units")
        if self.debit == self.credit:
            raise ValueError("a transfer has two different accounts")
        if self.debit.fund != self.credit.fund:
            raise ValueError("a transfer stays within one fund")

    @property
    def fund(self) -> int:
        """The fund that both accounts belong to."""
        return self.debit.fund

    @property
    def payee(self) -> int | None:
        """Whom it concerns."""
        return self.debit.payee or self.credit.payee
