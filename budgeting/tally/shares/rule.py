"""Equal shares from an election to its outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from budgeting.tally.election import Election
from budgeting.tally.greedy import greedy
from budgeting.tally.limits import Allowance
from budgeting.tally.numbers import Number, number_json, whole
from budgeting.tally.outcome import Outcome, Preference, Reason, Step
from budgeting.tally.ranking import Entry, ranking
from budgeting.tally.rules import RuleSpec
from budgeting.tally.shares.account import Books
from budgeting.tally.shares.raising import first_run, raise_money
from budgeting.tally.shares.reasons import Reasons
from budgeting.tally.shares.run import Run
from budgeting.tally.shares.table import Table, build, utility_of
from budgeting.tally.walk import Walk, walk_down


def equal_shares(
    election: Election, spec: RuleSpec, progress: Callable[[int], None] | None = None
) -> Outcome:
    """Apply equal shares as `spec` says; every decision is exact.

    `progress` is told percents on the way. Raises ValueError for limits that do not suit the
    projects, and KeyError if a ballot names a project that is not in the election.
    """
    count = _Count(election, spec)
    bound = count.allowance if election.limits.ceilings or election.limits.exclusive else None
    run = first_run(count.table, bound) if count.table.columns else None
    if run and spec.completion.startswith("add1"):
        run = raise_money(run, spec, progress or _ignore)
    outcome = count.outcome(run)
    if spec.compare == "none":
        return outcome
    other = greedy(election, on_misfit=spec.misfit, min_votes=spec.min_votes, ties=spec.ties)
    liked = preference(election, count.utility, outcome.selected, other.selected)
    if liked.greedy <= liked.rule:
        return replace(outcome, preference=liked)
    return replace(
        other,
        rule=outcome.rule,
        settings=outcome.settings,
        standing="greedy",
        preference=liked,
    )


def preference(
    election: Election, utility: str, ours: Iterable[str], greedys: Iterable[str]
) -> Preference:
    """How many voters get more utility from the first winners, and how many from the second."""
    gain = dict.fromkeys(ours, 1)
    for ident in greedys:
        gain[ident] = gain.get(ident, 0) - 1
    costs = {project.id: project.cost for project in election.projects}
    rule = other = 0
    for ballot, weight in election.ballots.items():
        more: Number = 0
        for choice, points in zip(ballot.choices, ballot.points, strict=True):
            if points > 0 and gain.get(choice):
                worth = {"cost": costs[choice], "cardinality": 1, "score": points}[utility]
                more += gain[choice] * worth
        rule += weight * (more > 0)
        other += weight * (more < 0)
    return Preference(rule, other)


@dataclass(slots=True)
class _Count:
    """An election made ready for the rule, and what it comes to.

    `free` are supported projects that cost nothing, with how many support them: they come first.
    `values` say how much utility a project gives for each unit of its cost.
    """

    election: Election
    spec: RuleSpec
    utility: str = field(init=False)
    entries: list[Entry] = field(init=False)
    settled: dict[str, Reason] = field(init=False, default_factory=dict)
    allowance: Allowance = field(init=False)
    free: dict[str, int] = field(init=False, default_factory=dict)
    values: dict[str, Fraction] = field(init=False)
    table: Table = field(init=False)

    def __post_init__(self) -> None:
        election, spec = self.election, self.spec
        self.utility = utility_of(election, spec.utility)
        self.entries = ranking(election, spec.ties)
        costs = {entry.project.id: entry.project.cost for entry in self.entries}
        self.allowance = Allowance(election.limits, costs)
        for entry in self.entries:
            reason = entry.settled(election.limits, spec.min_votes)
            if reason := reason or entry.too_dear(election.budget):
                self.settled[entry.project.id] = reason
        ordered = [entry.project.id for entry in sorted(self.entries, key=self._order)]
        open_ = [ident for ident in ordered if ident not in self.settled]
        whole_table = build(election, open_, self.utility, spec.step)
        self.values = {
            column.id: Fraction(column.total * column.base, column.cost)
            for column in whole_table.columns
            if column.cost
        }
        for column in whole_table.columns:
            if not column.cost and not self.allowance.bars(column.id):
                self.allowance.take(column.id)
                self.free[column.id] = column.voters
        dear = tuple(column for column in whole_table.columns if column.cost)
        self.table = replace(whole_table, columns=dear)

    def _order(self, entry: Entry) -> tuple[Number | str, ...]:
        return self.spec.ties.key(entry.project, entry.count.votes)

    def outcome(self, run: Run | None) -> Outcome:
        """The outcome of a run that is within the budget, filled up if that was asked for."""
        books = Books(self.table, run)
        bought = [*self.free, *books.bought]
        allowance = run.allowance.copy() if run and run.allowance else self.allowance.copy()
        walk = self._fill(allowance, bought)
        selected = self.election.limits.funded.union(bought, walk.taken if walk else ())
        reasons = Reasons(books, self.settled, self.free, allowance, walk, selected)
        start = Fraction(self.election.budget) / self.table.voters if self.table.voters else None
        last = self.table.amount(run.endowment) if run else start
        free = (Step(ident, 0, voters) for ident, voters in self.free.items())
        return Outcome(
            rule="equal-shares",
            settings=self._settings(),
            budget=self.election.budget,
            unit=self.election.unit,
            voters=self.election.voters,
            projects=tuple(
                entry.result(
                    reasons.of(entry.project.id),
                    selected=entry.project.id in selected,
                    support=books.support(entry.project.id),
                )
                for entry in self.entries
            ),
            ties=(*reasons.ties, *(walk.ties if walk else ())),
            steps=(*free, *books.steps),
            start=None if start is None else whole(start),
            endowment=None if last is None else whole(last),
            funded=self.election.limits.funded,
        )

    def _fill(self, allowance: Allowance, bought: Iterable[str]) -> Walk | None:
        """Take what is left for the projects that give voters the most for their cost."""
        if not self.spec.completion.endswith("utilitarian"):
            return None
        done = {*bought, *self.settled}
        left = self.election.budget - sum(
            entry.project.cost for entry in self.entries if entry.project.id in bought
        )
        rest = [self._valued(entry) for entry in self.entries if entry.project.id not in done]
        rest.sort(key=lambda entry: (-entry.count.score, self._order(entry)))
        return walk_down(rest, allowance, left, self.election.unit, misfit=self.spec.misfit)

    def _valued(self, entry: Entry) -> Entry:
        value = self.values.get(entry.project.id, Fraction())
        return replace(entry, count=entry.count._replace(score=value))

    def _settings(self) -> dict[str, str | int]:
        spec = self.spec
        raised = {"until": spec.until, "step": number_json(spec.step)}
        return {
            "utility": self.utility,
            "completion": spec.completion,
            **(raised if spec.completion.startswith("add1") else {}),
            "compare": spec.compare,
            "misfit": spec.misfit,
            "min_votes": spec.min_votes,
            "ties": spec.ties.text,
        }


def _ignore(_percent: int) -> None:
    pass
