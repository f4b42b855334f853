"""The auditor's desk in tests."""

from __future__ import annotations

import pytest

from tests.audit.desk.odd import Odd
from tests.factories import Factory


@pytest.fixture
def odd(make: Factory) -> Odd:
    """Books in which something odd can be put."""
    return Odd.open(make)
