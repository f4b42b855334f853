"""Sequential Phragmen: buy the project that leaves its supporters with the least load.

Brill, Freeman, Janson, Lackner, "Phragmen's voting methods and justified representation" (2024).
A project's cost is shared so that all its supporters carry the same load afterwards, which is
(their loads before + its cost) / their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf

from budgeting.tally.election import Election
from budgeting.tally.limits import Allowance
from budgeting.tally.loads import Loads, Offer
from budgeting.tally.numbers import Number, rounded, whole
from budgeting.tally.outcome import Outcome, Reason, Step, Value
from budgeting.tally.ranking import Entry, ranking
from budgeting.tally.shares.table import Column, Table, build
from budgeting.tally.ties import BY_ID, TieOrder


def phragmen(election: Election, *, min_votes: int = 0, ties: TieOrder = BY_ID) -> Outcome:
    """Buy projects while the next one fits the budget; every decision is exact.

    Supporters are the voters who give a project points. Left out beforehand are projects named on
    fewer than `min_votes` ballots, dearer than the budget, or without supporters; those that a
    limit bars leave as soon as it does. If several projects lead to the same least load, the
    first by `ties` is bought, but the rule ends if any of them does not fit. Raises ValueError
    for limits that do not suit the projects, KeyError if a ballot names a project not there.
    """
    entries = ranking(election, ties)
    reasons = {
        entry.project.id: reason
        for entry in entries
        if (reason := _left_out(entry, election, min_votes))
    }
    run = _Run(election, _table(election, entries, reasons, ties))
    run.finish()
    bought = {p.step.project: p.reason(i) for i, p in enumerate(run.purchases, 1)}
    reasons |= bought | run.losers
    selected = election.limits.funded.union(bought)
    nobody = Reason("no_support")
    return Outcome(
        rule="phragmen",
        settings={"min_votes": min_votes, "ties": ties.text},
        budget=election.budget,
        unit=election.unit,
        voters=election.voters,
        projects=tuple(
            entry.result(
                reasons.get(entry.project.id, nobody), selected=entry.project.id in selected
            )
            for entry in entries
        ),
        ties=tuple(tie.ids for tie in run.ties if tie.waiting),
        steps=tuple(purchase.step for purchase in run.purchases),
        funded=election.limits.funded,
    )


def _left_out(entry: Entry, election: Election, min_votes: int) -> Reason | None:
    return entry.settled(election.limits, min_votes) or entry.too_dear(election.budget)


def _table(
    election: Election, entries: list[Entry], left_out: dict[str, Reason], ties: TieOrder
) -> Table:
    """Everyone's supporters, in the order of ties; each of them counts alike."""
    candidates = [entry for entry in entries if entry.project.id not in left_out]
    candidates.sort(key=lambda entry: ties.key(entry.project, entry.count.votes))
    return build(election, [entry.project.id for entry in candidates], "cardinality")


@dataclass(slots=True)
class _Tie:
    """Projects leading to the same load, in the order applied; `waiting` are those of them that
    were not bought at that load. If all were, no two of them shared a supporter whose load it
    raised, nor a limit that was reached: every order buys them all, and the tie decides nothing.
    """

    ids: tuple[str, ...]
    load: Number
    waiting: set[str]


@dataclass(frozen=True, slots=True)
class _Purchase:
    """A step, and what the order of ties put it before."""

    step: Step
    tie: _Tie | None
    beaten: tuple[str, ...]

    def reason(self, number: int) -> Reason:
        load = rounded(self.step.price)
        figures: dict[str, Value] = {
            "round": number,
            "load": load,
            "supporters": self.step.full,
        }
        if self.tie and self.tie.waiting and self.beaten:
            return Reason("carried_tie", figures | {"tied": self.beaten})
        return Reason("carried", figures)


class _Run:
    """The rule at work. `_open` are the candidates left, and `_queue` has for each of them a
    lower bound of the load that it would lead to."""

    def __init__(self, election: Election, table: Table) -> None:
        self.purchases: list[_Purchase] = []
        self.ties: list[_Tie] = []
        self.losers: dict[str, Reason] = {}
        self._table = table
        self._left = table.budget
        self._loads = Loads(table.groups)
        costs = {project.id: project.cost for project in election.projects}
        self._allowance = Allowance(election.limits, costs)
        self._open = {column.id for column in table.columns}
        offers = map(self._loads.offer, range(len(table.columns)), table.columns)
        self._queue = [(offer.low, offer.place) for offer in offers]
        heapify(self._queue)
        self._bar()

    def finish(self) -> None:
        """Buy until nothing is left to buy, or something comes up that does not fit."""
        while offers := self._best():
            dear = [offer.column for offer in offers if offer.column.cost > self._left]
            if dear:
                self._stop(dear[0])
                return
            self._buy(offers)

    def _best(self) -> list[Offer]:
        """The offers of the least load in the order of ties; none if no candidate is left.

        What is further down the queue leads to a greater load than the least of those looked at.
        """
        seen: list[Offer] = []
        bound = inf
        while self._queue and self._queue[0][0] < bound:
            column = self._table.columns[place := heappop(self._queue)[1]]
            if column.id in self._open:
                seen.append(self._loads.offer(place, column))
                bound = min(bound, seen[-1].low + 2)
        for offer in seen:
            heappush(self._queue, (offer.low, offer.place))
        near = (offer for offer in seen if offer.low < bound)
        return self._loads.least(sorted(near, key=lambda offer: offer.place))

    def _buy(self, offers: list[Offer]) -> None:
        ids = tuple(offer.column.id for offer in offers)
        column = offers[0].column
        load = whole(self._table.price(self._loads.load(offers[0])))
        tie = self._tie(ids, load)
        self.purchases.append(_Purchase(Step(column.id, load, column.total), tie, ids[1:]))
        self._loads.carry(offers[0])
        self._left -= column.cost
        self._allowance.take(column.id)
        self._open.remove(column.id)
        self._bar()

    def _tie(self, ids: tuple[str, ...], load: Number) -> _Tie | None:
        """The tie that the first of `ids` is bought in: one still going on, or a new one."""
        tie = self.ties[-1] if self.ties else None
        if tie is None or tie.load != load or ids[0] not in tie.waiting:
            if len(ids) == 1:
                return None
            tie = _Tie(ids, load, set(ids))
            self.ties.append(tie)
        tie.waiting.remove(ids[0])
        return tie

    def _bar(self) -> None:
        """Let those leave that a limit bars from now on."""
        barred = {key: reason for key in self._open if (reason := self._allowance.bars(key))}
        self.losers |= barred
        self._open.difference_update(barred)

    def _stop(self, column: Column) -> None:
        """End at a project that does not fit, and with it for all others."""
        self.losers |= dict.fromkeys(self._open, Reason("load_after", {"stopped_at": column.id}))
        left, short = map(self._table.amount, (self._left, column.cost - self._left))
        figures: dict[str, Value] = {"left": whole(left), "short": whole(short)}
        self.losers[column.id] = Reason("load_stop", figures)
