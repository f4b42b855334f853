"""Doing a rule's purchases over again, voter by voter, in exact numbers.

Voters with equal money are looked at together, so that large elections take moments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from budgeting.tally.election import Election
from budgeting.tally.numbers import Number, whole
from budgeting.tally.outcome import Outcome, Step

_Group = tuple[int, Number]
_SHORT = ("unaffordable", "filled", "filled_tie")  # reasons of what the voters could not buy


@dataclass(frozen=True, slots=True)
class Payment:
    """So many `voters` paid as much each: their full share, or (`in_full` false) all they had."""

    voters: int
    paid: Number
    in_full: bool


@dataclass(frozen=True, slots=True)
class Purchase:
    """A project bought with the voters' money: the payments come to `cost` exactly.

    `price` is what each supporter was to pay, for each point where points count; its supporters
    `held` so much before, and all voters together had `left` so much after. By Phragmen's rule
    `price` is the load of each supporter afterwards, and the payments are what it rose by.
    """

    project: str
    cost: Number
    price: Number
    payments: tuple[Payment, ...]
    held: Number | None
    left: Number | None


@dataclass(frozen=True, slots=True)
class Shortage:
    """What the supporters of a project that was not bought `held` in the end."""

    project: str
    cost: Number
    held: Number


class Hands:
    """What every voter has, or by Phragmen's rule carries, as the purchases go by.

    Distinct ballots are in classes of equal amounts, which are whole numbers in units of one over
    `_scale`: adding large fractions would take long. `start` is everybody's amount at first.
    """

    def __init__(self, election: Election, start: Number, *, by_points: bool) -> None:
        self._scale = start.denominator
        self._amounts = [start.numerator]
        self._class_of = {start.numerator: 0}
        self._weights = list(election.ballots.values())
        self._classes = [0] * len(self._weights)
        self._supporters = _supporters(election, by_points=by_points)
        self._together: Number = start * election.voters

    def buy(self, step: Step, cost: Number) -> Purchase:
        """Let the supporters pay. Raises ValueError where the sums are not those of the step."""
        dues = self._scaled(step)
        groups = self._groups(step.project)
        held = self._sum(groups)
        payments, after = [], {}
        for group, members in groups.items():
            has, due = self._amounts[group[0]], dues[group[1]]
            after[group] = max(has - due, 0)
            payments.append((self._weigh(members), min(has, due), has >= due))
        self._move(groups, after)
        self._together -= cost
        left = whole(self._together)
        found = Purchase(step.project, cost, step.price, self._merge(payments), held, left)
        _check_shares(found, step)
        return found

    def carry(self, step: Step, cost: Number) -> Purchase:
        """Let the supporters carry equal loads. Raises ValueError like `buy`."""
        load = self._scaled(step).get(1, 0)
        groups = self._groups(step.project)
        payments = [
            (self._weigh(members), load - self._amounts[group[0]], True)
            for group, members in groups.items()
        ]
        self._move(groups, dict.fromkeys(groups, load))
        found = Purchase(step.project, cost, step.price, self._merge(payments), None, None)
        _check_sum(found)
        _expect(step.project, "supporters", step.full, sum(p.voters for p in found.payments))
        return found

    def held(self, project: str) -> Number:
        """What the supporters of a project have together."""
        return self._sum(self._groups(project))

    def _scaled(self, step: Step) -> dict[Number, int]:
        """What a supporter is to pay, by points, in a unit in which that is whole."""
        points = {points for _, points in self._supporters.get(step.project, ())}
        dues = {number: step.price * number for number in points}
        scale = lcm(self._scale, *(due.denominator for due in dues.values()))
        if scale > self._scale:
            factor = scale // self._scale
            for number in set(self._classes):
                self._amounts[number] *= factor
            self._class_of = {self._amounts[number]: number for number in set(self._classes)}
            self._scale = scale
        return {number: int(due * scale) for number, due in dues.items()}

    def _groups(self, project: str) -> dict[_Group, list[int]]:
        """The supporters by class and points."""
        groups: dict[_Group, list[int]] = defaultdict(list)
        for ballot, points in self._supporters.get(project, ()):
            groups[self._classes[ballot], points].append(ballot)
        return groups

    def _sum(self, groups: dict[_Group, list[int]]) -> Number:
        amounts = (self._amounts[key] * self._weigh(rows) for (key, _), rows in groups.items())
        return whole(Fraction(sum(amounts), self._scale))

    def _weigh(self, ballots: list[int]) -> int:
        return sum(self._weights[ballot] for ballot in ballots)

    def _move(self, groups: dict[_Group, list[int]], after: dict[_Group, int]) -> None:
        for group, ballots in groups.items():
            new = self._class_of.setdefault(after[group], len(self._amounts))
            if new == len(self._amounts):
                self._amounts.append(after[group])
            for ballot in ballots:
                self._classes[ballot] = new

    def _merge(self, payments: Iterable[tuple[int, int, bool]]) -> tuple[Payment, ...]:
        """Equal payments as one; those in full come first, and then the larger."""
        voters: dict[tuple[bool, int], int] = defaultdict(int)
        for number, paid, in_full in payments:
            voters[in_full, paid] += number
        return tuple(
            Payment(voters[key], whole(Fraction(key[1], self._scale)), key[0])
            for key in sorted(voters, reverse=True)
        )


def replay(election: Election, outcome: Outcome) -> tuple[list[Purchase], list[Shortage]]:
    """All purchases of an outcome, and what was missing for the rest.

    Raises ValueError where the sums do not come to the costs.
    """
    costs = {project.id: project.cost for project in election.projects}
    if outcome.rule == "phragmen":
        hands = Hands(election, 0, by_points=False)
        return [hands.carry(step, costs[step.project]) for step in outcome.steps], []
    if outcome.rule != "equal-shares" or outcome.endowment is None:
        return [], []
    hands = Hands(election, outcome.endowment, by_points=counts_points(election, outcome))
    bought = [hands.buy(step, costs[step.project]) for step in outcome.steps]
    return bought, [
        _shortage(Shortage(p.id, p.cost, hands.held(p.id)))
        for p in outcome.projects
        if p.reason.code in _SHORT and p.cost
    ]


def counts_points(election: Election, outcome: Outcome) -> bool:
    """Whether the prices are for each point."""
    utility = outcome.settings.get("utility")
    return utility == "score" or (utility == "ballot" and election.unit == "points")


def _supporters(election: Election, *, by_points: bool) -> dict[str, list[tuple[int, Number]]]:
    """Who gives a project points: the places of the ballots, with the points or with 1."""
    found: dict[str, list[tuple[int, Number]]] = defaultdict(list)
    for place, ballot in enumerate(election.ballots):
        for choice, points in zip(ballot.choices, ballot.points, strict=True):
            if points > 0:
                found[choice].append((place, points if by_points else 1))
    return found


def _check_shares(found: Purchase, step: Step) -> None:
    _check_sum(found)
    part = [payment for payment in found.payments if not payment.in_full]
    full = sum(payment.voters for payment in found.payments if payment.in_full)
    _expect(found.project, "voters who paid in full", step.full, full)
    short = sum(payment.voters for payment in part if payment.paid)
    _expect(found.project, "voters who gave the rest of their money", step.part, short)
    _expect(found.project, "the others' payments", step.rest, _together(part))
    if found.held is not None and found.cost:
        _expect(found.project, "the supporters' money", step.held, found.held)


def _check_sum(found: Purchase) -> None:
    _expect(found.project, "cost", found.cost, _together(found.payments))


def _together(payments: Sequence[Payment]) -> Number:
    """What the payments come to."""
    scale = lcm(*(payment.paid.denominator for payment in payments))
    return whole(Fraction(sum(int(p.paid * scale) * p.voters for p in payments), scale))


def _shortage(found: Shortage) -> Shortage:
    if found.held >= found.cost:
        raise ValueError(f"project {found.project}: its supporters could still have bought it")
    return found


def _expect(project: str, what: str, stated: Number, found: Number) -> None:
    if stated != found:
        raise ValueError(f"project {project}: {what} should be {found}, not {stated}")
