"""Who may do what with pledges until they are signed. Whoever is on the sponsor's side decides
nothing for the office; services check it again."""

from __future__ import annotations

from accounts.models import Area, Role
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission
from sponsorship.firewall import UNDER_VOTE, under_vote
from sponsorship.models import SeatRole
from sponsorship.people import FINANCE, OFFICERS
from sponsorship.pledges.openings import OpeningCase
from sponsorship.pledges.view import PledgeCase, TemplateCase
from sponsorship.states import OpeningState, PledgeState

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


@permission("sponsorship:pledge:offer")
def offer(actor: Actor, case: OpeningCase) -> Answer:
    """Whoever has signed in gives for what looks for partners, while no vote on it runs."""
    if under_vote(case.opening):
        return UNDER_VOTE  # type: ignore[return-value]  # a lazy sentence
    if actor.id is None:
        return lazy_gettext("Please sign in first: your phone or e-mail is enough.")
    return case.opening.state == OpeningState.OPEN or lazy_gettext(
        "No more partners are looked for here: it has ended."
    )


@permission("sponsorship:pledge:withdraw")
def withdraw(actor: Actor, case: PledgeCase) -> Answer:
    """The sponsor's signatories take back what is not decided yet."""
    early = case.state in {PledgeState.DRAFT, PledgeState.OFFERED}
    return early and case.speaks(actor.id, SeatRole.SIGNATORY)


@permission("sponsorship:pledge:decide")
def decide(actor: Actor, case: PledgeCase) -> Answer:
    """An officer who is not on the sponsor's side accepts or declines an offer."""
    if case.state != PledgeState.OFFERED or not actor.has_role(OFFICERS, case.call.area.path):
        return False
    if case.belongs(actor.id):
        return lazy_gettext("You act, or acted, for this sponsor. Another officer decides.")
    return True


@permission("sponsorship:agreement:sign")
def sign(actor: Actor, case: PledgeCase) -> Answer:
    """The sponsor's signatories sign the agreement for it."""
    return case.state == PledgeState.ACCEPTED and case.speaks(actor.id, SeatRole.SIGNATORY)


@permission("sponsorship:agreement:countersign")
def countersign(actor: Actor, case: PledgeCase) -> Answer:
    """An officer who is not on the sponsor's side signs the agreement for the authority."""
    return case.state == PledgeState.ACCEPTED and runs(actor, case)


@permission("sponsorship:template:see")
def see_templates(actor: Actor, subject: object) -> Answer:
    """Officers see the texts from which agreements are drawn up."""
    return actor.has_role(OFFICERS, None)


@permission("sponsorship:template:write")
def write_template(actor: Actor, area: Area) -> Answer:
    """Officers of an area write the next version of its text."""
    return actor.has_role(OFFICERS, area.path)


@permission("sponsorship:template:publish")
def publish_template(actor: Actor, case: TemplateCase) -> Answer:
    """A second officer publishes what another one has written."""
    if case.area is None or case.template.published_at is not None:
        return False
    if not actor.has_role(OFFICERS, case.area.path):
        return False
    return case.template.written_by_id != actor.id or lazy_gettext(
        "You wrote this yourself; somebody else has to publish it."
    )
