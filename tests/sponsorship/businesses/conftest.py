"""A counter for businesses."""

from __future__ import annotations

import pytest

from tests.sponsorship.businesses.counter import Counter
from tests.sponsorship.ground import Square


@pytest.fixture
def counter(square: Square) -> Counter:
    """The square, and somebody who has a teahouse there."""
    made = Counter(square)
    made.owner = square.make.person(square.community)
    return made
