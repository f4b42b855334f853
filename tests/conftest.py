"""Both databases, migrated once per worker and emptied after each test."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app import create_app
from config import Settings
from core.db import db, transaction
from tests.databases import empty_tables, migrate, postgres
from tests.factories import Factory
from tests.once import once, settle

DATABASES = ("sqlite", "postgresql")
START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[Callable[[str], str]]:
    """Gives the address of a new, empty database on a real PostgreSQL server."""
    with postgres() as create:
        yield create


@pytest.fixture(scope="session")
def make_app(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Flask]]:
    """Builds a migrated application on a new database of the given kind; on SQLite it may begin
    as a copy of another one's folder."""
    made: list[Flask] = []

    def make(database: str, begin: Path | None = None, **settings: Any) -> Flask:
        instance = tmp_path_factory.mktemp("instance")
        if begin:
            shutil.copytree(begin, instance, dirs_exist_ok=True)
        if database == "sqlite":
            url = f"sqlite:///{instance / 'test.db'}"
        else:
            url = request.getfixturevalue("postgres_url")(f"test{len(made)}")
        values: dict[str, Any] = {
            "secret_key": "test",
            "instance": instance,
            "database_url": url,
            "secure_cookies": False,
            "testing": True,
            "jobs": "memory",
            "page_cache_seconds": 0,
            "message_backend": "file",
            "log_json": False,
        }
        app = create_app(Settings(**(values | settings)))
        app.config["TESTING"] = True
        app.config["PROPAGATE_EXCEPTIONS"] = False
        with app.app_context():
            if not begin:
                migrate(db.engine, tmp_path_factory.getbasetemp() / "blank.db")
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all workers of this run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def demo_community(make_app: Callable[..., Flask], shared_folder: Path) -> Path:
    """The folder of an installation with the demo community as of ``START``, for ``make_app`` to
    begin with."""

    def build() -> Flask:
        app = make_app("sqlite")
        settle(app, START)
        return app

    return once(shared_folder / "demo", build)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed as ever, but not slowly: nobody is kept from guessing these."""
    from accounts import secrecy  # noqa: PLC0415 - not every run needs it

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrecy, "_hasher", lambda: quick)
        yield


@pytest.fixture(scope="session", params=DATABASES)
def shared_app(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """The worker's application on each database; use ``app``, which leaves it clean."""
    return make_app(request.param)


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """An application on an empty database, with the clock at ``START``; in its context."""
    set_clock(shared_app, START)
    with shared_app.app_context():
        yield shared_app
        db.session.rollback()
        empty(shared_app)


def set_clock(app: Flask, at: datetime) -> None:
    """Stop the application's clock at ``at``."""
    app.extensions["clock"] = lambda: at


def empty(app: Flask) -> None:
    """Delete every row and every file that a test has left."""
    with db.engine.begin() as connection:
        empty_tables(connection)
    settings: Settings = app.config["SETTINGS"]
    # What is sealed cannot be opened without the keys that go.
    for folder in ("documents", "working_papers"):
        shutil.rmtree(settings.instance / folder, ignore_errors=True)
    for path in [*settings.keys.glob("*"), settings.instance / "messages.jsonl"]:
        path.unlink(missing_ok=True)


@pytest.fixture
def clock(app: Flask) -> Callable[[datetime], None]:
    """Sets the application's clock."""
    return lambda at: set_clock(app, at)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that has not signed in, preferring English."""
    return browser(app)


class Browser(FlaskClient):
    """Every request begins with an empty ``g``, as outside of tests: the context around a
    test would hand on who had signed in in another browser. The database's sessions stay: the
    context closes them at its end, and a forgotten one would keep its connection."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            for name in set(g) - {"_sqlalchemy_sessions"}:
                g.pop(name)
        return super().open(*args, **kwargs)


def browser(app: Flask) -> FlaskClient:
    """A new browser, preferring English."""
    made = Browser(app, app.response_class)
    made.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return made


@pytest.fixture
def session(app: Flask) -> Session:
    """The context's session, to look at what was written."""
    return db.session


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """``with count_queries() as queries:`` lists the statements sent to the database inside."""

    @contextmanager
    def count() -> Iterator[list[str]]:
        sent: list[str] = []

        def hear(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
            sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", hear)
        yield sent
        event.remove(db.engine, "before_cursor_execute", hear)

    return count


@pytest.fixture
def make(app: Flask) -> Factory:
    """Writes areas, people, rounds and projects straight into the database."""
    return Factory(START)


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """``sign_in(person_id, strong=True)`` gives a browser that is signed in as that person."""
    from accounts.sessions import open_session  # noqa: PLC0415 - needs the rooms registered

    def enter(person_id: int, *, strong: bool = True) -> FlaskClient:
        from core.clock import now  # noqa: PLC0415

        with transaction() as session:
            token = open_session(session, person_id, strong=strong, device="test", now=now())
        made = browser(app)
        with made.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return made

    return enter


@pytest.fixture(scope="session")
def shared_pabulib() -> Path:
    """The folder of real elections; tests that need it are skipped where it is not there."""
    return _shared("pabulib", "the folder of real elections")


@pytest.fixture(scope="session")
def vectors() -> Any:
    """Published vectors of trees and signed notes; tests that need them are skipped without."""
    folder = _shared("vectors", "the folder of published vectors")
    return json.loads((folder / "transparency.json").read_text(encoding="utf-8"))


def _shared(name: str, what: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{folder} is missing")
        pytest.skip(f"{what} (../shared/{name}) is not here")
    return folder
