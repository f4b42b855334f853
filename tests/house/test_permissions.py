"""No route without a permission: the test that fails when somebody forgets one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from core.policy import permissions, public, requires

UNGUARDED = "unguarded"


def offenders(app: Flask) -> list[str]:
    """Routes that change something, or are not marked public, without a known permission."""
    known = permissions()
    return [
        f"{rule.rule} {sorted(rule.methods or ())} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not _guarded(getattr(app.view_functions[rule.endpoint], "permission", UNGUARDED), known)
        and not _public_reading(app, rule.endpoint, rule.methods or set())
    ]


def _guarded(name: str | None, known: object) -> bool:
    return isinstance(known, dict) and name in known


def _public_reading(app: Flask, endpoint: str, methods: set[str]) -> bool:
    marked = getattr(app.view_functions[endpoint], "permission", UNGUARDED) is None
    return marked and methods <= {"GET", "HEAD", "OPTIONS"}


@pytest.fixture
def whole_app(make_app: Callable[..., Flask]) -> Flask:
    """An application of its own, to which a test may add routes."""
    return make_app("sqlite")


def test_every_route_has_a_permission_or_is_public_reading(whole_app: Flask) -> None:
    assert offenders(whole_app) == []


def test_every_permission_says_what_it_is_for() -> None:
    assert [p.name for p in permissions().values() if not p.purpose] == []


@pytest.mark.parametrize(
    ("methods", "mark"),
    [
        (["GET"], lambda view: view),
        (["POST"], lambda view: view),
        (["POST"], public),
        (["GET", "POST"], public),
        (["GET"], requires("nobody:registered:this")),
    ],
    ids=["unmarked", "unmarked change", "public change", "public mixed", "unknown permission"],
)
def test_a_planted_route_is_found(
    whole_app: Flask, methods: list[str], mark: Callable[..., object]
) -> None:
    def planted() -> str:
        return ""

    whole_app.add_url_rule("/planted", "planted", mark(planted), methods=methods)  # type: ignore[arg-type]  # a view
    assert [line.split()[0] for line in offenders(whole_app)] == ["/planted"]
