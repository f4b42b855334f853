"""Who may do what with pledges until they are signed. Whoever is on the sponsor's side decides
nothing for the office; services check it again."""

from __future__ import annotations

from accounts.models import Role
from core.policy import Actor, Answer, permission
from sponsorship.people import FINANCE, OFFICERS
from sponsorship.pledges.view import PledgeCase

OFFICE = OFFICERS | FINANCE | {Role.APPROVER.value, Role.AUDITOR.value}


def runs(actor: Actor, case: PledgeCase) -> bool:
    """Whether somebody is an officer of the call's area or above, and not on the sponsor's side."""
    area = case.call.area.path
    return actor.has_role(OFFICERS, area) and not case.belongs(actor.id)


@permission("sponsorship:pledge:see")
def see(actor: Actor, case: PledgeCase) -> Answer:
    """Whoever gives sees their own pledge, everybody who acts for a business those of it."""
    return case.speaks(actor.id)


@permission("sponsorship:pledge:oversee")
def oversee(actor: Actor, case: PledgeCase) -> Answer:
    """Officers, money people and auditors of the call's area or above see what was offered."""
    if case.pledge.offered_at is None:
        return False
    return actor.has_role(OFFICE, case.call.area.path)


@permission("sponsorship:pledge:list")
def list_pledges(actor: Actor, subject: object) -> Answer:
    """Officers, money people and auditors see the pledges of their areas."""
    return actor.has_role(OFFICE, None)
