"""A proposal in review, and the browsers of everybody around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from projects.models import Project, Review
from projects.states import State
from tests.factories import Factory
from tests.projects.scenes import Scene

SignIn = Callable[..., FlaskClient]
SECRET = "The slope under the trees is too steep."
ROADS_SAY = "No road is touched by this at all."


class Desk:
    """A proposal in review and everybody's browser."""

    def __init__(self, scene: Scene, make: Factory, sign_in: SignIn, session: Session) -> None:
        self.scene, self.session = scene, session
        self.project = make.project(
            scene.round,
            scene.community,
            State.SUBMITTED,
            proposer_id=scene.proposer,
            category_id=scene.category,
            cost=None,
            language="en",
        )
        self.officer = sign_in(scene.officer)
        self.proposer = sign_in(scene.proposer)
        self.parks, self.roads = sign_in(scene.parks_reviewer), sign_in(scene.roads_reviewer)

    def ask(self, *organisations: int, days: int = 10) -> Any:
        data = {"organisations": list(organisations), "working_days": days}
        return self.officer.post(f"/projects/{self.project}/review/ask", data=data)

    def review_of(self, organisation: int) -> int:
        """The latest review of an organisation."""
        rows = select(Review.id).where(Review.organisation_id == organisation)
        self.session.rollback()
        return self.session.scalars(rows.order_by(Review.id.desc())).first() or 0

    def answer(self, browser: FlaskClient, organisation: int, **values: Any) -> Any:
        data = {"feasible": "no", "reason": SECRET, "cost": "", "conditions": ""} | values
        return browser.post(f"/reviews/{self.review_of(organisation)}", data=data)

    def publish(self, **values: Any) -> Any:
        data = {"eligible": "yes", "reason": "It can be built.", "cost": ""} | values
        return self.officer.post(f"/projects/{self.project}/review", data=data)

    def row(self) -> Project:
        self.session.rollback()
        return self.session.get_one(Project, self.project)
