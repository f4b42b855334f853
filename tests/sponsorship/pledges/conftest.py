"""A field on which pledges bear fruit."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import START
from tests.factories import Factory
from tests.sponsorship.pledges.field import Field


@pytest.fixture
def field(app: Flask, make: Factory) -> Field:
    """An open call with doubling money, an opening and a verified business."""
    made = Field.open(make, START)
    assert isinstance(made, Field)
    return made
