"""An office with its square."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import START
from tests.factories import Factory
from tests.sponsorship.guidance.office import Office


@pytest.fixture
def office(app: Flask, make: Factory) -> Office:
    """Officers, funds, an open call with doubling money, an opening and a verified business."""
    found = Office.open(make, START)
    assert isinstance(found, Office)
    return found
