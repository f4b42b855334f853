"""Reading a Pabulib file, with the place of whatever is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from budgeting.tally.election import VOTE_TYPES, WITH_POINTS, Election, Project, Vote, group
from budgeting.tally.numbers import Number
from budgeting.tally.pabulib.faults import PabulibWarning
from budgeting.tally.pabulib.rows import Rows, decode

_MOST_WARNINGS = 100
_WHOLE = ("max_length", "num_projects", "num_votes")
_RENAMED = {"target": "beneficiaries"}
_Marks = tuple[tuple[str, ...], tuple[Number, ...] | None]


@dataclass(frozen=True, slots=True)
class PabulibFile:
    """A file as it stands: the votes one by one, in order.

    `warnings` holds the first hundred; `warning_count` counts them all.
    """

    meta: Mapping[str, str]
    projects: tuple[Project, ...]
    votes: list[Vote]
    budget: Number
    vote_type: str
    max_length: int | None
    default_score: Number
    warnings: tuple[PabulibWarning, ...]
    warning_count: int

    def election(self) -> Election:
        """The same with equal ballots grouped, ready for a rule."""
        return Election(
            projects=self.projects,
            ballots=group(self.votes, self.vote_type, self.max_length),
            budget=self.budget,
            vote_type=self.vote_type,
            default_score=self.default_score,
            meta=self.meta,
        )


def read(stream: BinaryIO) -> PabulibFile:
    """Read a whole file from a binary stream; raises PabulibError at the first thing wrong.

    Money stays in the file's own unit. A project named twice in a ballot is counted once, at its
    first place, with a warning. Voters' other columns (age, sex, district) are left out.
    """
    rows = Rows(decode(stream.read()))
    start = next(iter(rows), None)
    if start is None:
        raise rows.error("empty")
    if start[0].strip() != "META":
        raise rows.error("not_pabulib")
    meta, numbers = _read_meta(rows)
    projects = _read_projects(rows)
    _compare(rows, "projects_count", numbers.get("num_projects"), len(projects))
    ballots = _BallotReader(rows, projects, meta["vote_type"])
    votes = ballots.read()
    _compare(rows, "votes_count", numbers.get("num_votes"), len(votes))
    longest = numbers.get("max_length")
    return PabulibFile(
        meta=meta,
        projects=tuple(projects.values()),
        votes=votes,
        budget=numbers["budget"],
        vote_type=meta["vote_type"],
        max_length=None if longest is None else int(longest),
        default_score=numbers.get("default_score", 0),
        warnings=tuple(ballots.warnings),
        warning_count=ballots.warning_count,
    )


def _read_meta(rows: Rows) -> tuple[dict[str, str], dict[str, Number]]:
    """What META says, and those entries that are numbers we need."""
    meta: dict[str, str] = {}
    numbers: dict[str, Number] = {}
    for row in rows.section("PROJECTS"):
        if len(row) < 2:
            raise rows.error("row_width", found=len(row), expected=2)
        key, value = row[0].strip().lower(), ";".join(row[1:]).rstrip(";").strip()
        if key in meta:
            raise rows.error("meta_repeated", key=key)
        meta[key] = value
        if value and key in (*_WHOLE, "budget", "default_score"):
            numbers[key] = _meta_number(rows, key, value)
        if key == "vote_type" and value not in VOTE_TYPES:
            raise rows.error("vote_type", 1, value=value)
    for key in ("budget", "vote_type"):
        if not meta.get(key):
            raise rows.error("meta_missing", key=key)
    meta.pop("key", None)
    return meta, numbers


def _meta_number(rows: Rows, key: str, value: str) -> Number:
    number = rows.number(value, key, 1, at_least_zero=key != "default_score")
    if key in _WHOLE and number.denominator != 1:
        raise rows.error("whole_number", 1, value=value, field=key)
    return number


def _compare(rows: Rows, code: str, announced: Number | None, found: int) -> None:
    """A file that was cut off still reads well: only the counts in META give it away."""
    if announced is not None and announced != found:
        raise rows.error(code, announced=announced, found=found)


def _read_projects(rows: Rows) -> dict[str, Project]:
    rows.read_columns("PROJECTS", ("project_id", "cost"))
    columns = [_RENAMED.get(name, name) for name in rows.columns]
    key_at, cost_at = columns.index("project_id"), columns.index("cost")
    projects: dict[str, Project] = {}
    for row in rows.section("VOTES"):
        extra = dict(zip(columns, rows.cells(row), strict=True))
        key, cost = extra.pop("project_id"), extra.pop("cost")
        if not key:
            raise rows.error("id_missing", key_at, field="project_id")
        if "," in key:
            raise rows.error("project_comma", key_at, project=key)
        if key in projects:
            raise rows.error("project_repeated", key_at, project=key)
        name = extra.pop("name", "")
        projects[key] = Project(key, rows.number(cost, "cost", cost_at), name, extra)
    return projects


class _BallotReader:
    """Reads the section VOTES. Equal texts share one result, because most ballots are alike."""

    def __init__(self, rows: Rows, projects: Mapping[str, Project], vote_type: str) -> None:
        self.rows, self.projects, self.vote_type = rows, projects, vote_type
        self.warnings: list[PabulibWarning] = []
        self.warning_count = 0
        self._known: dict[tuple[str, str], _Marks] = {}

    def read(self) -> list[Vote]:
        needed = ["voter_id", "vote"] + ["points"] * (self.vote_type in WITH_POINTS)
        self.rows.read_columns("VOTES", tuple(needed))
        voter_at, *marks_at = map(self.rows.columns.index, needed)
        seen: set[str] = set()
        votes = []
        for row in self.rows.section(None):
            cells = self.rows.cells(row)
            self._check_voter(cells[voter_at], voter_at, seen)
            votes.append(Vote(cells[voter_at], *self._marks(cells, *marks_at)))
        return votes

    def _check_voter(self, voter: str, at: int, seen: set[str]) -> None:
        if not voter:
            raise self.rows.error("id_missing", at, field="voter_id")
        if voter in seen:
            raise self.rows.error("voter_repeated", at, voter=voter)
        seen.add(voter)

    def _marks(self, cells: list[str], vote_at: int, points_at: int | None = None) -> _Marks:
        """Choices and points of a ballot."""
        texts = cells[vote_at], "" if points_at is None else cells[points_at]
        if texts not in self._known:
            choices = self._choices(texts[0], vote_at)
            points = None if points_at is None else self._points(texts[1], points_at, len(choices))
            if len(set(choices)) < len(choices):
                return self._merge(choices, points)
            self._known[texts] = choices, points
        return self._known[texts]

    def _choices(self, text: str, at: int) -> tuple[str, ...]:
        names = [name.strip() for name in text.split(",")] if text else []
        for name in names:
            if name not in self.projects:
                raise self.rows.error("project_unknown", at, project=name)
        if self.vote_type == "choose-1" and len(set(names)) > 1:
            raise self.rows.error("choose_one", at, found=len(names))
        return tuple(self.projects[name].id for name in names)

    def _points(self, text: str, at: int, choices: int) -> tuple[Number, ...]:
        parts = [part.strip() for part in text.split(",")] if text else []
        if len(parts) != choices:
            raise self.rows.error("points_count", at, projects=choices, points=len(parts))
        positive = self.vote_type == "cumulative"
        return tuple(self.rows.number(part, "points", at, at_least_zero=positive) for part in parts)

    def _merge(self, choices: tuple[str, ...], points: tuple[Number, ...] | None) -> _Marks:
        """Keep a repeated project's first mention and warn of each further one."""
        first: dict[str, int] = {}
        for place, choice in enumerate(choices):
            if first.setdefault(choice, place) != place:
                self._warn(choice)
        kept = None if points is None else tuple(points[place] for place in first.values())
        return tuple(first), kept

    def _warn(self, choice: str) -> None:
        self.warning_count += 1
        if len(self.warnings) < _MOST_WARNINGS:
            params = {"project": choice}
            self.warnings.append(PabulibWarning("choice_repeated", self.rows.line, params))
