"""Who may answer for a project's delivery: whoever acts for a department near its round."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Membership, Person, in_force
from accounts.queries import departments
from core.i18n import gettext, localize


def owners(session: Session, area_path: str, on: date) -> list[tuple[str, str]]:
    """ "organisation:person" and how the form calls them: two queries."""
    names = dict(departments(session, area_path))
    rows = (
        select(Membership.organisation_id, Person.id, Person.name)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id.in_(list(names)),
            in_force(on),
            Person.erased_at.is_(None),
        )
        .order_by(Membership.organisation_id, Person.id)
        .distinct()
    )
    return [
        (
            f"{organisation_id}:{person_id}",
            gettext(
                "%(department)s: %(name)s",
                department=localize(names[organisation_id or 0]),
                name=name,
            ),
        )
        for organisation_id, person_id, name in session.execute(rows)
    ]
