"""A chosen project with its money and everybody around it."""

from __future__ import annotations

import pytest

from tests.conftest import START
from tests.factories import Factory
from tests.projects.works.yard import Yard


@pytest.fixture
def yard(make: Factory) -> Yard:
    """A project of ¥10,000 that was chosen, its money committed."""
    return Yard.build(make, START)
