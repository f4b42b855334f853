"""A counter for businesses."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.sponsorship.businesses.counter import Counter
from tests.sponsorship.ground import Square


@pytest.fixture
def counter(square: Square) -> Counter:
    """The square, and somebody who has a teahouse there."""
    made = Counter(square)
    made.owner = square.make.person(square.community)
    return made


@pytest.fixture(autouse=True)
def no_csrf(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms here are sent without having been read; tokens are tested with sign-in."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
