"""A project that no vote chose goes ahead because partners pay for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.notices import tell
from core.db import lock
from core.errors import Invalid
from core.i18n import both, lazy_gettext
from ledger.accounts import cost_centre
from ledger.models import CostCentreKind
from projects.models import Project
from projects.services.moves import move, record


def fund(
    session: Session, project_id: int, cost: int | None, reason: str, now: datetime
) -> Project:
    """Say that a project which the vote did not choose, or on which none is held, goes ahead on
    what partners give; ``cost`` (minor units) counts where it has none yet.

    In the books it belongs to no round, so that no round's money goes to it. Raises ``Conflict``
    for a project in another state, ``Invalid`` where nobody has said what it costs.
    """
    project = lock(session, Project, project_id)
    move(project, "fund")
    project.cost = project.cost or cost
    if not project.cost:
        raise Invalid(lazy_gettext("Nobody has said yet what this project costs."))
    project.updated_at = now
    centre = cost_centre(session, CostCentreKind.PROJECT, project.id, project.title)
    centre.cost, centre.currency, centre.area_id = project.cost, project.currency, project.area_id
    session.flush()
    body = {
        "by": "officer",
        "reason": reason,
        "cost": project.cost,
        "currency": project.currency,
    }
    record(session, project, "project.funded", body, now)
    if project.proposer_id is not None:
        words = lazy_gettext("“%(title)s” goes ahead all the same: partners pay for it.")
        url = f"/projects/{project.id}"
        tell(session, project.proposer_id, both(words, title=project.title), url, now)
    return project
