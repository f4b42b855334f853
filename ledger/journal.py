"""Double entry without a database: which accounts there are, what each event books, what a
figure is made of, and how balances follow from transfers. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of an event: accounts by name, each written as kind@where (see ``_ref``)."""

    code: str
    debit: str
    credit: str


@dataclass(frozen=True, slots=True)
class Event:
    """What an event is about: its fund, the fund that receives, what it is for, who is paid. All
    but the funds and the payee are cost centres."""

    fund: int
    to_fund: int | None = None
    round: int | None = None
    project: int | None = None
    payee: int | None = None
    call: int | None = None
    pledge: int | None = None


# Accounts are kind@fund, kind@to (the receiving fund), kind@round, kind@project, kind@call,
# kind@pledge, kind@payee (a project's account with its payee).
EVENTS: dict[str, tuple[Leg, ...]] = {
    "receive": (
        Leg("receive", "bank@fund", "grant@fund"),
        Leg("budget", "unallocated@fund", "allocation@fund"),
    ),
    "allot": (
        Leg("allot_out", "allocation@fund", "due_to_child@fund"),
        Leg("allot_in", "due_from_parent@to", "allocation@to"),
    ),
    "allot.paid": (
        Leg("allot_paid", "due_to_child@fund", "bank@fund"),
        Leg("allot_received", "bank@to", "due_from_parent@to"),
    ),
    "appropriate": (Leg("appropriate", "allocation@fund", "appropriation@round"),),
    "unappropriate": (Leg("unappropriate", "appropriation@round", "allocation@fund"),),
    "commit": (Leg("commit", "appropriation@round", "encumbrance@project"),),
    "disburse": (
        Leg("invoice", "project@payee", "vendor_payable@payee"),
        Leg("spend", "encumbrance@project", "unallocated@project"),
    ),
    # The way of a project that is paid for accepted work only: what is committed to it is promised
    # to a payee, becomes due as work is accepted, and is invoiced out of that.
    "contract": (Leg("contract", "encumbrance@project", "encumbrance@payee"),),
    "uncontract": (Leg("uncontract", "encumbrance@payee", "encumbrance@project"),),
    "accept": (Leg("accept", "encumbrance@payee", "encumbrance_reserve@payee"),),
    "unaccept": (Leg("unaccept", "encumbrance_reserve@payee", "encumbrance@payee"),),
    "disburse.contract": (
        Leg("invoice", "project@payee", "vendor_payable@payee"),
        Leg("spend", "encumbrance_reserve@payee", "unallocated@project"),
    ),
    "disburse.paid": (Leg("pay", "vendor_payable@payee", "bank@fund"),),
    "refund": (
        Leg("refund", "bank@fund", "project@payee"),
        Leg("unspend", "unallocated@project", "encumbrance@project"),
    ),
    "release": (Leg("release", "encumbrance@project", "allocation@fund"),),
    "carry_over": (
        Leg("carry_out", "allocation@fund", "bank@fund"),
        Leg("carry_in", "bank@to", "allocation@to"),
    ),
    # A pledge is owed once its agreement is signed, and no cash before it is settled. What came in
    # is kept for its purpose; giving back takes from that what is still there.
    "pledge": (Leg("pledge", "pledge_receivable@pledge", "sponsor@pledge"),),
    "unpledge": (Leg("unpledge", "sponsor@pledge", "pledge_receivable@pledge"),),
    "settle": (
        Leg("settle", "provider_clearing@fund", "pledge_receivable@pledge"),
        Leg("restrict", "unallocated@fund", "sponsor_restricted@pledge"),
    ),
    "settle.bank": (
        Leg("settle_bank", "bank@fund", "pledge_receivable@pledge"),
        Leg("restrict", "unallocated@fund", "sponsor_restricted@pledge"),
    ),
    "late": (Leg("late", "provider_clearing@fund", "refund_payable@pledge"),),
    "late.bank": (Leg("late_bank", "bank@fund", "refund_payable@pledge"),),
    "fee": (Leg("fee", "provider_fee@fund", "provider_clearing@fund"),),
    "unrestrict": (Leg("unrestrict", "sponsor_restricted@pledge", "unallocated@fund"),),
    "restrict": (Leg("restrict", "unallocated@fund", "sponsor_restricted@pledge"),),
    "give_back": (Leg("refund_due", "sponsor@pledge", "refund_payable@pledge"),),
    "give_back.paid": (Leg("refunded", "refund_payable@pledge", "provider_clearing@fund"),),
    "give_back.bank": (Leg("refunded_bank", "refund_payable@pledge", "bank@fund"),),
    "dispute": (Leg("dispute", "sponsor@pledge", "dispute_reserve@pledge"),),
    "dispute.taken": (Leg("dispute_out", "dispute_reserve@pledge", "provider_clearing@fund"),),
    "dispute.returned": (Leg("dispute_in", "provider_clearing@fund", "dispute_reserve@pledge"),),
    "dispute.won": (Leg("dispute_won", "dispute_reserve@pledge", "sponsor@pledge"),),
    "dispute.fee": (Leg("dispute_fee", "dispute_fee@fund", "provider_clearing@fund"),),
    "payout": (Leg("payout", "bank@fund", "provider_clearing@fund"),),
    "sponsor.commit": (Leg("sponsor_commit", "sponsor_restricted@pledge", "encumbrance@project"),),
    "sponsor.pool": (Leg("pool", "sponsor_restricted@pledge", "appropriation@call"),),
    # What was set aside for a call doubles pledges: reserved for one, freed again, or spent on
    # the pledge's project.
    "match": (Leg("match", "appropriation@call", "matching@pledge"),),
    "unmatch": (Leg("unmatch", "matching@pledge", "appropriation@call"),),
    "match.commit": (Leg("match_commit", "matching@pledge", "encumbrance@project"),),
}
# What nobody asks for or approves: it follows from a vote, from rules that were published before,
# or from what a payment service has settled.
BY_RULE: tuple[str, ...] = (
    "commit",
    "dispute",
    "dispute_fee",
    "dispute_in",
    "dispute_out",
    "dispute_won",
    "fee",
    "late",
    "match",
    "payout",
    "pledge",
    "refund_due",
    "refunded",
    "restrict",
    "settle",
    "unmatch",
    "unpledge",
    "unrestrict",
)
CODES: tuple[str, ...] = tuple(dict.fromkeys(leg.code for legs in EVENTS.values() for leg in legs))


