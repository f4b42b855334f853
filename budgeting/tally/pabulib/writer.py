"""Writing a Pabulib file that `pabulib-checker` accepts."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

from budgeting.tally.election import Count, Election, Project, Vote, rank_points
from budgeting.tally.numbers import number_text
from budgeting.tally.outcome import Outcome
from budgeting.tally.pabulib import fields
from budgeting.tally.pabulib.naming import rule_meta

_FUNDED = "3"  # as real files mark what additional funds pay for, so that the budget adds up


def write(
    stream: TextIO, election: Election, votes: Iterable[Vote], outcome: Outcome | None = None
) -> None:
    """Write an election with its votes one by one, and with its outcome if there is one.

    `election.meta` must hold description, country, unit, instance, date_begin and date_end
    (DD.MM.YYYY or YYYY), max_sum_points for cumulative ballots, and rule if there is no outcome
    to take it from; counts, budget and vote type come from the election. `votes` may be a
    generator, and must be those grouped in the election. Fields that the format does not know are
    left out; line breaks and runs of spaces in texts become one space. A ranking is written with
    the points it gives. Raises ValueError for missing meta, for an id the format cannot hold, or
    if the number of votes differs.
    """
    rows = csv.writer(stream, delimiter=";", lineterminator="\n")
    rows.writerows([["META"], ["key", "value"], *_meta(election, outcome).items()])
    rows.writerow(["PROJECTS"])
    rows.writerows(_projects(election, outcome))
    pointed = election.unit == "points"
    rows.writerows([["VOTES"], ["voter_id", "vote"] + ["points"] * pointed])
    top = max((len(ballot.choices) for ballot in election.ballots), default=0)
    top = int(election.meta.get("max_length") or top)
    written = 0
    for vote in votes:
        cells = [_id(vote.voter_id), ",".join(vote.choices)]
        rows.writerow(cells + [_points(vote, top)] * pointed)
        written += 1
    if written != election.voters:
        raise ValueError(f"{election.voters} ballots were counted, but {written} written")


def _meta(election: Election, outcome: Outcome | None) -> dict[str, str]:
    meta = dict(election.meta) | (rule_meta(election, outcome) if outcome else {})
    meta |= {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.voters),
        "budget": number_text(election.budget),
        "vote_type": "approval" if election.vote_type == "knapsack" else election.vote_type,
    }
    meta.pop("fully_funded", None)
    if sum(project.cost for project in election.projects) <= election.budget:
        meta["fully_funded"] = "1"
    needed = (*fields.NEEDED, *(["max_sum_points"] if election.vote_type == "cumulative" else []))
    missing = [key for key in needed if not meta.get(key)]
    if missing:
        raise ValueError(f"the file needs these in its meta: {', '.join(missing)}")
    return {key: _text(meta[key]) for key in fields.META if meta.get(key)}


def _projects(election: Election, outcome: Outcome | None) -> list[list[str]]:
    """Header and lines, in the order of the outcome, so that a reader can follow the rule."""
    projects, selected = list(election.projects), None
    if outcome:
        rank = {result.id: result.rank for result in outcome.projects}
        projects.sort(key=lambda project: rank[project.id])
        selected = frozenset(outcome.selected)
    counts = election.counts()
    lines = [_project(election, project, counts[project.id], selected) for project in projects]
    columns = [name for name in fields.PROJECT if any(line.get(name) for line in lines)]
    columns = columns or ["project_id", "cost"]
    return [columns, *([line.get(name, "") for name in columns] for line in lines)]


def _project(
    election: Election, project: Project, count: Count, selected: frozenset[str] | None
) -> dict[str, str]:
    """One line by column: what came with the project, and what was counted."""
    line = {key: _text(value) for key, value in project.extra.items() if key != "score"}
    line |= {key: _list(line[key]) for key in fields.LISTS if key in line}
    line |= {
        "project_id": _id(project.id),
        "cost": number_text(project.cost),
        "votes": str(count.votes),
        "name": _text(project.name) or project.id,
    }
    if election.unit == "points":
        line["score"] = number_text(count.score)
    if selected is not None:
        paid_by_others = project.id in election.limits.funded
        line["selected"] = _FUNDED if paid_by_others else "1" if project.id in selected else "0"
    return line


def _points(vote: Vote, top: int) -> str:
    points = rank_points(len(vote.choices), top) if vote.points is None else vote.points
    return ",".join(map(number_text, points))


def _text(value: str) -> str:
    return " ".join(value.replace("\0", "").split())


def _list(value: str) -> str:
    return ",".join(part.strip() for part in value.split(","))


def _id(value: str) -> str:
    """An id as it is: changing it would point at something else."""
    if not value or value != _text(value) or "," in value:
        raise ValueError(f"a Pabulib file cannot hold this id: {value!r}")
    return value
