"""How the residents of Xinghe vote: each by age and taste, a little differently from the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.ballots import Version, new_version, store
from budgeting.demo.world import Resident, World
from budgeting.electors import person_hmac
from budgeting.keys import round_key, voter_tag
from budgeting.marking import Mark, Marks, apply, left, to_text
from budgeting.models import BallotType, Elector
from budgeting.slates import Slate
from core.web import settings

# How much more somebody of each kind cares for a category than others do.
TASTES: dict[str, dict[str, float]] = {
    "family": {"kids": 2.6, "safe": 1.5, "culture": 1.2},
    "elder": {"elder": 2.6, "shared": 1.4, "safe": 1.3},
    "commuter": {"safe": 2.0, "shared": 1.9},
    "green": {"env": 2.6, "culture": 1.6},
}
# Who is what: born in or after which year, and how many parts of each kind.
BORN: tuple[tuple[int, tuple[int, int, int, int]], ...] = (
    (1996, (2, 0, 5, 3)),
    (1976, (6, 1, 2, 2)),
    (1964, (2, 3, 2, 3)),
    (0, (1, 7, 0, 2)),
)
CHANGES_MIND = 0.08


@dataclass(frozen=True, slots=True)
class Appeal:
    """What speaks for a project: its category, and how much everybody likes it (1 to 10)."""

    category: str
    strength: float


def cast(
    session: Session,
    world: World,
    slate: Slate,
    appeals: Mapping[int, Appeal],
    *,
    number: int,
    rng: Random,
) -> None:
    """Let ``number`` residents vote in an open round. ``appeals`` is by project.

    Writes what ``budgeting.ballots`` would write for each choice, but in one go and only the
    last version, or the last two of those who changed their minds.
    """
    key = round_key(settings().keys, slate.round_id)
    rows = select(Elector.person_hmac).where(Elector.round_id == slate.round_id)
    electors = set(session.scalars(rows))
    names = {p.person_id: person_hmac(slate.round_id, p.person_id) for p in world.crowd}
    entitled = [p for p in world.crowd if names[p.person_id] in electors]
    versions: list[Version] = []
    for resident in _turn_out(entitled, number, rng):
        tag = voter_tag(key, names[resident.person_id])
        own = slate.for_area(world.areas[resident.area].path)
        likes = _likes(own, appeals, _taste(resident, rng), rng)
        for version in (1, 2) if rng.random() < CHANGES_MIND else (1,):
            text = to_text(own, _fill_in(own, likes, rng))
            versions.append(new_version(slate.round_id, tag, version, text))
    # In the order of their tags, which says nothing about people.
    store(session, sorted(versions, key=lambda v: (v.voter_tag, v.version)))


def _turn_out(people: Sequence[Resident], number: int, rng: Random) -> list[Resident]:
    """Who votes: the old more than the young (weighted sampling without replacement)."""
    drawn = sorted(people, key=lambda p: rng.random() ** (1 / (2030 - p.birth_year)), reverse=True)
    return drawn[:number]


def _taste(resident: Resident, rng: Random) -> dict[str, float]:
    parts = next(parts for born, parts in BORN if resident.birth_year >= born)
    return TASTES[rng.choices(list(TASTES), parts)[0]]


def _likes(
    slate: Slate, appeals: Mapping[int, Appeal], taste: Mapping[str, float], rng: Random
) -> dict[str, float]:
    """How much somebody likes each project on the ballot, by code."""
    found = {}
    for code, entry in slate.entries.items():
        appeal = appeals[entry.project_id]
        mood = rng.lognormvariate(0, 0.55)
        found[code] = appeal.strength * taste.get(appeal.category, 1.0) * mood
    return found


def _fill_in(slate: Slate, likes: Mapping[str, float], rng: Random) -> Marks:
    """Mark the best-liked projects of each part, within what the ballot allows."""
    marks: Marks = {}
    for part in slate.parts:
        codes = sorted(slate.within(likes, part), key=lambda code: -likes[code])
        if slate.kind == BallotType.POINTS:
            marks = _give_points(slate, marks, codes, rng)
            continue
        most = rng.randint(1, len(codes)) if codes else 0
        for code in codes[:most]:
            cost = slate.entries[code].cost if slate.kind == BallotType.KNAPSACK else 1
            if cost <= left(slate, marks, part):
                marks = apply(slate, marks, Mark("add", code))
    return marks


def _give_points(slate: Slate, marks: Marks, codes: Sequence[str], rng: Random) -> Marks:
    """Share out the points among up to three projects, the best liked first."""
    shares = rng.choice(((10,), (6, 4), (7, 3), (5, 3, 2), (4, 3, 3)))
    for code, share in zip(codes, shares, strict=False):
        marks = apply(slate, marks, Mark("points", code, share * slate.max_points // 10))
    return marks
