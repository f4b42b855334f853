"""The desk: what there is to do, by due date, and the way to everything a role opens."""

from __future__ import annotations

from datetime import datetime

from flask import g, render_template, url_for
from sqlalchemy.orm import Session

from accounts import own_pages
from accounts.office_queries import count_waiting, paths_of
from accounts.policies import VERIFIERS
from accounts.routes import member
from core.clock import now
from core.db import db
from core.desk import Duty, duties, duty_source, links
from core.i18n import ngettext
from core.policy import Actor, requires


@member.get("/desk")
@requires("accounts:desk:see")
def desk() -> str:
    """What I have to do, the most urgent first."""
    return render_template(
        "accounts/desk.html",
        notices=own_pages.notices(db.session, g.actor.id, unread_only=True),
        roles=own_pages.roles_of(db.session, g.actor.id, now()),
        duties=duties(db.session, g.actor, now()),
        links=links(g.actor),
        today=now(),
    )


@duty_source
def names_to_check(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Residents waiting for their names to be checked."""
    paths = paths_of(actor, VERIFIERS)
    count = count_waiting(session, paths, actor.id or 0) if paths else 0
    if not count:
        return []
    title = ngettext("%(num)s name to check", "%(num)s names to check", count)
    return [Duty(title, url_for("accounts_officer.queue"), count=count)]
