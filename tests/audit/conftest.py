"""A city whose books have something of everything."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.audit.contracting import Contracting
from tests.audit.ocds_check import SCHEMAS
from tests.audit.town import Town, build_town
from tests.conftest import START
from tests.factories import Factory


@pytest.fixture
def town(make: Factory) -> Town:
    """Four levels, a round with two winners, payees, payments, a refund and an undone invoice."""
    return build_town(make, START)


@pytest.fixture
def schemas() -> None:
    """Tests that need the published schemas of open contracting are skipped where they are not."""
    if not SCHEMAS.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SCHEMAS} is missing")
        pytest.skip("the published schemas of open contracting (../shared/vectors) are not here")


@pytest.fixture
def site(app: Flask, make: Factory) -> Iterator[Contracting]:
    """A project with money and a plan, whose work is sought, done and paid; in English."""
    with force_locale("en"):
        yield Contracting.build(make, START)
