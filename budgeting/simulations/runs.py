"""The rules that a simulation tries, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from budgeting.tally.numbers import Number
from budgeting.tally.rules import RuleSpec
from budgeting.tally.ties import TieOrder
from core.i18n import Message, lazy_gettext

_RAISED = lazy_gettext(
    "Everybody's share is raised step by step as long as the winners stay within the budget."
)


@dataclass(frozen=True, slots=True)
class Run:
    """A rule with its settings, under a short ``label`` and explained in a sentence."""

    key: str
    label: Message
    about: Message
    settings: dict[str, Any]

    def spec(self, *, min_votes: int, ties: TieOrder, step: Number) -> RuleSpec:
        """The same as the tally takes it; ``step`` is one unit of money."""
        return RuleSpec(min_votes=min_votes, ties=ties, step=step, **self.settings)


def _shares(key: str, label: Message, about: Message, **settings: str) -> Run:
    return Run(key, label, about, {"rule": "equal-shares", "compare": "none"} | settings)


# The quick ones first: their results can be read while the others are counted.
RUNS = (
    Run(
        "greedy-skip",
        lazy_gettext("Most votes first, skipping"),
        lazy_gettext("Down the list by votes; what does not fit is skipped."),
        {"rule": "greedy", "misfit": "skip"},
    ),
    Run(
        "greedy-stop",
        lazy_gettext("Most votes first, stopping"),
        lazy_gettext("Down the list by votes, up to the first project that does not fit."),
        {"rule": "greedy", "misfit": "stop"},
    ),
    Run(
        "phragmen",
        lazy_gettext("Balanced burden (Phragmén)"),
        lazy_gettext("Supporters carry a project's cost together, as evenly as possible."),
        {"rule": "phragmen"},
    ),
    _shares(
        "shares",
        lazy_gettext("Equal shares, rest unspent"),
        lazy_gettext("Everybody has the same share of the budget; what is left over stays."),
        completion="none",
    ),
    _shares(
        "shares-votes",
        lazy_gettext("Equal shares, rest by votes"),
        lazy_gettext("Equal shares; what is left over is spent by most votes."),
        completion="utilitarian",
    ),
    _shares(
        "shares-raised",
        lazy_gettext("Equal shares, raised"),
        _RAISED,
        completion="add1",
        until="over-budget",
    ),
    _shares(
        "shares-raised-votes",
        lazy_gettext("Equal shares, raised, rest by votes"),
        lazy_gettext("Raised in the same way; what is left over is spent by most votes."),
        completion="add1-utilitarian",
        until="over-budget",
    ),
    _shares(
        "shares-full",
        lazy_gettext("Equal shares, raised until nothing fits"),
        lazy_gettext("Raised until no further project fits; any rest is spent by most votes."),
        completion="add1-utilitarian",
        until="exhaustive",
    ),
    _shares(
        "shares-count",
        lazy_gettext("Equal shares, by number of projects"),
        lazy_gettext("As before, but small projects please voters as much as large ones do."),
        completion="add1-utilitarian",
        until="exhaustive",
        utility="cardinality",
    ),
    _shares(
        "shares-compared",
        lazy_gettext("Equal shares, unless more voters gain by votes"),
        lazy_gettext(
            "Raised until nothing fits; the result by votes stands if more voters gain by it."
        ),
        completion="add1-utilitarian",
        until="exhaustive",
        compare="greedy",
    ),
)
BY_KEY = {run.key: run for run in RUNS}
