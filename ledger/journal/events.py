"""What each event books. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.journal.accounts import Kind, Line, Ref


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
