"""Why each project was bought with the voters' own money, or was not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from budgeting.tally.limits import Allowance
from budgeting.tally.numbers import Number, rounded
from budgeting.tally.outcome import Reason, Value
from budgeting.tally.shares.account import Books
from budgeting.tally.walk import Walk


@dataclass(slots=True)
class Reasons:
    """The reasons after a run: what was `settled` before it, got for `free`, bought, filled up in
    a `walk` afterwards, or not `selected` at all."""

    books: Books
    settled: Mapping[str, Reason]
    free: Mapping[str, int]
    allowance: Allowance
    walk: Walk | None
    selected: Collection[str]
    ties: list[tuple[str, ...]] = field(init=False)
    _tied: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """A tie is told of where somebody lost it for good."""
        self.ties = []
        for tie in self.books.ties.values():
            if not set(tie) <= set(self.selected):
                self.ties.append(tie)
                self._tied[tie[0]] = tie[1:]

    def of(self, ident: str) -> Reason:
        """The reason of one project."""
        if ident in self.settled:
            return self.settled[ident]
        if ident in self.free or ident in self.books.bought:
            return self._free(ident) if ident in self.free else self._bought(ident)
        return self._not_bought(ident)

    def _not_bought(self, ident: str) -> Reason:
        walked = self.walk.reasons.get(ident) if self.walk else None
        if walked and (ident in self.selected or walked.code in ("ceiling", "exclusive")):
            return walked
        if barred := self.allowance.bars(ident):
            return barred
        if not self.books.has(ident):
            return Reason("no_support")
        over = walked.params if walked and walked.code == "misfit" else {}
        return Reason("unaffordable", self._missing(ident) | over)

    def _free(self, ident: str) -> Reason:
        number = list(self.free).index(ident) + 1
        paid: dict[str, Value] = {"round": number, "price": 0, "full": self.free[ident]}
        return Reason("bought", paid | {"part": 0, "rest": 0, "held": 0})

    def _bought(self, ident: str) -> Reason:
        number = self.books.bought[ident]
        step = self.books.steps[number]
        params: dict[str, Value] = {
            "round": len(self.free) + number + 1,
            "price": rounded(step.price),
            "full": step.full,
            "part": step.part,
            "rest": rounded(step.rest),
            "held": rounded(step.held),
        }
        if self.books.column(ident).points is not None:
            params["per_point"] = 1
        if ident in self._tied:
            return Reason("bought_tie", params | {"tied": self._tied[ident]})
        return Reason("bought", params)

    def _missing(self, ident: str) -> dict[str, Value]:
        """What its supporters have, where the rest of their money went, and what would do."""
        column, books = self.books.column(ident), self.books
        held, endowment = books.held(ident), books.endowment
        missing: Number = books.table.amount(column.cost) - held
        params: dict[str, Value] = {
            "held": rounded(held),
            "missing": rounded(missing),
            "more": ceil(Fraction(missing) / endowment),
            "endowment": rounded(endowment),
        }
        if spent_on := books.spent_on(ident):
            spent = column.voters * endowment - held
            params |= {"spent_on": spent_on, "spent": rounded(spent)}
        return params
