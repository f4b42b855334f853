"""Who may do what with projects and reviews."""

from __future__ import annotations

from accounts.actor import SignedIn
from accounts.models import Role
from core.i18n import datetime_long, lazy_gettext
from core.policy import Actor, Answer, permission
from projects.calls import Call
from projects.cases import Case, ReviewCase
from projects.states import MOVES, PUBLIC, State

OFFICERS = frozenset({Role.OFFICER})
REVIEWERS = frozenset({Role.REVIEWER})
_SIGN_IN = lazy_gettext("Please sign in first: your phone or e-mail is enough.")
_OWN = lazy_gettext("Somebody else has to decide on what you proposed yourself.")


@permission("projects:project:read")
def read(actor: Actor, case: Case) -> Answer:
    """Everybody reads what was handed in; drafts and withdrawn ones their proposer and officers."""
    return (
        case.project.state in PUBLIC
        or _proposed(actor, case)
        or actor.has_role(OFFICERS, case.call.area_path)
    )


@permission("projects:project:propose")
def propose(actor: Actor, call: Call) -> Answer:
    """Whoever has signed in may propose while the round takes proposals."""
    if actor.id is None:
        return _SIGN_IN
    if "propose" in call.features:
        return True
    if call.submission_starts and call.submission_ends:
        return lazy_gettext(
            "This round takes proposals from %(start)s until %(end)s.",
            start=datetime_long(call.submission_starts),
            end=datetime_long(call.submission_ends),
        )
    return lazy_gettext("This round takes no proposals now.")


@permission("projects:project:edit")
def edit(actor: Actor, case: Case) -> Answer:
    """A proposer writes, and hands in, their own proposal."""
    if actor.id is None:
        return _SIGN_IN
    return _proposed(actor, case)


@permission("projects:project:withdraw")
def withdraw(actor: Actor, case: Case) -> Answer:
    """A proposer takes their own proposal back until it is on the ballot."""
    if not _proposed(actor, case):
        return False
    if (State(case.project.state), "withdraw") in MOVES:
        return True
    return lazy_gettext("A project on the ballot can no longer be withdrawn.")


@permission("projects:project:translate")
def translate(actor: Actor, case: Case) -> Answer:
    """An officer of the round's area writes a project's text in the other language."""
    return case.project.state in PUBLIC and actor.has_role(OFFICERS, case.call.area_path)


@permission("projects:reviews:list")
def list_reviews(actor: Actor, call: Call) -> Answer:
    """An officer of the round's area sees what is to be reviewed, and asks departments."""
    return actor.has_role(OFFICERS, call.area_path)


@permission("projects:project:review")
def review(actor: Actor, case: Case) -> Answer:
    """An officer of the round's area reads the answers and decides, except on their own."""
    if not actor.has_role(OFFICERS, case.call.area_path) or not case.project.submission:
        return False
    return _OWN if _proposed(actor, case) else True


@permission("projects:review:answer")
def answer(actor: Actor, case: ReviewCase) -> Answer:
    """A reviewer answers for their own department only, and never about their own proposal."""
    if not isinstance(actor, SignedIn):
        return False
    if case.review.organisation_id not in actor.organisations(REVIEWERS):
        return False
    return _OWN if case.review.project.proposer_id == actor.id else True


def _proposed(actor: Actor, case: Case) -> bool:
    return actor.id is not None and case.project.proposer_id == actor.id
