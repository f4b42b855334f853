"""The projects of a Pabulib file as projects of a round."""

from __future__ import annotations

import math
import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from budgeting.models import Round
from budgeting.pabulib_reading import Head, cost_in_minor
from budgeting.tally.election import Project as Entry
from budgeting.tally.pabulib import PabulibFile
from core.errors import Invalid
from core.i18n import lazy_gettext
from projects.models import Category, Project
from projects.search import index
from projects.services.drafts import SHUFFLE_BELOW
from projects.states import State

LONGEST_CODE = 60


def add_projects(
    session: Session, file: PabulibFile, head: Head, round_: Round, now: datetime
) -> list[Project]:
    """Put the file's projects on the ballot of ``round_``, under the file's ids.

    Raises ``Invalid`` for an id or a cost that does not fit.
    """
    categories = _categories(session, file, head, round_)
    projects = []
    for entry in file.projects:
        if len(entry.id) > LONGEST_CODE:
            message = lazy_gettext("The project id “%(id)s” is too long.", id=entry.id[:20])
            raise Invalid(message)
        project = _project(entry, head, round_, now)
        project.category_id = categories.get(_first_category(entry))
        projects.append(project)
    costs = [project.cost or 0 for project in projects]
    round_.cost_min = max(min(costs, default=1), 1)
    round_.cost_max = max(max(costs, default=1), round_.cost_min)
    session.add_all(projects)
    session.flush()
    for project in projects:
        index(session, project)
    return projects


def _first_category(entry: Entry) -> str:
    """Pabulib knows several categories of a project; here it has one, the first."""
    return entry.extra.get("category", "").split(",")[0].strip()


def _categories(session: Session, file: PabulibFile, head: Head, round_: Round) -> dict[str, int]:
    """Identities by name, of the categories that the file mentions."""
    names = sorted({_first_category(entry) for entry in file.projects} - {""})
    rows = [
        Category(round_id=round_.id, name={head.language: name}, position=position)
        for position, name in enumerate(names)
    ]
    session.add_all(rows)
    session.flush()
    return {name: row.id for name, row in zip(names, rows, strict=True)}


def _project(entry: Entry, head: Head, round_: Round, now: datetime) -> Project:
    cost = cost_in_minor(entry.cost, head.currency, entry.id)
    latitude, longitude = _place(entry)
    return Project(
        round_id=round_.id,
        code=entry.id,
        state=State.ON_BALLOT,
        language=head.language,
        title={head.language: entry.name or entry.id},
        summary={head.language: ""},
        description={head.language: entry.extra.get("description", "")},
        beneficiaries={head.language: entry.extra.get("beneficiaries", "")},
        area_id=round_.area_id,
        latitude=latitude,
        longitude=longitude,
        currency=head.currency,
        estimate=cost,
        cost=cost,
        submission=1,
        shuffle=secrets.randbelow(SHUFFLE_BELOW),
        created_at=now,
        updated_at=now,
        submitted_at=now,
    )


def _place(entry: Entry) -> tuple[float, float] | tuple[None, None]:
    """Where a project is, if the file says so in degrees; some files have other things there."""
    try:
        latitude, longitude = (float(entry.extra.get(k, "")) for k in ("latitude", "longitude"))
    except ValueError:
        return None, None
    if math.isfinite(latitude + longitude) and abs(latitude) <= 90 and abs(longitude) <= 180:
        return latitude, longitude
    return None, None
