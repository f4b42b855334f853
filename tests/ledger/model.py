"""The ledger in plain Python, for tests: what a voucher would do, and whether it may."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

# (fund, kind, cost centre or 0, payee or 0), as the key of an account says it.
Key = tuple[int, str, int, int]
COMMITTED = {"encumbrance", "encumbrance_reserve"}
Effects = list[tuple[Key, int]]


@dataclass(eq=False)
class Slip:
    """A voucher."""

    kind: str
    fund: int
    amount: int
    day: date
    to: int = 0
    centre: int = 0
    payee: int = 0
    undoes: Slip | None = None
    ident: int = 0
    state: str = "requested"
    done: Effects = field(default_factory=list)


@dataclass
class Model:
    """Balances of every account, what has won, and what is closed. ``below`` lists the funds to
    which a fund may hand money, ``depth`` how far down its area lies."""

    round: int
    below: dict[int, set[int]]
    depth: dict[int, int]
    nets: Counter[Key] = field(default_factory=Counter)
    by_day: list[tuple[date, Key, int]] = field(default_factory=list)
    costs: dict[int, int] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    pots: list[int] = field(default_factory=list)

    def net(self, fund: int, kind: str, centre: int = 0, payee: int = 0) -> int:
        """What is on an account."""
        return self.nets[fund, kind, centre, payee]

    def over_all(self, kind: str, centre: int) -> int:
        """What is on a project's accounts of a kind, of whichever fund and payee."""
        return sum(n for (_, k, c, _), n in self.nets.items() if (k, c) == (kind, centre))

    def owed(self, fund: int, centre: int) -> int:
        """What a fund still has to pay for a project."""
        of = (fund, "vendor_payable", centre)
        return sum(n for key, n in self.nets.items() if key[:3] == of)

    def under_contract(self, centre: int) -> int:
        """What a project's contracts promise and is not invoiced yet."""
        return sum(
            n
            for (_, kind, c, payee), n in self.nets.items()
            if c == centre and payee and kind in COMMITTED
        )

    def may_ask(self, slip: Slip) -> bool:
        """Whether a request is taken."""
        if slip.amount <= 0:
            return False
        if slip.kind == "reverse":
            undone = slip.undoes
            return bool(
                undone and undone.kind != "reverse" and undone.state in ("approved", "paid")
            )
        strange = slip.kind == "allot" and slip.to not in self.below[slip.fund]
        if strange or (slip.centre in self.closed and slip.kind != "refund"):
            return False
        if slip.kind == "release":
            rest = self.net(slip.fund, "encumbrance", slip.centre)
            if self.under_contract(slip.centre) or self.owed(slip.fund, slip.centre):
                return False
            return slip.amount == rest
        return True

    def approve(self, slip: Slip, today: date) -> bool:
        """Book a voucher if it may be; says whether."""
        closed = set(self.closed)
        if slip.kind == "reverse":
            undone = slip.undoes
            assert undone
            if undone.state not in ("approved", "paid"):
                return False
            effects = [(key, -change) for key, change in undone.done]
            if undone.kind == "release":
                closed.discard(slip.centre)
        else:
            undone = None
            effects = self.effects(slip)
        after = self._after(effects, slip, closed)
        if after is None:
            return False
        self.nets, self.closed = after, closed
        self._note(slip, effects, slip.day)
        slip.state = "approved"
        if undone:
            undone.state = "reversed"
        if slip.kind == "appropriate":
            self.pots += [slip.fund] * (slip.fund not in self.pots)
            self.commit_due(today)
        return True

    def pay(self, slip: Slip, today: date) -> bool:
        """Pay a voucher if it may be; says whether."""
        if slip.state != "approved" or slip.kind not in ("allot", "disburse"):
            return False
        effects = self.effects(slip, paid=True)
        after = self._after(effects, None, set())
        if after is None:
            return False
        self.nets = after
        self._note(slip, effects, today)
        slip.state = "paid"
        return True

    def effects(self, slip: Slip, *, paid: bool = False) -> Effects:
        """How balances change, each on its normal side."""
        a, fund, to, centre, payee = slip.amount, slip.fund, slip.to, slip.centre, slip.payee
        bank, free = (fund, "bank", 0, 0), (fund, "allocation", 0, 0)
        due, theirs = (fund, "due_to_child", 0, 0), (to, "due_from_parent", 0, 0)
        budget, round_ = (fund, "unallocated", 0, 0), (fund, "appropriation", centre, 0)
        left, used = (fund, "encumbrance", centre, 0), (fund, "unallocated", centre, 0)
        spent, owed = (fund, "project", centre, payee), (fund, "vendor_payable", centre, payee)
        changes: dict[str, Effects] = {
            "receive": [(bank, a), ((fund, "grant", 0, 0), a), (budget, -a), (free, a)],
            "allot": [(free, -a), (due, a), (theirs, a), ((to, "allocation", 0, 0), a)],
            "allot.paid": [(due, -a), (bank, -a), ((to, "bank", 0, 0), a), (theirs, -a)],
            "appropriate": [(free, -a), (round_, a)],
            "unappropriate": [(round_, -a), (free, a)],
            "disburse": [(spent, a), (owed, a), (left, -a), (used, a)],
            "disburse.paid": [(owed, -a), (bank, -a)],
            "refund": [(bank, a), (spent, -a), (used, -a), (left, a)],
            "release": [(left, -a), (free, a)],
        }
        name = f"{slip.kind}.paid" if paid else slip.kind
        more = changes["release"] if name == "refund" and centre in self.closed else []
        return changes[name] + more

    def commit_due(self, today: date) -> None:
        """Commit the winners for whom there is money, the lowest levels' first."""
        pots = sorted(self.pots, key=lambda fund: -self.depth[fund])
        for project in list(self.waiting):
            missing, shares = self.costs[project], []
            for fund in pots:
                share = min(missing, self.net(fund, "appropriation", self.round))
                if share > 0:
                    shares.append((fund, share))
                    missing -= share
            if missing:
                continue
            self.waiting.remove(project)
            for fund, share in shares:
                out, into = (
                    (fund, "appropriation", self.round, 0),
                    (fund, "encumbrance", project, 0),
                )
                self.nets.update({out: -share, into: share})
                self.by_day += [(today, out, -share), (today, into, share)]

    def _after(self, effects: Effects, slip: Slip | None, closed: set[int]) -> Counter[Key] | None:
        """The balances then; None when a rule would be broken."""
        after = Counter(self.nets)
        for key, change in effects:
            after[key] += change
        if any(after[key] < 0 for key, _ in effects if key[1] != "unallocated"):
            return None
        if slip is None or slip.centre not in self.costs:
            return after
        held, self.nets = self.nets, after
        try:
            return after if self._project_in_order(slip, closed) else None
        finally:
            self.nets = held

    def _project_in_order(self, slip: Slip, closed: set[int]) -> bool:
        centre = slip.centre
        rest = self.net(slip.fund, "encumbrance", centre) or self.owed(slip.fund, centre)
        settled = not any(self.over_all(k, centre) for k in COMMITTED | {"vendor_payable"})
        if slip.kind == "release":
            if rest or self.under_contract(centre):
                return False
            if settled:
                closed.add(centre)
        if centre in closed and not settled:
            return False
        about = (centre, slip.payee)
        return not slip.payee or (
            self.net(slip.fund, "project", *about) >= self.net(slip.fund, "vendor_payable", *about)
        )

    def _note(self, slip: Slip, effects: Effects, day: date) -> None:
        slip.done = slip.done + effects
        self.by_day += [(day, key, change) for key, change in effects]
