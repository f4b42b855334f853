"""A round that takes proposals, and the people around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from budgeting.models import PhaseKind
from tests.factories import Factory
from tests.projects.desk import Desk, SignIn
from tests.projects.scenes import Scene, build_scene


@pytest.fixture
def area(make: Factory) -> int:
    """An area of its own."""
    return make.area()


@pytest.fixture
def scene(make: Factory) -> Scene:
    """The submission phase of a round: proposals come, reviews may begin."""
    return build_scene(make, PhaseKind.SUBMISSION)


@pytest.fixture
def proposal(scene: Scene) -> dict[str, object]:
    """What a proposer types when everything fits."""
    return {
        "action": "submit",
        "version": "0",
        "title": "Benches by the river",
        "summary": "Ten benches under the plane trees.",
        "description": "There is **nowhere** to sit.",
        "beneficiaries": "Two hundred families",
        "category_id": str(scene.category),
        "area_id": str(scene.community),
        "latitude": "31.23",
        "longitude": "121.47",
        "estimate": "12,000.50",
        "language": "en",
    }


@pytest.fixture
def begin(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> Callable[[], tuple[FlaskClient, int]]:
    """Signs the proposer in and begins a draft; gives the browser and the draft's identity."""

    def start() -> tuple[FlaskClient, int]:
        browser = sign_in(scene.proposer, strong=False)
        answer = browser.post("/projects/new", data={"round": scene.round})
        return browser, int(answer.location.split("/")[-2])

    return start


@pytest.fixture(autouse=True)
def no_form_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms are posted without first fetching the page that carries their token."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture
def review(scene: Scene, make: Factory, sign_in: SignIn, session: Session) -> Desk:
    """A proposal that has just been handed in."""
    return Desk(scene, make, sign_in, session)
