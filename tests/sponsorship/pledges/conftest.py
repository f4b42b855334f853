"""A stall on which pledges are offered, and a field on which they bear fruit."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import START
from tests.factories import Factory
from tests.sponsorship.pledges.field import Field
from tests.sponsorship.pledges.ground import Stall


@pytest.fixture
def stall(app: Flask, make: Factory) -> Stall:
    """An open call with doubling money, an opening and a verified business."""
    return Stall.begin(make)


@pytest.fixture
def field(app: Flask, make: Factory) -> Field:
    """The same, where pledges are fulfilled."""
    made = Field.open(make, START)
    assert isinstance(made, Field)
    return made


@pytest.fixture
def without_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms are taken without their tokens."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
