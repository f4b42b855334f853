"""Who may use which route in which phase: every route, every kind of person, every phase.

The whole matrix is kept in ``matrix.txt``. A change there is a change of who may do what, and
is to be read as one. ``GONGZHI_WRITE_MATRIX=1`` writes it anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from werkzeug.routing import Rule

from accounts.actor import SignedIn, Visitor
from accounts.models import OrganisationKind, Role, Verification
from accounts.sessions import load_actor, open_session
from budgeting.jobs import turn
from budgeting.models import PhaseKind, Round, RoundState, Simulation
from core.db import db, transaction
from core.errors import DomainError
from core.policy import check
from projects.models import Review
from projects.states import State
from tests.conftest import START, set_clock
from tests.factories import Factory
from tests.house.procurement import procurement
from tests.house.sponsors import sponsors, stands_for
from tests.house.treasury import money
from tests.house.worksite import worksite

GOLDEN = Path(__file__).with_name("matrix.txt")
PHASES = ("draft", "submission", "review", "voting", "closed", "decided")
LEGEND = """\
# Under each route the people with the same answers; one sign a phase: {phases}.
# y allowed, n refused, ? refused with a sentence that says what is needed, - not found.
"""


class World:
    """A town with one round in each phase and people of every kind."""

    def __init__(self, make: Factory) -> None:
        self.make = make
        self.town = make.area("Town")
        self.here = make.area("Here", self.town)
        self.elsewhere = make.area("Other town")
        self.department = make.organisation(self.town)
        self.firm = make.organisation(self.town, OrganisationKind.BUSINESS)
        self.people = self._people()
        self.membership = self._membership()
        self.verification = self._verification()
        self.simulation = self._simulation()
        self.money = money(make, self.town, self.people)
        self.rounds = {phase: self._round(phase) for phase in PHASES}
        decided = self.rounds["decided"]["round"]
        self.site = worksite(
            make, decided, self.here, self.people, department=self.department, firm=self.firm
        )
        self.tender = procurement(make, self.town, decided, self.department, self.people)
        self.partners = sponsors(make, self.town, decided, self.people)

    def _people(self) -> dict[str, int]:
        make, town = self.make, self.town
        return {
            "resident": make.person(self.here, verified=False),
            "voter": make.person(self.here),
            "minor": make.person(self.here, birth_year=2015),
            "proposer": make.person(self.here),
            "outsider": make.person(self.elsewhere),
            "reviewer": make.staff(Role.REVIEWER, town, self.department),
            "other reviewer": make.staff(Role.REVIEWER, town, make.organisation(town)),
            "officer": make.staff(Role.OFFICER, town),
            "foreign officer": make.staff(Role.OFFICER, self.elsewhere),
            "verifier": make.staff(Role.VERIFIER, town),
            "committee": make.staff(Role.COMMITTEE, self.here),
            "business": make.staff(Role.BUSINESS, town),
            "contractor": make.staff(Role.BUSINESS, town, self.firm),
            "bidder": make.staff(Role.BUSINESS, town, make.organisation(town, "business")),
            "auditor": make.staff(Role.AUDITOR, town),
            "finance": make.staff(Role.FINANCE, town),
            "other finance": make.staff(Role.FINANCE, town),
            "approver": make.staff(Role.APPROVER, town),
            "foreign approver": make.staff(Role.APPROVER, self.elsewhere),
            "admin": make.staff(Role.ADMIN, town),
        }

    def _membership(self) -> int:
        return self.make.member(self.people["committee"], Role.SOCIAL, self.here)

    def _verification(self) -> int:
        return self.make.add(
            Verification(
                person_id=self.people["resident"],
                name="张三",
                id_tail="1234",
                birth_year=1980,
                area_id=self.here,
                requested_at=START,
            )
        )

    def _simulation(self) -> int:
        return self.make.add(
            Simulation(
                owner_id=self.people["officer"],
                area_id=self.town,
                title={"en": "Votes"},
                currency="CNY",
                wishes={},
                created_at=START,
            )
        )

    def _round(self, phase: str) -> dict[str, int]:
        running = {"closed": PhaseKind.RESULTS, "decided": PhaseKind.RESULTS, "draft": None}
        kind = running.get(phase, PhaseKind(phase) if phase in set(PhaseKind) else None)
        state = {"voting": RoundState.PUBLISHED}.get(phase, phase)
        round_id = self.make.round(self.town, kind, state="published")
        state_of = {"submission": State.SUBMITTED, "review": State.IN_REVIEW, "draft": State.DRAFT}
        project = self.make.project(
            round_id,
            self.town,
            state_of.get(phase, State.ELIGIBLE),
            proposer_id=self.people["proposer"],
        )
        review = self.make.add(
            Review(
                project_id=project,
                submission=1,
                organisation_id=self.department,
                asked_by_id=self.people["officer"],
                asked_at=START,
                due_on=date(2026, 4, 1),
            )
        )
        with transaction() as session:
            if state in set(RoundState):
                session.get_one(Round, round_id).state = state
        return {"round": round_id, "project": project, "review": review}

    def values(self, rule: Rule, phase: str) -> dict[str, Any]:
        """What stands for each part of a route's address."""
        known = self.known(rule, phase)
        return {name: known[name] for name in rule.arguments}

    def known(self, rule: Rule, phase: str) -> dict[str, Any]:
        """What may stand in a route's address."""
        found = self.rounds[phase]
        ident = {"roles": self.membership, "verify": self.verification}
        known = {
            "round_id": found["round"],
            "project_id": found["project"],
            "review_id": found["review"],
            "area_id": self.town,
            "organisation_id": self.department,
            "person_id": self.people["voter"],
            "ident": next((v for k, v in ident.items() if k in rule.rule), self.department),
            "simulation_id": self.simulation,
            "token": "x",
            "kind": "disburse",
            **self.partners,
            **self.money,
            **self.tender,
            **self.site,
        }
        if rule.endpoint.startswith("projects_works") and phase == "decided":
            known["project_id"] = self.site["site_project_id"]
        if rule.rule.startswith("/audit/"):
            known["kind"] = "flag"
        if rule.rule.startswith("/ledger/bank/"):
            known["line_id"] = self.money["bank_line_id"]
        return known | (
            stands_for(rule.rule, known)
            if "partners" in rule.endpoint or "sponsor" in rule.endpoint
            else {}
        )


