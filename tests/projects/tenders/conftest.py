"""A town whose project is put out to tender."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.conftest import START
from tests.factories import Factory
from tests.projects.tenders.town import Town


@pytest.fixture
def town(app: Flask, make: Factory) -> Town:
    """A project with money and a plan, officers, judges and four firms."""
    return Town.build(make, START)


@pytest.fixture
def in_english(app: Flask) -> Iterator[None]:
    """What services say is read in English."""
    with force_locale("en"):
        yield
