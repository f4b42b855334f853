"""Who may do what with businesses. Services check once more who manages one, and that nobody
decides on their own."""

from __future__ import annotations

from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission
from sponsorship.businesses.cases import BusinessCase, PaperCase, RelationCase, SeatCase
from sponsorship.businesses.services.registering import DRAFTS
from sponsorship.people import OFFICERS
from sponsorship.states import BusinessState, SeatState


def runs(actor: Actor, case: BusinessCase) -> bool:
    """Whether somebody is an officer of the business's area or above, and not on its side."""
    return actor.has_role(OFFICERS, case.business.area.path) and not case.belongs(actor.id)


@permission("sponsorship:business:register")
def register(actor: Actor, subject: object) -> Answer:
    """Whoever has signed in registers a business that they answer for."""
    return actor.id is not None or lazy_gettext(
        "Please sign in first: your phone or e-mail is enough."
    )


@permission("sponsorship:business:see")
def see(actor: Actor, case: BusinessCase) -> Answer:
    """Those who act for a business, and those who are invited to, have its page."""
    return actor.id is not None and case.seat_of(actor.id) is not None


@permission("sponsorship:business:manage")
def manage(actor: Actor, case: BusinessCase | PaperCase | RelationCase) -> Answer:
    """Managers change what a business says, its papers and its relations."""
    return actor.id is not None and case.manages(actor.id)


@permission("sponsorship:business:submit")
def submit(actor: Actor, case: BusinessCase) -> Answer:
    """Managers submit a draft, or what was mended."""
    if actor.id is None or not case.manages(actor.id):
        return False
    return case.state in DRAFTS or lazy_gettext("This business is with the office already.")


@permission("sponsorship:business:invite")
def invite(actor: Actor, case: BusinessCase) -> Answer:
    """Managers invite others; an officer does where nobody manages a business any more."""
    if actor.id is None:
        return False
    return case.manages(actor.id) or (not case.managed and runs(actor, case))


@permission("sponsorship:seat:answer")
def answer(actor: Actor, case: SeatCase) -> Answer:
    """Whoever is invited says yes."""
    return case.seat.person_id == actor.id and case.seat.state == SeatState.INVITED


@permission("sponsorship:seat:end")
def end(actor: Actor, case: SeatCase) -> Answer:
    """Managers end a seat, and everybody their own."""
    if actor.id is None or case.seat.state == SeatState.ENDED:
        return False
    if case.seat.person_id == actor.id:
        return True
    # An invitation that nobody has accepted is nobody's to see but the invited person's.
    return case.manages(actor.id) and case.seat.state == SeatState.ACTIVE


@permission("sponsorship:seat:change")
def change(actor: Actor, case: SeatCase) -> Answer:
    """Managers give those who act for a business another role."""
    return actor.id is not None and case.manages(actor.id) and case.seat.state == SeatState.ACTIVE


@permission("sponsorship:business-paper:open")
def open_paper(actor: Actor, case: PaperCase) -> Answer:
    """Sealed papers are for the managers, and for the officers who verify once it is submitted."""
    if actor.id is None:
        return False
    return case.manages(actor.id) or (case.state != BusinessState.DRAFT and runs(actor, case))


@permission("sponsorship:business:list")
def list_businesses(actor: Actor, subject: object) -> Answer:
    """Officers see the businesses of their areas."""
    return actor.has_role(OFFICERS, None)


@permission("sponsorship:business:oversee")
def oversee(actor: Actor, case: BusinessCase) -> Answer:
    """Officers of the area or above see a business, and when it was submitted its papers."""
    return actor.has_role(OFFICERS, case.business.area.path)


@permission("sponsorship:business:decide")
def decide(actor: Actor, case: BusinessCase) -> Answer:
    """Officers verify, refuse, suspend and restore businesses that they have no part in."""
    if not actor.has_role(OFFICERS, case.business.area.path):
        return False
    return not case.belongs(actor.id) or lazy_gettext(
        "You act, or acted, for this business. Another officer decides."
    )
