"""The demonstration's own sign-in: one button for each invented person."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from accounts.demo import SUFFIX, demo_people
from accounts.models import Person
from accounts.routes import public
from accounts.routes.entering import open_door, walk_in
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound
from core.i18n import lazy_gettext
from core.policy import public as open_to_all
from core.policy import requires
from core.web import settings


def load(person_id: int) -> Person:
    """An invented person. Raises ``NotFound`` for anybody else."""
    found = db.session.scalar(
        select(Person).where(
            Person.id == person_id,
            Person.email.endswith(SUFFIX, autoescape=True),
            Person.erased_at.is_(None),
        )
    )
    if found is None:
        raise NotFound(lazy_gettext("There is no such person in the demonstration."))
    return found


@public.get("/demo")
@open_to_all
def demo() -> str:
    """Whom one can be here."""
    if not settings().demo:
        raise NotFound(lazy_gettext("This exists in the demonstration only."))
    target = request.args.get("next")
    return render_template(
        "accounts/demo.html", groups=demo_people(db.session, now()), target=target
    )


@public.post("/demo/<int:person_id>")
@requires("accounts:demo:enter", subject=load)
def enter_demo(person: Person) -> ResponseReturnValue:
    """Become that person, with all roles."""
    with transaction() as writing:
        token = open_door(writing, person.id, strong=True)
    return walk_in(token, request.args.get("next"))
