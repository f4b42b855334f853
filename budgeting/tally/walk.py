"""Going down a list by score and taking what fits: greedy, and filling up after another rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from budgeting.tally.limits import Allowance
from budgeting.tally.numbers import Number
from budgeting.tally.outcome import Reason, Value
from budgeting.tally.ranking import Entry


@dataclass(slots=True)
class Walk:
    """The way down so far: what is `left` of the budget, who was `taken`, and each one's reason.

    `turns` say how much was left before each project that no limit barred. Where the list `stops`
    at the first misfit, `stopped_at` is that one. `ties` are as in an outcome.
    """

    allowance: Allowance
    left: Number
    unit: str
    stops: bool
    won: str
    taken: list[str] = field(default_factory=list)
    reasons: dict[str, Reason] = field(default_factory=dict)
    turns: list[tuple[Entry, Number]] = field(default_factory=list)
    stopped_at: Entry | None = None
    ties: list[tuple[str, ...]] = field(default_factory=list)


def walk_down(
    entries: Sequence[Entry],
    allowance: Allowance,
    left: Number,
    unit: str,
    *,
    misfit: str = "skip",
    won: str = "filled",
) -> Walk:
    """Take of `entries`, in the order of their ranks, what `left` and the limits allow.

    `entries` are the candidates only: none that is selected, funded or below a threshold.
    `allowance` is moved on; `unit` is what scores count. `misfit` is "skip" or "stop"; a project
    barred by a limit is passed over and never stops the list. The walk's `reasons`, by id, are
    for winners `won` {left, remaining} and `won`_tie {left, remaining, tied, unit}, for the others
    `ceiling` and `exclusive`, `misfit` {left, short}, `after_stop` {stopped_at}.
    """
    walk = Walk(allowance, left, unit, misfit == "stop", won)
    for _, equals in groupby(entries, key=lambda entry: entry.count.score):
        tied = list(equals)
        rivals = _rivals(walk, tied)
        if rivals:
            walk.ties.append(rivals)
        for entry in tied:
            walk.reasons[entry.project.id] = _turn(walk, entry, rivals)
    return walk


def _rivals(walk: Walk, tied: list[Entry]) -> tuple[str, ...]:
    """Ids of those among equals whose order decides who is selected; empty if none does.

    Whoever cannot win even as the first of the group plays no part, unless the list stops there.
    """
    if walk.stopped_at or len(tied) == 1:
        return ()
    free = {e.project.id: e.project.cost for e in tied if not walk.allowance.bars(e.project.id)}
    fitting = {key: cost for key, cost in free.items() if cost <= walk.left}
    rivals = free if walk.stops and fitting else fitting
    if sum(rivals.values()) > walk.left:
        return tuple(rivals)
    contested = walk.allowance.contested(rivals)
    return tuple(key for key in rivals if key in contested)


def _turn(walk: Walk, entry: Entry, rivals: tuple[str, ...]) -> Reason:
    """Take the project or leave it, and say why."""
    key, cost = entry.project.id, entry.project.cost
    if barred := walk.allowance.bars(key):
        return barred
    if walk.stopped_at:
        return Reason("after_stop", {"stopped_at": walk.stopped_at.project.id})
    before = walk.left
    walk.turns.append((entry, before))
    if cost > before:
        walk.stopped_at = entry if walk.stops else None
        return Reason("misfit", {"left": before, "short": cost - before})
    walk.left -= cost
    walk.taken.append(key)
    walk.allowance.take(key)
    beaten = rivals[rivals.index(key) + 1 :] if key in rivals else ()
    figures: dict[str, Value] = {"left": before, "remaining": walk.left}
    if beaten:
        return Reason(f"{walk.won}_tie", figures | {"tied": beaten, "unit": walk.unit})
    return Reason(walk.won, figures)
