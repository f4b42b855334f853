"""Rows for tests, each written in a transaction of its own, with sensible defaults."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Area, AreaKind, Membership, Organisation, OrganisationKind, Person, Role
from budgeting.models import Phase, PhaseKind, Round, SubBudget
from core.db import Base, transaction
from projects.models import Category, Project
from projects.states import State


class Count:
    """The whole numbers after ``last``, one by one; a copy goes on from there by itself."""

    def __init__(self, last: int = 0) -> None:
        self.last = last

    def __next__(self) -> int:
        self.last += 1
        return self.last


class Factory:
    """Makes rows and returns their identities; ``at`` is the time they are made at."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.count = Count()

    def add(self, row: Base) -> int:
        """Write one row."""
        with transaction() as session:
            session.add(row)
            session.flush()
            ident: int = row.id  # type: ignore[attr-defined]  # all our rows made here have one
            return ident

    def area(self, name: str = "Riverside", parent: int | None = None, **values: Any) -> int:
        """An area below ``parent``; without one, a sub-district at the top."""
        kind = AreaKind.SUB_DISTRICT if parent is None else AreaKind.COMMUNITY
        with transaction() as session:
            above = session.get_one(Area, parent).path if parent else "/"
            row = Area(**{"kind": kind, "name": {"en": name}, "parent_id": parent} | values)
            row.path = f"new{next(self.count)}"
            session.add(row)
            session.flush()
            row.path = f"{above}{row.id}/"
            return row.id

    def organisation(
        self, area: int, kind: str = OrganisationKind.DEPARTMENT, **values: Any
    ) -> int:
        """An organisation in ``area``."""
        name = {"en": f"Office {next(self.count)}"}
        row = {"kind": kind, "name": name, "about": {"en": "About"}, "area_id": area}
        return self.add(Organisation(**row | values))

    def person(self, area: int | None = None, *, verified: bool = True, **values: Any) -> int:
        """A resident of ``area``, born 1980, verified unless told otherwise."""
        number = next(self.count)
        row: dict[str, Any] = {
            "name": f"张三{number}",
            "phone": f"+86139{number:08d}",
            "area_id": area,
            "birth_year": 1980,
            "verified_at": self.at if verified else None,
            "locale": "en",
            "created_at": self.at,
        }
        return self.add(Person(**row | values))

    def staff(self, role: Role, area: int, organisation: int | None = None, **values: Any) -> int:
        """A person with ``role`` in ``area`` since the beginning of the year."""
        person = self.person(area, **values)
        self.member(person, role, area, organisation)
        return person

    def member(self, person: int, role: Role, area: int, organisation: int | None = None) -> int:
        """A role for somebody, since the beginning of the year."""
        return self.add(
            Membership(
                person_id=person,
                role=role,
                area_id=area,
                organisation_id=organisation,
                starts_on=date(2026, 1, 1),
                granted_at=self.at,
            )
        )

    def round(self, area: int, phase: PhaseKind | None = None, **values: Any) -> int:
        """A published round of ¥1,000,000 in ``area``, with ``phase`` running now."""
        row: dict[str, Any] = {
            "area_id": area,
            "state": "published",
            "title": {"en": "Small works 2026"},
            "summary": {"en": "What shall we build?"},
            "languages": ["en"],
            "cost_min": 100_00,
            "cost_max": 500_000_00,
            "rule": {"rule": "greedy", "misfit": "skip", "min_votes": 0, "ties": "cost,votes,id"},
            "created_at": self.at,
        }
        made = Round(**row | values)
        made.phases = self.phases(phase or PhaseKind.SUBMISSION)
        made.sub_budgets = [SubBudget(area_id=area, amount=1_000_000_00)]
        return self.add(made)

    def phases(self, running: PhaseKind) -> list[Phase]:
        """All phases of ten days each, ``running`` having begun five days ago."""
        kinds: list[PhaseKind] = [k for k in PhaseKind if k != PhaseKind.DISCUSSION]
        start = self.at - timedelta(days=5 + 10 * kinds.index(running))
        return [
            Phase(
                kind=kind,
                starts_at=start + timedelta(days=10 * i),
                ends_at=start + timedelta(days=10 * (i + 1)),
            )
            for i, kind in enumerate(kinds)
        ]

    def category(self, round_id: int, name: str = "Parks") -> int:
        """A category of a round."""
        return self.add(Category(round_id=round_id, name={"en": name}))

    def project(
        self, round_id: int, area: int, state: State = State.ELIGIBLE, **values: Any
    ) -> int:
        """A project of ¥10,000 in a round."""
        number = next(self.count)
        row: dict[str, Any] = {
            "round_id": round_id,
            "area_id": area,
            "state": state,
            "title": {"en": f"Project {number}"},
            "summary": {"en": "A bench."},
            "description": {"en": "A bench under the tree."},
            "beneficiaries": {"en": "Everybody"},
            "currency": "CNY",
            "estimate": 10_000_00,
            "cost": 10_000_00,
            "shuffle": number * 7919 % 1000003,
            "submission": 0 if state == State.DRAFT else 1,
            "created_at": self.at,
            "updated_at": self.at,
            "submitted_at": self.at,
        }
        return self.add(Project(**row | values))