@pytest.fixture
def world(make_app: Callable[..., Flask]) -> World:
    app = make_app("sqlite")
    set_clock(app, START)
    with app.app_context():
        made = World(Factory(START))
        turn(START)
    made.app = app  # type: ignore[attr-defined]  # carried along
    return made


def actors(people: dict[str, int]) -> dict[str, SignedIn | Visitor]:
    """Everybody with the roles of a strong session, and an officer without."""
    found: dict[str, SignedIn | Visitor] = {"visitor": Visitor()}
    with transaction() as session:
        tokens = {
            name: open_session(session, person, strong=True, device="", now=START)
            for name, person in people.items()
        }
        tokens["officer by code"] = open_session(
            session, people["officer"], strong=False, device="", now=START
        )
    for name, token in tokens.items():
        actor = load_actor(db.session, token, START)
        assert actor is not None
        found[name] = actor
    return found


def sign(app: Flask, world: World, rule: Rule, actor: Any, phase: str) -> str:
    """What the guard of a route answers."""
    view: Any = app.view_functions[rule.endpoint]
    values = world.values(rule, phase)
    query = {"round": world.rounds[phase]["round"]}
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    with app.test_request_context(method=method, query_string=query, data=query):
        g.actor = actor
        try:
            loader = view.subject
            subject = loader(**values) if loader else None
        except DomainError:
            return "-"
        answer = check(actor, view.permission, subject)
        return {True: "y", False: "n"}.get(answer, "?") if isinstance(answer, bool) else "?"


def matrix(world: World) -> str:
    app: Flask = world.app  # type: ignore[attr-defined]  # carried along
    lines = [LEGEND.format(phases=", ".join(PHASES))]
    with app.app_context():
        people = actors(world.people)
        for rule in sorted(app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint)):
            name = getattr(app.view_functions[rule.endpoint], "permission", None)
            if name is None:
                continue
            methods = "/".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            lines.append(f"\n{rule.rule} {methods} ({name})\n")
            alike: dict[str, list[str]] = {}
            for who, actor in people.items():
                signs = "".join(sign(app, world, rule, actor, phase) for phase in PHASES)
                alike.setdefault(signs, []).append(who)
            lines += [f"  {signs}  {', '.join(whos)}\n" for signs, whos in alike.items()]
    return "".join(lines)


def test_who_may_do_what_is_as_written_down(world: World) -> None:
    found = matrix(world)
    if os.environ.get("GONGZHI_WRITE_MATRIX"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")


def test_nobody_but_electors_votes_and_only_while_voting_runs(world: World) -> None:
    app: Flask = world.app  # type: ignore[attr-defined]  # carried along
    rule = next(r for r in app.url_map.iter_rules() if r.endpoint == "budgeting_member.cast")
    with app.app_context():
        people = actors(world.people)
        allowed = {
            (who, phase)
            for who, actor in people.items()
            for phase in PHASES
            if sign(app, world, rule, actor, phase) == "y"
        }
    foreign = {"outsider", "foreign officer", "foreign approver"}
    electors = set(people) - {"visitor", "resident", "minor"} - foreign
    assert allowed == {(who, "voting") for who in electors}
