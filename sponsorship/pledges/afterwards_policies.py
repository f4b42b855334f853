"""Who may do what with pledges once they are signed. Services check again that nobody on the
sponsor's side decides, and that two people do what two have to do."""

from __future__ import annotations

from accounts.actor import SignedIn
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission
from projects.tenders.people import OWNERS
from sponsorship.models import Opening, PledgeKind, SeatRole
from sponsorship.people import OFFICERS
from sponsorship.pledges.afterwards_cases import KindCase, ReleaseCase
from sponsorship.pledges.policies import runs
from sponsorship.pledges.view import PledgeCase
from sponsorship.states import PLEDGE_MOVES

_OTHERS = lazy_gettext("You did this yourself; somebody else has to confirm it.")
_OVER = lazy_gettext("This pledge has moved on, so that it cannot be called off any more.")


@permission("sponsorship:pledge:cancel")
def cancel(actor: Actor, case: PledgeCase) -> Answer:
    """An officer of the call's area calls a pledge off that is not paid in full."""
    if not runs(actor, case):
        return False
    return (case.state, "cancel") in PLEDGE_MOVES or _OVER


@permission("sponsorship:pledge:give_up")
def give_up(actor: Actor, case: PledgeCase) -> Answer:
    """Whoever may sign for the sponsor calls its pledge off before anything is paid."""
    if not case.speaks(actor.id, SeatRole.SIGNATORY):
        return False
    return (case.state, "cancel") in PLEDGE_MOVES or _OVER


@permission("sponsorship:release:ask")
def ask_release(actor: Actor, case: PledgeCase) -> Answer:
    """An officer of the call's area asks that money of a pledge go to its project."""
    return case.pledge.kind == PledgeKind.MONEY and runs(actor, case)


@permission("sponsorship:release:approve")
def approve_release(actor: Actor, subject: ReleaseCase) -> Answer:
    """Another officer of the call's area approves it."""
    if not runs(actor, subject.case):
        return False
    return _OTHERS if subject.release.asked_by_id == actor.id else True


@permission("sponsorship:release:refuse")
def refuse_release(actor: Actor, subject: ReleaseCase) -> Answer:
    """An officer of the call's area leaves the money where it is; who asked may take it back."""
    return runs(actor, subject.case)


def _receives(actor: Actor, subject: KindCase) -> bool:
    """Whether somebody is an officer of the call's area, or of the department that answers for the
    project's plan, and not on the sponsor's side."""
    if subject.case.pledge.kind == PledgeKind.MONEY or not isinstance(actor, SignedIn):
        return False
    if runs(actor, subject.case):
        return True
    owns = subject.owner is not None and subject.owner in actor.organisations(OWNERS)
    return owns and not subject.case.belongs(actor.id)


@permission("sponsorship:receipt:write")
def write_receipt(actor: Actor, subject: KindCase) -> Answer:
    """The project's owner, or an officer of the call's area, writes down what arrived."""
    return _receives(actor, subject)


@permission("sponsorship:receipt:confirm")
def confirm_receipt(actor: Actor, subject: KindCase) -> Answer:
    """Another one of them confirms it."""
    if not _receives(actor, subject) or subject.receipt is None:
        return False
    return _OTHERS if subject.receipt.received_by_id == actor.id else True


@permission("sponsorship:receipt:reject")
def reject_receipt(actor: Actor, subject: KindCase) -> Answer:
    """Any of them takes a wrong receipt away before it is confirmed."""
    return _receives(actor, subject)


@permission("sponsorship:opening:carry")
def carry(actor: Actor, opening: Opening) -> Answer:
    """An officer of the call's area says that a project goes ahead because partners pay for it."""
    return opening.project_id is not None and actor.has_role(OFFICERS, opening.call.area.path)
