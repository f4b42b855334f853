"""The rules once more, as plainly as they are defined, to hold the real ones against.

Every voter is a person of their own, every run starts from nothing, and every project is looked
at anew in every round.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from gmpy2 import mpq as Fraction  # noqa: N812 - the same as in the standard library, but quicker

from budgeting.tally.election import Election
from budgeting.tally.rules import RuleSpec


class Purchase(NamedTuple):
    """`full` voters paid `price` (for each point, where points count), `part` of them `rest`."""

    project: str
    price: Fraction
    full: int
    part: int = 0
    rest: Fraction = Fraction(0)
    held: Fraction = Fraction(0)


@dataclass
class Result:
    """What a rule gave; `endowment` is the money that each voter had in the end."""

    selected: set[str]
    purchases: list[Purchase]
    endowment: Fraction | None = None
    preference: tuple[int, int] | None = None
    standing: str = ""
    increments: int = 0


class Town:
    """An election with its voters one by one, and what the rules look up in it.

    `supporters` says how much a project is worth to each voter who wants it, by the voter's place
    in `voters`; `place` is smaller for what goes first among equals. Those `eligible` are
    neither paid for by others, nor short of votes, nor dearer than everything, and the
    `candidates` are those of them that someone wants.
    """

    def __init__(self, election: Election, spec: RuleSpec) -> None:
        self.spec = spec
        self.limits = election.limits
        self.budget = Fraction(election.budget)
        self.costs = {project.id: Fraction(project.cost) for project in election.projects}
        self.voters = [
            {key: Fraction(points) for key, points in zip(*ballot, strict=True)}
            for ballot, weight in election.ballots.items()
            for _ in range(weight)
        ]
        points = election.unit == "points"
        self.kind = spec.utility
        if spec.utility == "ballot":
            self.kind = "score" if points else "cost"
        self.votes = {key: sum(key in voter for voter in self.voters) for key in self.costs}
        default = Fraction(election.default_score)
        self.score = {
            key: sum((voter.get(key, default) for voter in self.voters), Fraction(0))
            for key in self.costs
        }
        self.place = {p.id: spec.ties.key(p, self.votes[p.id]) for p in election.projects}
        self.supporters = {
            key: {i: self.worth(v, key) for i, v in enumerate(self.voters) if v.get(key, 0) > 0}
            for key in self.costs
        }
        self.eligible = [
            key
            for key in self.costs
            if key not in self.limits.funded
            and self.votes[key] >= spec.min_votes
            and self.costs[key] <= self.budget
        ]
        self.candidates = [key for key in self.eligible if self.supporters[key]]

    def worth(self, voter: dict[str, Fraction], key: str) -> Fraction:
        """What a voter gets from a project."""
        if voter.get(key, 0) <= 0:
            return Fraction(0)
        return {"cost": self.costs[key], "cardinality": Fraction(1), "score": voter[key]}[self.kind]

    def blocked(self, key: str, selected: Collection[str]) -> bool:
        """Whether the limits forbid a project beside those selected already."""
        for group in self.limits.exclusive:
            if key in group and not group.isdisjoint(selected):
                return True
        for ceiling in self.limits.ceilings:
            together = self.cost(ceiling.projects.intersection(selected)) + self.costs[key]
            if key in ceiling.projects and together > ceiling.amount:
                return True
        return False

    def cost(self, selected: Collection[str]) -> Fraction:
        """What these cost the budget; what others pay for costs it nothing."""
        paid = (self.costs[key] for key in selected if key not in self.limits.funded)
        return sum(paid, Fraction(0))

    def by_score(self, keys: Collection[str]) -> list[str]:
        """Best first."""
        return sorted(keys, key=lambda key: (-self.score[key], self.place[key]))


def plain(election: Election, spec: RuleSpec) -> Result:
    """Apply a rule."""
    rules = {"greedy": greedy, "equal-shares": equal_shares, "phragmen": phragmen}
    return rules[spec.rule](Town(election, spec))


def greedy(town: Town) -> Result:
    enough = [key for key in town.costs if town.votes[key] >= town.spec.min_votes]
    return Result(fill(town, town.by_score(enough), set(town.limits.funded)), [])


def fill(town: Town, order: list[str], selected: set[str]) -> set[str]:
    """Go down the list and take what fits."""
    selected = set(selected)
    for key in order:
        if key in selected or town.blocked(key, selected):
            continue
        if town.cost(selected) + town.costs[key] <= town.budget:
            selected.add(key)
        elif town.spec.misfit == "stop":
            break
    return selected


def equal_shares(town: Town) -> Result:
    result = Result(set(town.limits.funded), [])
    if town.voters:
        result = raised(town) if town.spec.completion.startswith("add1") else at_first(town)
    if town.spec.completion.endswith("utilitarian"):
        result.selected = fill(town, by_value(town), result.selected)
    if town.spec.compare == "greedy":
        return compare(town, result)
    return result


def by_value(town: Town) -> list[str]:
    """What gives voters the most utility for each unit of its cost first."""

    def value(key: str) -> Fraction:
        cost = town.costs[key]
        return sum(town.supporters[key].values()) / cost if cost else Fraction(0)

    return sorted(town.eligible, key=lambda key: (-value(key), town.place[key]))


def at_first(town: Town) -> Result:
    return shares(town, town.budget / len(town.voters))


def raised(town: Town) -> Result:
    """Give every voter a step more, again and again, as long as the budget pays the winners."""
    kept = at_first(town)
    increments = 0
    while any(unbought(town, kept.selected)):
        if town.spec.until == "exhaustive" and not any(affordable(town, kept.selected)):
            break
        following = shares(town, kept.endowment + Fraction(town.spec.step))
        if town.cost(following.selected) > town.budget:
            break
        kept = following
        increments += 1
    kept.increments = increments
    return kept


def unbought(town: Town, selected: set[str]) -> Iterator[str]:
    """Candidates that are not selected and could still be as far as the limits go."""
    for key in town.candidates:
        if key not in selected and not town.blocked(key, selected):
            yield key


def affordable(town: Town, selected: set[str]) -> Iterator[str]:
    """Those of them that the budget still pays for."""
    for key in unbought(town, selected):
        if town.cost(selected) + town.costs[key] <= town.budget:
            yield key


def shares(town: Town, endowment: Fraction) -> Result:
    """One run of the method of equal shares, everybody holding `endowment` at first."""
    money = [Fraction(endowment)] * len(town.voters)
    selected = set(town.limits.funded)
    purchases: list[Purchase] = []
    while True:
        offers = []
        for key in unbought(town, selected):
            rate = find_rate(town, key, money)
            if rate is not None:
                offers.append((rate, town.place[key], key))
        if not offers:
            return Result(selected, purchases, Fraction(endowment))
        rate, _, key = min(offers)
        purchases.append(buy(town, key, rate, money))
        selected.add(key)


def find_rate(town: Town, key: str, money: list[Fraction]) -> Fraction | None:
    """The price of one unit of utility, if everybody gives at most all they have.

    None if that is too little.
    """
    missing, worth = town.costs[key], town.supporters[key]
    if missing == 0:
        return Fraction(0)
    if sum(money[i] for i in worth) < missing:
        return None
    total = sum(worth.values())
    for i in sorted(worth, key=lambda i: money[i] / worth[i]):
        if money[i] / worth[i] >= missing / total:
            break
        missing -= money[i]
        total -= worth[i]
    return missing / total


def buy(town: Town, key: str, rate: Fraction, money: list[Fraction]) -> Purchase:
    """Charge the supporters; whoever has exactly the price pays in full, who has nothing not."""
    worth = town.supporters[key]
    held = sum((money[i] for i in worth), Fraction(0))
    full, part, rest = 0, 0, Fraction(0)
    for i, utility in worth.items():
        if rate * utility <= money[i]:
            full += 1
            money[i] -= rate * utility
        elif money[i] > 0:
            part += 1
            rest += money[i]
            money[i] = Fraction(0)
    price = rate * town.costs[key] if town.kind == "cost" else rate
    return Purchase(key, price, full, part, rest, held)


def compare(town: Town, result: Result) -> Result:
    """Let greedy's winners stand if more voters get more from them."""
    rival = greedy(town)
    first, second = 0, 0
    for voter in town.voters:
        ours = sum(town.worth(voter, key) for key in result.selected)
        theirs = sum(town.worth(voter, key) for key in rival.selected)
        first += ours > theirs
        second += theirs > ours
    standing = rival if second > first else result
    standing.standing = "greedy" if second > first else "equal-shares"
    standing.preference = (first, second)
    return standing


def phragmen(town: Town) -> Result:
    """Buy where the load of the supporters stays least, until one of those does not fit."""
    loads = [Fraction(0)] * len(town.voters)
    selected = set(town.limits.funded)
    purchases: list[Purchase] = []
    while offers := {key: new_load(town, key, loads) for key in unbought(town, selected)}:
        load = min(offers.values())
        tied = [key for key, offer in offers.items() if offer == load]
        left = town.budget - town.cost(selected)
        if any(town.costs[key] > left for key in tied):
            break
        key = min(tied, key=lambda key: town.place[key])
        for i in town.supporters[key]:
            loads[i] = load
        purchases.append(Purchase(key, load, len(town.supporters[key])))
        selected.add(key)
    return Result(selected, purchases)


def new_load(town: Town, key: str, loads: list[Fraction]) -> Fraction:
    """What each supporter would carry."""
    supporters = town.supporters[key]
    return (sum((loads[i] for i in supporters), Fraction(0)) + town.costs[key]) / len(supporters)
