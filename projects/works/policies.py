"""Who may do what while a project is carried out."""

from __future__ import annotations

from accounts.actor import SignedIn
from accounts.models import Role
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission
from projects.policies import OFFICERS
from projects.states import TO_BEGIN, ContractState, State
from projects.tenders.people import BIDDERS
from projects.works.cases import WorkCase
from projects.works.services.final_account import ENDED

DEPARTMENT = frozenset({Role.OFFICER, Role.REVIEWER})
COMMITTEE = frozenset({Role.COMMITTEE})
MONEY = frozenset({Role.FINANCE, Role.APPROVER})
_SIGN_IN = lazy_gettext("Please sign in first: your phone or e-mail is enough.")
_OWN_WORK = lazy_gettext("You act for whoever does this work, so others have to judge it.")


def runs_round(actor: Actor, work: WorkCase) -> bool:
    """Whether somebody is an officer of the round's area or of one above."""
    return actor.has_role(OFFICERS, work.call.area_path)


def delivers(actor: Actor, work: WorkCase) -> bool:
    """Whether somebody is a delivery officer: of the round's area, or of the department that
    answers for the plan."""
    if runs_round(actor, work):
        return True
    if not isinstance(actor, SignedIn) or work.plan is None:
        return False
    return work.plan.organisation_id in actor.organisations(DEPARTMENT)


def contracted(actor: Actor, work: WorkCase) -> bool:
    """Whether somebody acts for the organisation that does this work by contract."""
    return (
        isinstance(actor, SignedIn)
        and work.contract is not None
        and work.contract.organisation_id in actor.organisations(BIDDERS)
    )


def _judges(actor: Actor, work: WorkCase) -> Answer:
    """Delivery officers and the community's committee, unless they act for the contractor."""
    judge = delivers(actor, work) or actor.has_role(COMMITTEE, work.project.area.path)
    if not judge:
        return False
    return _OWN_WORK if contracted(actor, work) else True


@permission("projects:plan:write")
def write_plan(actor: Actor, work: WorkCase) -> Answer:
    """An officer of the round's area writes the plan of a project that was chosen."""
    if not runs_round(actor, work):
        return False
    if work.published or work.project.state not in TO_BEGIN:
        return lazy_gettext("Only a project that was chosen and has no published plan is planned.")
    return True


@permission("projects:plan:read")
def read_plan(actor: Actor, work: WorkCase) -> Answer:
    """Officers of the round's area and of the department read a plan before it is published."""
    return work.plan is not None and delivers(actor, work)


@permission("projects:plan:publish")
def publish_plan(actor: Actor, work: WorkCase) -> Answer:
    """An officer of the round's area publishes the plan that somebody else wrote."""
    if not runs_round(actor, work) or work.plan is None:
        return False
    if not work.published and work.plan.written_by_id == actor.id:
        return lazy_gettext("Somebody else has to publish the plan that you wrote.")
    return True


@permission("projects:milestone:report")
def report(actor: Actor, work: WorkCase) -> Answer:
    """Whoever does the work reports it: the contractor's people, or the delivery officers."""
    if contracted(actor, work):
        if work.contract and work.contract.state == ContractState.SIGNED:
            return True
        return lazy_gettext("The contract for this work is not in force.")
    return delivers(actor, work)


@permission("projects:report:confirm")
def confirm(actor: Actor, work: WorkCase) -> Answer:
    """Whoever has signed in says whether a report is true, but not those who did the work."""
    if actor.id is None:
        return _SIGN_IN
    if work.report and work.report.by_id == actor.id:
        return lazy_gettext("Others have to say whether your own report is true.")
    return _OWN_WORK if contracted(actor, work) else True


@permission("projects:report:accept")
def accept(actor: Actor, work: WorkCase) -> Answer:
    """Delivery officers and the community's committee accept work, never their own."""
    answer = _judges(actor, work)
    if answer is True and work.report and work.report.by_id == actor.id:
        return lazy_gettext("Others have to accept what you reported yourself.")
    return answer


@permission("projects:dispute:answer")
def answer_dispute(actor: Actor, work: WorkCase) -> Answer:
    """A delivery officer answers a neighbour's dispute, but not their own."""
    if not delivers(actor, work):
        return False
    said, reported = work.confirmation, work.report
    if said is not None and reported is not None and actor.id in {said.person_id, reported.by_id}:
        return lazy_gettext("Somebody else has to answer this.")
    return _OWN_WORK if contracted(actor, work) else True


@permission("projects:change:ask")
def ask_change(actor: Actor, work: WorkCase) -> Answer:
    """Delivery officers ask for changes, and the contractor for those of its own work."""
    return delivers(actor, work) or contracted(actor, work)


@permission("projects:change:decide")
def decide_change(actor: Actor, work: WorkCase) -> Answer:
    """A delivery officer decides on what somebody else asked for."""
    if not delivers(actor, work):
        return False
    if work.change and work.change.asked_by_id == actor.id:
        return lazy_gettext("Somebody else has to decide on what you asked for yourself.")
    return _OWN_WORK if contracted(actor, work) else True


@permission("projects:change:read")
def read_change(actor: Actor, work: WorkCase) -> Answer:
    """Everybody reads a change of a published plan, and what was decided."""
    return work.published or work.project.state == State.CANCELLED or delivers(actor, work)


@permission("projects:change:withdraw")
def withdraw_change(actor: Actor, work: WorkCase) -> Answer:
    """Whoever asked for a change takes it back."""
    return actor.id is not None and bool(work.change and work.change.asked_by_id == actor.id)


@permission("projects:account:draw")
def draw_account(actor: Actor, work: WorkCase) -> Answer:
    """A delivery officer draws up the final account of a project that has ended."""
    return delivers(actor, work) and work.project.state in ENDED


@permission("projects:account:approve")
def approve_account(actor: Actor, work: WorkCase) -> Answer:
    """Officers, finance officers and approvers of the area approve a final account."""
    return runs_round(actor, work) or actor.has_role(MONEY, work.call.area_path)


@permission("projects:evaluation:give")
def evaluate(actor: Actor, work: WorkCase) -> Answer:
    """Residents of the project's area whose name was checked rate what was built."""
    if actor.id is None:
        return _SIGN_IN
    if not isinstance(actor, SignedIn):
        return False
    if not actor.verified:
        return lazy_gettext("Your real name has to be checked first; see “My page”.")
    if not (actor.area_path or "").startswith(work.project.area.path):
        return lazy_gettext("Only residents of the project's own area rate it.")
    return True


@permission("projects:evaluation:hide")
def hide_evaluation(actor: Actor, work: WorkCase) -> Answer:
    """An officer of the round's area hides a comment that breaks the rules."""
    return runs_round(actor, work)
