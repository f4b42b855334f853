"""What tests of the ledger share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale


@pytest.fixture
def in_english(app: Flask) -> Iterator[None]:
    """What services say is read in English, outside of requests too."""
    with force_locale("en"):
        yield
