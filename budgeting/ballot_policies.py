"""Who may see and mark a ballot. A ballot is only ever one's own."""

from __future__ import annotations

from budgeting.booth import Booth
from budgeting.eligibility import closed_because, eligibility
from core.clock import now
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission


@permission("budgeting:ballot:view")
def view_ballot(actor: Actor, booth: Booth) -> Answer:
    """Open one's own ballot page, which says what is still missing before one can vote."""
    if actor.id is None:
        return lazy_gettext("Please sign in to vote.")
    return True


@permission("budgeting:ballot:cast")
def cast_ballot(actor: Actor, booth: Booth) -> Answer:
    """Mark, change or withdraw one's own ballot while voting is open."""
    needs = eligibility(booth, actor).needs
    if needs:
        return needs[0].text
    return closed_because(booth, now()) or booth.elector is not None
