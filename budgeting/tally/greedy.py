"""Greedy: go down the list by score and take every project that still fits the budget."""

from __future__ import annotations

from budgeting.tally.election import Election
from budgeting.tally.limits import Allowance
from budgeting.tally.outcome import Outcome, Reason, Value
from budgeting.tally.ranking import Entry, ranking
from budgeting.tally.ties import BY_ID, TieOrder
from budgeting.tally.walk import Walk, walk_down

MISFITS = ("skip", "stop")


def greedy(
    election: Election,
    *,
    on_misfit: str = "skip",
    min_votes: int = 0,
    ties: TieOrder = BY_ID,
) -> Outcome:
    """Take projects by descending score as long as they fit the budget and the limits, exactly.

    At a project that does not fit the budget, `skip` passes on to the next and `stop` ends there;
    one that a limit bars is passed over in either case. A project named on fewer than `min_votes`
    ballots is left out beforehand. Raises ValueError for another `on_misfit` or for limits that
    do not suit the projects, and KeyError if a ballot names a project that is not there.
    """
    if on_misfit not in MISFITS:
        raise ValueError(f"on_misfit must be one of {', '.join(MISFITS)}")
    entries = ranking(election, ties)
    limits = election.limits
    allowance = Allowance(limits, {entry.project.id: entry.project.cost for entry in entries})
    settled = {entry.project.id: entry.settled(limits, min_votes) for entry in entries}
    candidates = [entry for entry in entries if not settled[entry.project.id]]
    walk = walk_down(
        candidates, allowance, election.budget, election.unit, misfit=on_misfit, won="selected"
    )
    winners = limits.funded.union(walk.taken)
    return Outcome(
        rule="greedy",
        settings={"misfit": on_misfit, "min_votes": min_votes, "ties": ties.text},
        budget=election.budget,
        unit=election.unit,
        voters=election.voters,
        projects=tuple(
            entry.result(
                settled[entry.project.id] or _reason(walk, entry, election),
                selected=entry.project.id in winners,
            )
            for entry in entries
        ),
        ties=tuple(walk.ties),
        funded=limits.funded,
    )


def _reason(walk: Walk, entry: Entry, election: Election) -> Reason:
    """What the walk says, and for want of money also who came before and how far ahead.

    That is the lowest project on the list before which this one would have fitted.
    """
    reason = walk.reasons[entry.project.id]
    if reason.code not in ("misfit", "after_stop"):
        return reason
    if too_dear := entry.too_dear(election.budget):
        return too_dear
    rival = next(rival for rival, left in reversed(walk.turns) if left >= entry.project.cost)
    behind: dict[str, Value] = {
        "rival": rival.project.id,
        "behind_by": rival.count.score - entry.count.score,
        "unit": election.unit,
    }
    return Reason(reason.code, reason.params | behind)
