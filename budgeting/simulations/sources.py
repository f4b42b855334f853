"""What is counted: the sealed ballots of a round's part, or those of a file."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting import counting
from budgeting.marking import from_text
from budgeting.models import Simulation, SimulationFile
from budgeting.tally.election import Election
from budgeting.tally.numbers import Number, number_text, whole
from budgeting.tally.pabulib import PabulibFile, read
from budgeting.tally.ties import BY_ID, TieOrder
from core.errors import Invalid, NotFound
from core.i18n import lazy_gettext, normalise
from core.types import MINOR_UNITS, Json, Texts
from projects.models import Category, Project


@dataclass(frozen=True, slots=True)
class Names:
    """How a project is called, and the categories it is in."""

    name: Texts
    categories: tuple[Texts, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """An election with what a simulation needs besides.

    Its money is whole units of the currency times ``scale``, of which ``minor`` make one minor
    unit.
    """

    election: Election
    names: Mapping[str, Names]
    ties: TieOrder
    min_votes: int
    scale: int
    minor: Fraction

    def in_minor(self, amount: Number) -> int:
        """An amount of the election in minor units, to the nearest."""
        return round(amount / self.minor)


def load(session: Session, simulation: Simulation) -> Source:
    """The ballots that a simulation is about, with the budget and threshold it asks for.

    Raises ``NotFound`` if the file is gone, ``Invalid`` without a single ballot, and what reading
    a round or a file raises.
    """
    if simulation.round_id is None:
        found = _of_file(session, simulation)
    else:
        found = _of_round(session, simulation)
    wishes, election = simulation.wishes, found.election
    if wishes["budget"] is not None:
        budget = whole(Fraction(wishes["budget"]) * found.scale)
        election = replace(election, budget=budget)
    if not election.voters:
        raise Invalid(lazy_gettext("Nobody voted here, so there is nothing to count."))
    least = found.min_votes if wishes["min_votes"] is None else wishes["min_votes"]
    return replace(found, election=election, min_votes=least)


def describe(source: Source) -> Json:
    """The election as pages show it: JSON with money in minor units."""
    election, counts = source.election, source.election.counts()
    return {
        "budget": source.in_minor(election.budget),
        "voters": election.voters,
        "unit": election.unit,
        "min_votes": source.min_votes,
        "projects": [
            {
                "id": project.id,
                "name": source.names[project.id].name,
                "categories": list(source.names[project.id].categories),
                "cost": source.in_minor(project.cost),
                "votes": counts[project.id].votes,
                "score": number_text(counts[project.id].score),
                "funded": project.id in election.limits.funded,
            }
            for project in election.projects
        ],
    }


def _of_round(session: Session, simulation: Simulation) -> Source:
    """Counted anew from the sealed ballots."""
    round_id = simulation.round_id or 0
    rules = counting.rules_of(session, round_id)
    cast, _digest = counting.read_ballots(session, round_id)
    marked = [(from_text(text), number) for text, number in cast.items()]
    part = next(part for part in rules.slate.parts if part.id == simulation.sub_budget_id)
    return Source(
        election=counting.election(rules.slate, part, marked),
        names=_names(session, round_id),
        ties=rules.spec.ties,
        min_votes=rules.spec.min_votes,
        scale=MINOR_UNITS.get(rules.slate.currency, 100),
        minor=Fraction(1),
    )


def _names(session: Session, round_id: int) -> dict[str, Names]:
    rows = session.execute(
        select(Project.code, Project.title, Category.name)
        .outerjoin(Category, Category.id == Project.category_id)
        .where(Project.round_id == round_id, Project.code.is_not(None))
    )
    return {str(code): Names(title, (name,) if name else ()) for code, title, name in rows}


def _of_file(session: Session, simulation: Simulation) -> Source:
    packed = session.scalar(
        select(SimulationFile.data).where(SimulationFile.simulation_id == simulation.id)
    )
    if packed is None:
        raise NotFound(lazy_gettext("The file is no longer kept. Please upload it again."))
    file = read(BytesIO(zlib.decompress(packed)))
    return Source(
        election=file.election(),
        names={project.id: _named(file, project) for project in file.projects},
        ties=BY_ID,
        min_votes=0,
        scale=1,
        minor=Fraction(1, MINOR_UNITS.get(simulation.currency, 100)),
    )


def _named(file: PabulibFile, project: Any) -> Names:
    language = language_of(file)
    found = (part.strip() for part in project.extra.get("category", "").split(","))
    categories = tuple({language: name} for name in dict.fromkeys(found) if name)
    return Names({language: project.name or project.id}, categories)


def language_of(file: PabulibFile) -> str:
    """The language in which a file names its projects, "und" where it does not say."""
    return normalise(file.meta.get("language")) or file.meta.get("language", "")[:10] or "und"
