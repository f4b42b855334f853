"""A run of equal shares from behind its opening, and what its doubles are off by."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from budgeting.tally.election import Ballot, Election, Project
from budgeting.tally.limits import Allowance, Ceiling, Limits
from budgeting.tally.shares.run import Run
from budgeting.tally.shares.table import Table, build, utility_of
from tests.tally.drawn import large_election

TIMES = (Fraction(101, 100), Fraction(5, 4), Fraction(2))


def table_of(election: Election) -> Table:
    ids = [p.id for p in election.projects if p.cost <= election.budget]
    return build(election, ids, utility_of(election, "ballot"))


def allowance_of(election: Election, chance: random.Random) -> Allowance | None:
    """None, or a ceiling over a third of the projects and two that exclude each other."""
    if chance.random() < 0.5:
        return None
    ids = [project.id for project in election.projects]
    costs = {project.id: project.cost for project in election.projects}
    some = frozenset(chance.sample(ids, len(ids) // 3))
    ceiling = Ceiling("some", some, sum(costs[key] for key in some) // 2)
    return Allowance(Limits((ceiling,), (frozenset(chance.sample(ids, 2)),)), costs)


def what_happened(run: Run) -> object:
    return run.bought, run.ties, run.exact.prices(), run.exact.ended.tolist()


@pytest.mark.parametrize("seed", range(80))
def test_a_run_from_behind_its_opening_is_the_same_as_from_the_beginning(seed: int) -> None:
    election = large_election(seed, 24, 300)
    table, allowance = table_of(election), allowance_of(election, random.Random(seed))
    run = Run(table, Fraction(table.budget, table.voters), allowance).finish()
    for times in TIMES:
        more = run.endowment * times
        run = run.again(more).finish()
        assert what_happened(run) == what_happened(Run(table, more, allowance).finish())


def test_openings_are_there_to_be_used() -> None:
    """Else the test above would show nothing."""
    used = 0
    for seed in range(80):
        table = table_of(large_election(seed, 24, 300))
        run = Run(table, Fraction(table.budget, table.voters), None).finish()
        used += bool(run.again(run.endowment).bought)
    assert used > 10


def test_errors_stay_small_through_many_purchases() -> None:
    chance = random.Random(7)
    projects = [Project(f"{i:03}", chance.randint(2_000, 200_000)) for i in range(150)]
    ballots: dict[Ballot, int] = {}
    for _ in range(20_000):
        chosen = tuple(sorted({projects[int(150 * chance.random() ** 2)].id for _ in range(6)}))
        ballots[Ballot(chosen, (1,) * len(chosen))] = chance.randint(1, 3)
    table = table_of(Election(tuple(projects), ballots, 3_000_000))
    run = Run(table, Fraction(table.budget * 2, table.voters), None).finish()
    assert len(run.bought) > 60
    assert run.error < 1e-9
