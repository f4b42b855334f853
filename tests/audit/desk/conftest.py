"""The auditor's desk in tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from audit.flags.rule import REGISTRY, Rule
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


@pytest.fixture
def rule(app: Flask) -> Iterator[Callable[..., None]]:
    """``rule(name, look)`` adds a rule for one test."""
    added: list[str] = []

    def add(name: str, look: Any, **values: Any) -> None:
        given = {"title": name, "caveat": name, "says": lambda params: name, "scope": "payee"}
        REGISTRY.rules[name] = Rule(**{"id": name, "look": look, **given, **values})
        added.append(name)

    yield add
    for name in added:
        del REGISTRY.rules[name]
