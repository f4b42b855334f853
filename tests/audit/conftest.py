"""A city whose books have something of everything."""

from __future__ import annotations

import pytest

from tests.audit.town import Town, build_town
from tests.conftest import START
from tests.factories import Factory


@pytest.fixture
def town(make: Factory) -> Town:
    """Four levels, a round with two winners, payees, payments, a refund and an undone invoice."""
    return build_town(make, START)
