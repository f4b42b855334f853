"""``python -m bench.worker TASK …``: one measurement of a rule; prints JSON.

``ours RULE COMPLETION TIMES FILE`` and ``theirs RULE FILE`` count a Pabulib file, without reading
it; ``synthetic VOTERS PROJECTS PARTS`` counts a made-up election by add1-utilitarian, raising each
voter's money by one unit of the currency divided by ``PARTS``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

SEED = 2024


def ours(rule: str, completion: str, times: str, path: str) -> dict[str, Any]:
    """Count a file once to warm up, and then so many times: the median, with all reasons."""
    from budgeting.tally.pabulib import read  # noqa: PLC0415  # each task loads what it measures
    from budgeting.tally.rules import RuleSpec, run  # noqa: PLC0415

    with Path(path).open("rb") as stream:
        election = read(stream).election()
    spec = RuleSpec(rule, completion=completion)
    outcome, took = None, []
    for _ in range(int(times) + 1):
        start = time.perf_counter()
        outcome = run(election, spec)
        took.append(time.perf_counter() - start)
    selected = outcome.selected if outcome else ()
    return {"seconds": median(took[1:]), "selected": sorted(selected)}


def theirs(rule: str, path: str) -> dict[str, Any]:
    """Let pabutools count a file, equal ballots taken together."""
    from pabutools import rules  # noqa: PLC0415
    from pabutools.election import Cost_Sat, parse_pabulib  # noqa: PLC0415

    instance, profile = parse_pabulib(path)
    grouped = profile.as_multiprofile()
    start = time.perf_counter()
    if rule == "phragmen":
        chosen = rules.sequential_phragmen(instance, grouped)
    else:
        chosen = rules.method_of_equal_shares(instance, grouped, sat_class=Cost_Sat)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "selected": sorted(project.name for project in chosen)}


def synthetic(voters: str, projects: str, parts: str) -> dict[str, Any]:
    """Make an election, count it to the end, and say how long each took."""
    from bench.synthetic import table  # noqa: PLC0415
    from budgeting.tally.rules import RuleSpec  # noqa: PLC0415
    from budgeting.tally.shares.raising import cost, first_run, raise_money  # noqa: PLC0415

    start = time.perf_counter()
    made = table(int(voters), int(projects), SEED)
    drawn = time.perf_counter()
    step = Fraction(1, int(parts))
    first = first_run(made, None)
    plain = time.perf_counter()
    spec = RuleSpec("equal-shares", completion="add1-utilitarian", step=step)
    run = raise_money(first, spec, lambda _percent: None)
    won, left = set(run.bought), made.budget - cost(run)
    for place in sorted(range(len(made.columns)), key=lambda i: -made.columns[i].total):
        if place not in won and made.columns[place].cost <= left:
            won.add(place)
            left -= made.columns[place].cost
    return {
        "made": drawn - start,
        "plain": plain - drawn,
        "seconds": time.perf_counter() - drawn,
        "increments": int((run.endowment - first.endowment) / step),
        "choices": sum(len(column.members) for column in made.columns),
        "selected": len(won),
    }


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "ours": ours,
    "theirs": theirs,
    "synthetic": synthetic,
}


if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))
