"""A sub-district in miniature, with a round and everybody that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import Role
from budgeting.models import PhaseKind, SubBudget
from core.db import transaction
from projects import search
from projects.models import Project
from tests.factories import Factory
from tests.remembered import remembered


@dataclass(frozen=True, slots=True)
class Scene:
    """Identities in a sub-district with a community, a round and everybody it needs."""

    area: int
    community: int
    round: int
    category: int
    proposer: int
    officer: int
    parks: int
    roads: int
    parks_reviewer: int
    roads_reviewer: int


@remembered
def build_scene(make: Factory, phase: PhaseKind) -> Scene:
    """A scene in which ``phase`` is running."""
    area = make.area("Riverside")
    community = make.area("East Bank", parent=area)
    round_id = make.round(area, phase)
    make.add(SubBudget(round_id=round_id, area_id=community, amount=200_000_00))
    parks, roads = make.organisation(area), make.organisation(area)
    return Scene(
        area=area,
        community=community,
        round=round_id,
        category=make.category(round_id),
        proposer=make.person(community),
        officer=make.staff(Role.OFFICER, area),
        parks=parks,
        roads=roads,
        parks_reviewer=make.staff(Role.REVIEWER, area, parks),
        roads_reviewer=make.staff(Role.REVIEWER, area, roads),
    )


def named(make: Factory, round_id: int, area: int, title: str, **values: Any) -> int:
    """A project that search knows by its title."""
    ident = make.project(round_id, area, title={"en": title}, **values)
    with transaction() as session:
        search.index(session, session.get_one(Project, ident))
    return ident
