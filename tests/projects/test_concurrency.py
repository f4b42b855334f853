"""Several people at once, with real threads on both databases: one of them is first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import transaction
from core.errors import DomainError
from projects.calls import Call, get_call
from projects.models import Project, Review
from projects.proposal import Proposal
from projects.services import Decision, create_draft, publish_review, submit
from projects.states import State
from tests.factories import Factory
from tests.projects.scenes import Scene
from transparency.log import timeline

AT_ONCE = 6


def race(app: Flask, verb: Callable[[Session, int], object]) -> Counter[str]:
    """Run ``verb`` in as many transactions at once; counts "done" and errors by name."""
    together = Barrier(AT_ONCE)

    def run(number: int) -> str:
        with app.app_context():
            together.wait()
            try:
                with transaction() as session:
                    verb(session, number)
            except DomainError as error:
                return type(error).__name__
            return "done"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(run, range(AT_ONCE)))


def call_of(session: Session, scene: Scene, make: Factory) -> Call:
    found = get_call(session, scene.round, make.at)
    session.rollback()
    return found


def test_of_officers_publishing_at_once_exactly_one_decides(
    app: Flask, make: Factory, scene: Scene, session: Session
) -> None:
    ident = make.project(scene.round, scene.area, State.IN_REVIEW, proposer_id=scene.proposer)
    make.add(
        Review(
            project_id=ident,
            submission=1,
            organisation_id=scene.parks,
            asked_by_id=scene.officer,
            asked_at=make.at,
            due_on=make.at.date(),
            feasible=True,
            reason="It can be done there.",
            answered_at=make.at,
        )
    )
    call = call_of(session, scene, make)

    def publish(writing: Session, number: int) -> None:
        decision = Decision(number % 2 == 0, f"Reason number {number}", None, False)
        publish_review(writing, call, ident, decision, make.at)

    assert race(app, publish) == {"done": 1, "Conflict": AT_ONCE - 1}
    types = [entry.type for entry in timeline(session, ("project", ident))]
    assert len(types) == 2
    assert types[1] == "review.published"


def test_handing_in_at_once_moves_once(
    app: Flask, make: Factory, scene: Scene, session: Session
) -> None:
    ident = make.project(scene.round, scene.area, State.DRAFT, proposer_id=scene.proposer)
    call = call_of(session, scene, make)
    proposal = Proposal(
        language="en",
        title="Benches",
        summary="Ten benches",
        description="Under the trees",
        beneficiaries="Everybody",
        category_id=scene.category,
        area_id=scene.area,
        latitude=None,
        longitude=None,
        estimate=5_000_00,
        organisation_id=None,
    )

    def hand_in(writing: Session, _number: int) -> None:
        submit(writing, call, ident, make.at, proposal=proposal, version=0)

    assert race(app, hand_in) == {"done": 1, "Conflict": AT_ONCE - 1}
    assert len(timeline(session, ("project", ident))) == 1


def test_starting_at_once_begins_one_draft(
    app: Flask, make: Factory, scene: Scene, session: Session
) -> None:
    call = call_of(session, scene, make)

    def begin(writing: Session, _number: int) -> None:
        create_draft(writing, call, scene.proposer, "en", make.at)

    assert race(app, begin) == {"done": AT_ONCE}
    assert session.scalar(select(func.count()).select_from(Project)) == 1
