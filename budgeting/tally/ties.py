"""The published order that decides between projects with equal scores."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from budgeting.tally.election import Project
from budgeting.tally.numbers import Number

_SEED = "seed:"
_GRAMMAR = re.compile(r"((?:(?:cost|votes),)*)(id|seed:.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TieOrder:
    """Keys by weight: any of `cost` (cheaper first) and `votes` (more first), then a total one.

    The last is `id` (smallest as text first) or `seed:TEXT` (smallest SHA-256 of TEXT followed by
    the id first, so that nobody can choose who wins). Examples: `id`, `cost,votes,id`,
    `cost,seed:2024-06-01`. Raises ValueError for anything else.
    """

    text: str

    def __post_init__(self) -> None:
        if not _GRAMMAR.fullmatch(self.text):
            raise ValueError("a tie order is any of cost, votes, then id or seed:TEXT, by commas")

    def key(self, project: Project, votes: int) -> tuple[Number | str, ...]:
        """Sort key of a project: the smallest goes first."""
        first, last = _GRAMMAR.fullmatch(self.text).groups()  # type: ignore[union-attr]  # checked when made
        names = [*first.split(",")[:-1], last]
        return (*(self._part(name, project, votes) for name in names), project.id)

    @staticmethod
    def _part(name: str, project: Project, votes: int) -> Number | str:
        if name == "cost":
            return project.cost
        if name == "votes":
            return -votes
        if name == "id":
            return project.id
        return sha256((name.removeprefix(_SEED) + project.id).encode()).hexdigest()


BY_ID = TieOrder("id")
