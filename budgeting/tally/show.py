"""What the command prints: a table, or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from budgeting.tally.election import Election
from budgeting.tally.explain import explain
from budgeting.tally.numbers import number_text, short_text
from budgeting.tally.outcome import Outcome, ProjectOutcome
from budgeting.tally.recount import Recount
from budgeting.tally.recount_text import recount_text
from budgeting.tally.whole import Whole, whole_text


@dataclass(frozen=True, slots=True)
class Shown:
    """A result, and what was asked for besides: `whole` with reasons, and a `recount`."""

    election: Election
    outcome: Outcome
    locale: str
    whole: Whole | None
    recount: Recount | None


def as_json(shown: Shown) -> str:
    """Everything as JSON, amounts that are not whole as exact text."""
    found: dict[str, Any] = shown.outcome.to_json()
    if shown.whole:
        for line, result in zip(found["projects"], shown.outcome.projects, strict=True):
            line["why"] = _why(shown, result)
        found |= shown.whole.to_json()
    if shown.recount:
        found["recount"] = shown.recount.to_json()
    return json.dumps(found, ensure_ascii=False, indent=2)


def as_text(shown: Shown) -> str:
    """A line for each project, by rank, and what was asked for below."""
    return "\n".join(_lines(shown))


def _lines(shown: Shown) -> Iterator[str]:
    outcome = shown.outcome
    support = any(result.support is not None for result in outcome.projects)
    heading = f"{'support':>9}" if support else ""
    yield f"{'rank':>4} {outcome.unit:>8} {'cost':>14}{heading}  selected  project"
    names = {project.id: project.name for project in shown.election.projects}
    for result in outcome.projects:
        score, cost = number_text(result.score), number_text(result.cost)
        part = f"{_percent(result):>9}" if support else ""
        mark = "yes" if result.selected else "-"
        yield (
            f"{result.rank:>4} {score:>8} {cost:>14}{part}  {mark:<8}  "
            f"{result.id} {names[result.id]}"
        )
        if shown.whole:
            yield f"     {_why(shown, result)}"
    for tie in outcome.ties:
        yield f"tie, decided in this order: {', '.join(tie)}"
    yield (
        f"{len(outcome.selected)} of {len(outcome.projects)} projects for "
        f"{number_text(outcome.cost)} of {number_text(outcome.budget)}; {outcome.voters} ballots"
    )
    if shown.whole:
        yield ""
        yield from whole_text(shown.whole, outcome, shown.locale)
    if shown.recount:
        yield ""
        yield recount_text(shown.recount, shown.locale, title=_title(shown.election))


def _why(shown: Shown, result: ProjectOutcome) -> str:
    title = _title(shown.election)
    return explain(result.reason, shown.locale, money=short_text, title=title)


def _title(election: Election) -> Callable[[str], str]:
    return {project.id: project.name or project.id for project in election.projects}.__getitem__


def _percent(result: ProjectOutcome) -> str:
    """The support in whole per cent, rounded down, so that 100 means enough."""
    return "" if result.support is None else f"{int(result.support * 100)} %"