def lines_of(event: str, about: Event, amount: int) -> list[Line]:
    """What ``event`` (a key of ``EVENTS``) books. Raises ``KeyError`` for an unknown one and
    ``ValueError`` for an amount or a subject that does not fit."""
    return [
        Line(leg.code, _ref(leg.debit, about), _ref(leg.credit, about), amount)
        for leg in EVENTS[event]
    ]


def _ref(name: str, about: Event) -> Ref:
    kind, _, where = name.partition("@")
    refs = {
        "fund": Ref(about.fund, Kind(kind)),
        "to": Ref(about.to_fund or 0, Kind(kind)),
        "round": Ref(about.fund, Kind(kind), about.round),
        "project": Ref(about.fund, Kind(kind), about.project),
        "payee": Ref(about.fund, Kind(kind), about.project, about.payee),
        "call": Ref(about.fund, Kind(kind), about.call),
        "pledge": Ref(about.fund, Kind(kind), about.pledge),
    }
    needed = {
        "to": about.to_fund,
        "round": about.round,
        "project": about.project,
        "payee": about.project and about.payee,
        "call": about.call,
        "pledge": about.pledge,
    }
    if where in needed and not needed[where]:
        raise ValueError(f"{name} needs to know its {where}")
    return refs[where]


def mirror(lines: Sequence[Line]) -> list[Line]:
    """The lines that undo ``lines``: each turned round, the last one first."""
    return [Line(ln.code, ln.credit, ln.debit, ln.amount) for ln in reversed(lines)]


# A figure is a sum over lines by code; the sign says which way a code counts. A reversed
# line counts against its code.
FIGURES: dict[str, dict[str, int]] = {
    "received": {"receive": 1},
    "from_above": {"allot_in": 1},
    "carried_in": {"carry_in": 1},
    "passed_on": {"allot_out": 1},
    "carried_out": {"carry_out": 1},
    "appropriated": {"appropriate": 1, "unappropriate": -1},
    "committed": {"commit": 1, "sponsor_commit": 1, "match_commit": 1, "release": -1},
    "contracted": {"contract": 1, "uncontract": -1},
    "accepted": {"accept": 1, "unaccept": -1},
    "spent": {"invoice": 1, "refund": -1},
    "paid": {"pay": 1, "refund": -1},
    "owed": {"invoice": 1, "pay": -1},
    "available": {
        "budget": 1,
        "allot_in": 1,
        "carry_in": 1,
        "release": 1,
        "unappropriate": 1,
        "allot_out": -1,
        "carry_out": -1,
        "appropriate": -1,
    },
    "uncommitted": {
        "appropriate": 1,
        "unappropriate": -1,
        "pool": 1,
        "commit": -1,
        "match": -1,
        "unmatch": 1,
    },
    "open_commitments": {
        "commit": 1,
        "sponsor_commit": 1,
        "match_commit": 1,
        "unspend": 1,
        "release": -1,
        "spend": -1,
    },
    "pledged": {"pledge": 1, "unpledge": -1},
    "from_sponsors": {
        "settle": 1,
        "settle_bank": 1,
        "refund_due": -1,
        "dispute": -1,
        "dispute_won": 1,
    },
    "given_back": {"refunded": 1, "refunded_bank": 1},
    "for_purposes": {"restrict": 1, "unrestrict": -1, "sponsor_commit": -1, "pool": -1},
    "matched": {"match": 1, "unmatch": -1},
    "match_kept": {"match": 1, "unmatch": -1, "match_commit": -1},
    "provider_fees": {"fee": 1, "dispute_fee": 1},
    "with_providers": {
        "settle": 1,
        "late": 1,
        "fee": -1,
        "refunded": -1,
        "dispute_out": -1,
        "dispute_in": 1,
        "dispute_fee": -1,
        "payout": -1,
    },
    "in_bank": {
        "receive": 1,
        "allot_received": 1,
        "carry_in": 1,
        "refund": 1,
        "settle_bank": 1,
        "late_bank": 1,
        "payout": 1,
        "refunded_bank": -1,
        "allot_paid": -1,
        "carry_out": -1,
        "pay": -1,
    },
}


@dataclass(slots=True)
class Balance:
    """What was booked on both sides of an account."""

    debits: int = 0
    credits: int = 0

    def net(self, kind: Kind) -> int:
        """On its normal side."""
        left = self.debits - self.credits
        return left if kind in DEBIT_NORMAL else -left


def replay(lines: Iterable[Line]) -> dict[Ref, Balance]:
    """Balances from the lines alone, in their order.

    Raises ``ValueError`` naming the line after which an account is below zero.
    """
    found: dict[Ref, Balance] = defaultdict(Balance)
    for place, line in enumerate(lines):
        found[line.debit].debits += line.amount
        found[line.credit].credits += line.amount
        for ref in (line.debit, line.credit):
            if ref.floored and found[ref].net(ref.kind) < 0:
                raise ValueError(f"line {place} ({line.code}) takes {ref.key} below zero")
    return dict(found)
