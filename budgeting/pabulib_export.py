"""Publishing a closed round's ballots: as a Pabulib file to count again, and as openings of the
commitments in the record.

Voters are numbered in the order of their commitments; nothing else about them is known here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import Any, TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from budgeting.counting import BATCH, Rules, election, limits_of, read_ballots, rules_of
from budgeting.marking import from_text
from budgeting.models import BallotType, FinalBallot, PhaseKind, Round, RoundState, Tally
from budgeting.models import Outcome as Decided
from budgeting.phases import phase_of
from budgeting.slates import Part
from budgeting.tally.election import Ballot, Election, Vote
from budgeting.tally.election import Project as Entry
from budgeting.tally.limits import NO_LIMITS
from budgeting.tally.numbers import Number, number_json, number_text
from budgeting.tally.outcome import Outcome, ProjectOutcome, Reason
from budgeting.tally.pabulib import write
from budgeting.tally.rules import run
from core.clock import local_date
from core.db import in_parts
from core.errors import Conflict, NotFound
from core.i18n import LOCALES, lazy_gettext
from core.types import MINOR_UNITS, Json, Texts
from projects.models import Category, Project

# The calendar of working days is China's as well; an imported election brings its own country.
COUNTRY = "China"
CLOSED = frozenset({RoundState.CLOSED, RoundState.DECIDED})


@dataclass(frozen=True, slots=True)
class _Book:
    """Everything that goes into one file."""

    round_: Round
    rules: Rules
    part: Part

    def whole(self, amount: int) -> Number:
        """Minor units as units of the currency, exactly."""
        value = Fraction(amount, MINOR_UNITS.get(self.rules.slate.currency, 100))
        return int(value) if value.denominator == 1 else value

    def say(self, texts: Texts) -> str:
        """A text in the round's first language, or else in any."""
        order = (*self.round_.languages, *LOCALES, *texts)
        return next((texts[lang] for lang in order if texts.get(lang)), "")


def export_round(
    session: Session, round_id: int, stream: TextIO, area_id: int | None = None
) -> None:
    """Write one budget of a closed round as a Pabulib file: the one of ``area_id``, or the only
    one there is.

    Raises ``Conflict`` before the close, and ``NotFound`` when there is no such round or budget.
    """
    book = _book(session, round_id, area_id)
    cast, _digest = read_ballots(session, round_id)
    marked = [(from_text(text), number) for text, number in cast.items()]
    counted = election(book.rules.slate, book.part, marked)
    shown = replace(
        counted,
        ballots=_ballots(counted),
        projects=_entries(session, book, counted),
        budget=book.whole(book.part.amount),
        meta=_meta(session, book, counted),
    )
    write(stream, shown, _votes(session, book), _outcome(session, book, counted))


def export_limits(session: Session, round_id: int, area_id: int) -> Json:
    """What may win together of one budget of a closed round, as the tally's command reads it
    beside the Pabulib file; amounts in units of the currency.

    Raises as ``export_round`` does, and ``NotFound`` for a budget without limits.
    """
    book = _book(session, round_id, area_id)
    limits = limits_of(book.rules.slate, book.part)
    if limits == NO_LIMITS:
        raise NotFound(lazy_gettext("There are no limits on what may win together here."))
    return {
        "ceilings": [
            {
                "name": ceiling.name,
                "projects": sorted(ceiling.projects),
                "amount": number_json(book.whole(int(ceiling.amount))),
            }
            for ceiling in limits.ceilings
        ],
        "exclusive": [sorted(group) for group in limits.exclusive],
        "funded": sorted(limits.funded),
    }


def openings(session: Session, round_id: int) -> Iterator[str]:
    """A closed round's commitments opened, one JSON object a line, in their order.

    The commitment is the SHA-256 of ``round|tag|version|choices|nonce`` and stands in the record.
    """
    rows = (
        select(
            FinalBallot.commitment,
            FinalBallot.voter_tag,
            FinalBallot.version,
            FinalBallot.choices,
            FinalBallot.nonce,
        )
        .where(FinalBallot.round_id == round_id)
        .order_by(FinalBallot.commitment)
    )
    names = ("commitment", "tag", "version", "choices", "nonce")
    for row in in_parts(session, rows, BATCH):
        line = {"round": round_id, **dict(zip(names, row, strict=True))}
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _book(session: Session, round_id: int, area_id: int | None) -> _Book:
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound(lazy_gettext("There is no such round."))
    if round_.state not in CLOSED:
        raise Conflict(lazy_gettext("Ballots are published after the vote has closed."))
    rules = rules_of(session, round_id)
    parts = [part for part in rules.slate.parts if area_id in {None, part.area_id}]
    if len(parts) > 1:
        areas = ", ".join(str(part.area_id) for part in parts)
        raise NotFound(
            lazy_gettext("This round has several budgets. Name the area: %(areas)s.", areas=areas)
        )
    if not parts:
        raise NotFound(lazy_gettext("This round has no budget for that area."))
    return _Book(round_, rules, parts[0])


