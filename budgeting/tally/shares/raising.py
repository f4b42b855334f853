"""Raising everybody's money step by step until the budget is used up (add1)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from budgeting.tally.limits import Allowance
from budgeting.tally.rules import RuleSpec
from budgeting.tally.shares.leap import Leap
from budgeting.tally.shares.run import Run
from budgeting.tally.shares.table import Table

_LONG = 8


def first_run(table: Table, allowance: Allowance | None) -> Run:
    """What is bought when the budget is divided equally among the voters."""
    return Run(table, Fraction(table.budget, table.voters), allowance).finish()


def raise_money(run: Run, spec: RuleSpec, progress: Callable[[int], None]) -> Run:
    """Raise the endowment by one step after the other; return the last run within the budget.

    It ends before the first run that costs too much; `until` exhaustive, also with the first to
    which nothing can be added; and where there is nothing left to buy. Steps are leapt over only
    where it is proved that they buy the same.
    """
    step = Fraction(spec.step) * run.table.money
    ran, stride = run, 1  # the last that was not leapt to; by how many steps to leap
    same = before = 0  # how long nothing changed, and how long so the time before
    while not _ends(run, spec.until == "exhaustive"):
        if stride > 1:
            leap = Leap(run, run.endowment + stride * step)
            reach = leap.succeed()
            if reach >= 1:
                run, same = leap.run, same + stride
                stride = int(stride * min(4, reach - 1))
            else:
                stride = min(int(stride * reach), stride - 1)
            continue
        following = run.again(run.endowment + step).finish()
        if cost(following) > run.table.budget:
            break
        if following.bought == run.bought:
            same += 1
            stride = max(before // 4, 4) if same > 1 or before > _LONG else 1
        else:
            before, same = same, 0
        run = ran = following
        progress(100 * cost(run) // max(run.table.budget, 1))
    return run if run is ran else run.again(run.endowment).finish()


def cost(run: Run) -> int:
    """What a run bought, in the table's units of money."""
    return sum(run.table.columns[place].cost for place in run.bought)


def _ends(run: Run, at_exhaustion: bool) -> bool:
    """Whether more money could buy nothing more, or should not."""
    left = run.table.budget - cost(run)
    bought = set(run.bought)
    open_ = [
        column
        for place, column in enumerate(run.table.columns)
        if place not in bought and not (run.allowance and run.allowance.bars(column.id))
    ]
    return not open_ or (at_exhaustion and all(column.cost > left for column in open_))
