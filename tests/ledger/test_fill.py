"""The ledger that measurements fill is one that the services could have booked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from bench.ledger_fill import fill
from core.db import db
from ledger.models import Fund, Transfer
from tests.conftest import DATABASES
from tests.ledger.checks import check_books


@pytest.mark.parametrize("database", DATABASES)
def test_a_filled_ledger_keeps_every_rule(make_app: Callable[..., Flask], database: str) -> None:
    app = make_app(database)
    with app.app_context():
        lines = fill(db.engine.url.render_as_string(hide_password=False), 2_000)
        check_books(db.session)
        assert db.session.scalar(select(func.count()).select_from(Transfer)) == lines
        assert db.session.scalar(select(func.count()).select_from(Fund)) == 40