def _outcome(session: Session, book: _Book, counted: Election) -> Outcome:
    """What was decided, as much as a file says of it; found now where it is not yet decided."""
    report = session.scalar(select(Tally.report).where(Tally.round_id == book.round_.id))
    parts = {part["sub_budget"]: part["rule"] for part in (report or {}).get("parts", ())}
    rule = parts.get(book.part.id)
    if rule is None:
        return run(counted, book.rules.spec)
    rows = (
        select(Project.code, Decided)
        .join(Project, Project.id == Decided.project_id)
        .where(Decided.round_id == book.round_.id, Decided.sub_budget_id == book.part.id)
        .order_by(Decided.position)
    )
    return Outcome(
        rule=rule["rule"],
        standing=rule["standing"],
        settings=rule["settings"],
        budget=counted.budget,
        unit=counted.unit,
        voters=counted.voters,
        projects=tuple(_decided(code or "", row) for code, row in session.execute(rows)),
    )


def _decided(code: str, row: Decided) -> ProjectOutcome:
    reason = Reason(row.reason["code"], row.reason["params"])
    return ProjectOutcome(code, row.selected, row.position, row.score, row.votes, row.cost, reason)


def _entries(session: Session, book: _Book, counted: Election) -> tuple[Entry, ...]:
    rows = session.execute(
        select(
            Project.code,
            Project.title,
            Project.latitude,
            Project.longitude,
            Category.name.label("category"),
            Area.name.label("area"),
        )
        .join(Area, Area.id == Project.area_id)
        .outerjoin(Category, Category.id == Project.category_id)
        .where(Project.round_id == book.round_.id, Project.code.is_not(None))
    )
    known = {row.code: row for row in rows}
    return tuple(_entry(book, entry.id, known[entry.id]) for entry in counted.projects)


def _entry(book: _Book, code: str, row: Any) -> Entry:
    extra = {"neighborhood": book.say(row.area)}
    if row.category:
        extra["category"] = book.say(row.category).replace(",", " ")
    if row.latitude is not None:
        extra |= {"latitude": str(row.latitude), "longitude": str(row.longitude)}
    cost = book.rules.slate.entries[code].cost
    return Entry(code, book.whole(cost), book.say(row.title), extra)


def _votes(session: Session, book: _Book) -> Iterator[Vote]:
    """The ballots of one part, in the order of their commitments."""
    slate, number = book.rules.slate, 0
    rows = (
        select(FinalBallot.choices)
        .where(FinalBallot.round_id == slate.round_id)
        .order_by(FinalBallot.commitment)
    )
    for (text,) in in_parts(session, rows, BATCH):
        marks = from_text(text)
        if codes := tuple(slate.within(marks, book.part)):
            number += 1
            points = tuple(marks[code] for code in codes)
            yield Vote(str(number), codes, points if slate.kind == BallotType.POINTS else None)


def _meta(session: Session, book: _Book, counted: Election) -> dict[str, str]:
    """The file's head. An imported election's is its own."""
    own: Mapping[str, str] | None = book.rules.manifest.get("pabulib")
    if own is not None:
        return dict(own)
    round_ = book.round_
    voting = phase_of(round_.phases, PhaseKind.VOTING)
    days = [voting.starts_at, voting.ends_at - timedelta(seconds=1)] if voting else []
    first, last = (local_date(at) for at in days)
    meta = {
        "description": book.say(round_.title),
        "country": COUNTRY,
        "unit": book.say(round_.area.name),
        "instance": str(first.year),
        "date_begin": f"{first:%d.%m.%Y}",
        "date_end": f"{last:%d.%m.%Y}",
        "language": round_.languages[0].partition("_")[0],
        "currency": round_.currency,
        "min_length": "1",
    }
    if book.part.area_id != round_.area_id:
        meta["subunit"] = book.say(session.get_one(Area, book.part.area_id).name)
    return meta | _limits(book, counted)


def _limits(book: _Book, counted: Election) -> dict[str, str]:
    slate = book.rules.slate
    if counted.vote_type == "knapsack":
        return {"max_sum_cost": number_text(book.whole(book.part.amount))}
    if counted.vote_type == "cumulative":
        return {"max_sum_points": str(slate.max_points)}
    return {"max_length": "1" if _single(counted) else str(slate.max_choices)}


def _single(counted: Election) -> bool:
    """Whether everybody named one project: the format then wants to hear that one was the most."""
    return all(len(ballot.choices) == 1 for ballot in counted.ballots)


def _ballots(counted: Election) -> Mapping[Ballot, int]:
    """The ballots with the points that a reader of the file gives: in a ranking of at most one,
    first place is worth one, which keeps the order of all scores."""
    if counted.vote_type != "ordinal" or not _single(counted):
        return counted.ballots
    return {Ballot(ballot.choices, (1,)): number for ballot, number in counted.ballots.items()}
