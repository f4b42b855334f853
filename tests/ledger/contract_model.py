"""Contracts and accepted work in plain Python, beside the rest of the ledger's model."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tests.ledger.model import Effects, Model, Slip

LIVE = {"requested", "approved", "paid"}


@dataclass(eq=False)
class Work:
    """Accepted work and the vouchers that were asked for it."""

    ref: str
    centre: int
    payee: int
    amount: int
    ident: int = 0
    withdrawn: bool = False
    slips: list[Slip] = field(default_factory=list)

    @property
    def left(self) -> int:
        """What may still be asked for."""
        return self.amount - sum(slip.amount for slip in self.slips if slip.state in LIVE)


@dataclass(eq=False)
class WorkSlip(Slip):
    """A voucher that pays accepted work."""

    work: Work | None = None


@dataclass
class ContractModel(Model):
    """Knows which projects are paid for accepted work only, and what was accepted."""

    by_contract: set[int] = field(default_factory=set)
    works: list[Work] = field(default_factory=list)

    def may_ask(self, slip: Slip) -> bool:
        """Whether a request is taken."""
        work = work_of(slip)
        if slip.kind == "disburse" and not self.pays(slip, work):
            return False
        return super().may_ask(slip) and (work is None or slip.amount <= work.left)

    def pays(self, slip: Slip, work: Work | None) -> bool:
        """Whether a voucher pays for what it may: accepted work of its project and payee."""
        if slip.centre not in self.by_contract:
            return work is None
        if work is None or work.withdrawn:
            return False
        return (work.centre, work.payee) == (slip.centre, slip.payee)

    def approve(self, slip: Slip, today: date) -> bool:
        """Book a voucher if it may be; says whether."""
        if slip.kind == "disburse" and not self.pays(slip, work_of(slip)):
            return False
        return super().approve(slip, today)

    def effects(self, slip: Slip, *, paid: bool = False) -> Effects:
        """The same, out of accepted work."""
        found = super().effects(slip, paid=paid)
        if work_of(slip) is None or paid:
            return found
        straight = (slip.fund, "encumbrance", slip.centre, 0)
        accepted = (slip.fund, "encumbrance_reserve", slip.centre, slip.payee)
        return [(accepted if key == straight else key, change) for key, change in found]

    def change(self, event: str, work: Work, day: date) -> bool:
        """Contract, reduce, accept or take an acceptance back, if it may be; says whether."""
        centre, payee = work.centre, work.payee
        free, promised = ("encumbrance", centre, 0), ("encumbrance", centre, payee)
        due = ("encumbrance_reserve", centre, payee)
        out, into = {
            "contract": (free, promised),
            "uncontract": (promised, free),
            "accept": (promised, due),
            "unaccept": (due, promised),
        }[event]
        if work.amount <= 0 or centre not in self.by_contract or centre in self.closed:
            return False
        missing, effects = work.amount, list[tuple[tuple[int, str, int, int], int]]()
        for fund in sorted(self.depth, key=lambda one: (-self.depth[one], one)):
            share = min(missing, self.net(fund, *out))
            if share > 0:
                effects += [((fund, *out), -share), ((fund, *into), share)]
                missing -= share
        if not missing:
            self.note(effects, day)
        return not missing

    def close_books(self, centre: int, day: date) -> int | None:
        """Give back what is left and close a project; how much, None when it may not be."""
        if self.under_contract(centre) or self.over_all("vendor_payable", centre):
            return None
        returned = 0
        for fund in self.depth:
            left = self.net(fund, "encumbrance", centre)
            key, free = (fund, "encumbrance", centre, 0), (fund, "allocation", 0, 0)
            self.note([(key, -left), (free, left)] if left else [], day)
            returned += left
        self.closed.add(centre)
        if centre in self.waiting:
            self.waiting.remove(centre)
        return returned

    def note(self, effects: Effects, day: date) -> None:
        """What was booked."""
        for key, change in effects:
            self.nets[key] += change
            self.by_day.append((day, key, change))


def work_of(slip: Slip) -> Work | None:
    """The work that a voucher pays; none for what undoes one."""
    return getattr(slip, "work", None) if slip.kind == "disburse" else None
