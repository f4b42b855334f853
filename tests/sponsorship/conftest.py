"""A square where a community meets its partners."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.conftest import START
from tests.factories import Factory
from tests.sponsorship.ground import Square


@pytest.fixture
def square(app: Flask, make: Factory) -> Square:
    """An open call with doubling money, an opening and a verified business."""
    return Square.open(make, START)


@pytest.fixture
def in_english(app: Flask) -> Iterator[None]:
    """What services say is read in English."""
    with force_locale("en"):
        yield
