"""A round with its vote under way, for tests: real electors, real ballots, the real sealing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.ballots import new_version, store
from budgeting.closing import close_due
from budgeting.electors import person_hmac
from budgeting.keys import round_key, voter_tag
from budgeting.models import PhaseKind, Round, SubBudget, Tally
from budgeting.services.freeze import freeze_round
from core import outbox
from core.canonical import canonical
from core.db import db, transaction
from core.types import Json
from core.web import settings
from projects.models import Project
from tests.conftest import START
from tests.factories import Factory
from tests.remembered import remembered

# Voting ends five days after START, and the results phase begins there.
AFTER = START + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Poll:
    """A frozen round; ``codes`` are the numbers on the ballot of the projects as they were made,
    ``people`` the electors by area."""

    round_id: int
    codes: dict[str, str]
    people: dict[int, list[int]]

    def vote(self, person: int, choices: Any, version: int = 1) -> None:
        """Put a ballot into the box: a list of codes, or points by code."""
        self.vote_all({person: choices}, version)

    def vote_all(self, ballots: Mapping[int, Any], version: int = 1) -> None:
        """Put many ballots into the box at once."""
        key = round_key(settings().keys, self.round_id)
        with transaction() as session:
            versions = [
                new_version(
                    self.round_id,
                    voter_tag(key, person_hmac(self.round_id, person)),
                    version,
                    canonical(sorted(choices) if isinstance(choices, set) else choices).decode(),
                )
                for person, choices in ballots.items()
            ]
            store(session, versions)


def open_poll(
    make: Factory,
    costs: Mapping[str, int],
    residents: Mapping[int, int],
    *,
    budget: int = 100_000_00,
    parts: Mapping[int, int] | None = None,
    places: Mapping[str, int] | None = None,
    proposers: Mapping[str, int] | None = None,
    limits: Callable[[dict[str, int]], Json] | None = None,
    at: datetime = START,
    **values: Any,
) -> Poll:
    """Open a vote in the first area of ``residents`` (people by area), on projects by title with
    their costs in minor units. ``parts`` are budgets of further areas, ``places`` the areas of
    projects that are not everywhere, ``limits`` gives the round's from the projects by title."""
    area = next(iter(residents))
    people = {
        place: [make.person(place) for _ in range(number)] for place, number in residents.items()
    }
    round_id = make.round(area, PhaseKind.VOTING, **values)
    _set_budgets(round_id, {area: budget, **(parts or {})})
    ids = {}
    for title, cost in costs.items():
        place = (places or {}).get(title, area)
        proposer = (proposers or {}).get(title)
        text = {"en": title}
        ids[title] = make.project(round_id, place, title=text, cost=cost, proposer_id=proposer)
    with transaction() as session:
        session.get_one(Round, round_id).limits = limits(ids) if limits else None
    with transaction() as session:
        assert freeze_round(session, round_id, settings().keys, at)
    rows = select(Project.title, Project.code).where(Project.round_id == round_id)
    rows = rows.order_by(Project.id)
    codes = {title["en"]: code or "" for title, code in db.session.execute(rows)}
    return Poll(round_id, codes, people)


def _set_budgets(round_id: int, amounts: Mapping[int, int]) -> None:
    with transaction() as session:
        round_ = session.get_one(Round, round_id)
        round_.sub_budgets[0].amount = amounts[round_.area_id]
        parts = [SubBudget(area_id=a, amount=n) for a, n in amounts.items() if a != round_.area_id]
        round_.sub_budgets += parts


def everybody(poll: Poll) -> Sequence[int]:
    """All electors, area by area."""
    return [person for people in poll.people.values() for person in people]


@remembered
def town_poll(make: Factory) -> Poll:
    """A vote with a budget of 100,000 for all and 30,000 for one of two communities."""
    town = make.area("Town")
    east, west = make.area("East", town), make.area("West", town)
    made = open_poll(
        make,
        {"Park": 70_000_00, "Lamp": 40_000_00, "Bench": 20_000_00, "Tree": 20_000_00},
        {town: 0, east: 40, west: 40},
        parts={east: 30_000_00},
        places={"Tree": east},
        proposers={"Park": make.person(), "Lamp": make.person()},
    )
    park, lamp, bench, tree = (made.codes[name] for name in ("Park", "Lamp", "Bench", "Tree"))
    made.vote_all({person: {park, tree} for person in made.people[east][:20]})
    made.vote_all({person: {lamp, park} for person in made.people[west][:9]})
    made.vote_all({person: {lamp, bench} for person in made.people[west][9:20]})
    return made


def decide(poll: Poll, clock: Callable[[datetime], None]) -> Poll:
    """Let the vote end, and the worker close and count it."""
    clock(AFTER)
    close_due(AFTER)
    outbox.deliver(AFTER)
    return poll


def tally_of(session: Session, poll: Poll) -> Tally:
    session.rollback()
    return session.get_one(Tally, poll.round_id)


def states(session: Session, poll: Poll) -> dict[str, str]:
    session.rollback()
    rows = select(Project.title, Project.state).where(Project.round_id == poll.round_id)
    return {title["en"]: state for title, state in session.execute(rows)}


def in_english(error: BaseException) -> str:
    """What an error says, whatever the site's own language."""
    with force_locale("en"):
        return str(error)
