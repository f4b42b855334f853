"""Every migration goes up and down again, and in the end models and tables agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, inspect, text

from core.db import db
from core.migrate import downgrade, upgrade
from tests.conftest import DATABASES


@pytest.fixture(scope="module", params=DATABASES)
def own_app(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """An application on a migrated database that no other test uses; in its context."""
    app = make_app(request.param)
    with app.app_context():
        yield app


@pytest.fixture
def engine(own_app: Flask) -> Engine:
    return db.engine


def columns(engine: Engine) -> dict[str, set[str]]:
    found = inspect(engine)
    return {t: {c["name"] for c in found.get_columns(t)} for t in found.get_table_names()}


def test_models_and_migrations_agree(own_app: Flask) -> None:
    answer = own_app.test_cli_runner().invoke(args=["db", "check"])
    assert answer.exit_code == 0, answer.output


def test_all_but_the_first_migration_go_down_and_up_again(engine: Engine) -> None:
    newest = columns(engine)
    downgrade(engine, "0001")
    oldest = columns(engine)
    assert "report" not in oldest["tally"]
    assert "partial_tally" not in oldest
    upgrade(engine)
    assert columns(engine) == newest


def test_a_tally_of_before_keeps_its_row(engine: Engine) -> None:
    downgrade(engine, "0001")
    area = "INSERT INTO area (id, kind, name, path) VALUES (7, 'city', '{}', '/7/')"
    round_ = """INSERT INTO round (id, area_id, state, title, summary, languages, currency,
        ballot_type, max_choices, max_points, cost_min, cost_max, min_age, verified_only, rule,
        imported, created_at) VALUES (7, 7, 'decided', '{}', '{}', '[]', 'CNY', 'approval', 5, 10,
        1, 1, 18, true, '{}', false, '2026-01-01')"""
    tally = """INSERT INTO tally (round_id, state, progress, ballots, result_hash)
        VALUES (7, 'done', 100, 3, 'feed')"""
    with engine.begin() as connection:
        for statement in (area, round_, tally):
            connection.execute(text(statement))
    upgrade(engine)
    with engine.begin() as connection:
        row = connection.execute(text("SELECT result_hash, report FROM tally")).one()
        assert tuple(row) == ("feed", None)
        for table in ("tally", "round", "area"):
            connection.execute(text(f"DELETE FROM {table}"))
