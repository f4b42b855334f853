"""A proposer's verbs: handing in, handing in again after a refusal, withdrawing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.db import lock
from core.errors import Conflict
from core.i18n import lazy_gettext
from projects.calls import Call
from projects.models import Project
from projects.proposal import Proposal, put
from projects.search import index
from projects.services.drafts import save_draft
from projects.services.moves import move, record, text_hash
from projects.states import State

MOST_SUBMISSIONS = 2


def submit(
    session: Session,
    call: Call,
    project_id: int,
    now: datetime,
    *,
    proposal: Proposal,
    version: int,
) -> Project:
    """Hand a draft in, or a refused project in again, as ``proposal`` says it.

    Raises ``EditConflict`` as ``save_draft`` does, ``Conflict`` when the phase does not allow
    it, when it was handed in meanwhile or may not be handed in again.
    """
    save_draft(session, project_id, proposal, version, now)
    project = lock(session, Project, project_id)
    again = project.state == State.INELIGIBLE
    _check(call, project, again=again)
    put(project, proposal)
    move(project, "resubmit" if again else "submit")
    project.submission += 1
    project.cost = None  # the costing of a refused version says nothing about this one
    project.submitted_at = project.updated_at = now
    body = {
        "by": "proposer",
        "organisation": project.organisation_id,
        "submission": project.submission,
        "text": text_hash(project),
        "estimate": project.estimate,
        "currency": project.currency,
    }
    event = "project.resubmitted" if again else "project.submitted"
    record(session, project, event, body, now)
    index(session, project)
    return project


def _check(call: Call, project: Project, *, again: bool) -> None:
    if ("revise" if again else "propose") not in call.features:
        raise Conflict(lazy_gettext("This round takes no proposals now. Your text is kept."))
    if again and project.submission >= MOST_SUBMISSIONS:
        raise Conflict(lazy_gettext("A proposal can be revised once, and this one has been."))


def withdraw(session: Session, project_id: int, now: datetime) -> None:
    """Take a proposal back. A draft, which nobody has seen, leaves no trace in the record.

    Raises ``Conflict`` once it is on the ballot.
    """
    project = lock(session, Project, project_id)
    move(project, "withdraw")
    project.updated_at = now
    if project.submission:
        record(session, project, "project.withdrawn", {"by": "proposer"}, now)
