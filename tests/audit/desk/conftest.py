"""The auditor's desk in tests."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.audit.desk.bureau import Bureau, SignIn
from tests.audit.desk.odd import Odd
from tests.factories import Factory


@pytest.fixture
def odd(make: Factory) -> Odd:
    """Books in which something odd can be put."""
    return Odd.open(make)


@pytest.fixture
def bureau(make: Factory, sign_in: SignIn) -> Bureau:
    """An audit office at work."""
    return Bureau.open(make, sign_in)


@pytest.fixture
def no_form_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms are posted without first fetching the page that carries their token."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
