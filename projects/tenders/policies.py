"""Who may do what with tenders, bids and contracts. Whether somebody has a conflict is checked
again when it is done."""

from __future__ import annotations

from accounts.actor import SignedIn
from accounts.models import Area, Role
from core.clock import now
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission
from projects.models import Exclusion, Method
from projects.states import BidState, ContractState, TenderState
from projects.tenders.cases import (
    BidCase,
    ObjectionCase,
    PlanCase,
    QuestionCase,
    ReviewerCase,
    TenderCase,
)
from projects.tenders.people import BIDDERS, OFFICERS, OWNERS
from projects.tenders.services.asking import takes_questions
from projects.tenders.services.objecting import closed_to_objections

ADMINS = frozenset({Role.ADMIN})
AUDITORS = frozenset({Role.AUDITOR})
_SIGN_IN = lazy_gettext("Please sign in first: your phone or e-mail is enough.")
_OWN = lazy_gettext("You wrote this yourself; somebody else has to approve it.")


def runs(actor: Actor, case: TenderCase | PlanCase) -> bool:
    """Whether somebody looks after a tender: an officer of the round's area or above, or of the
    department that answers for the plan."""
    if not isinstance(actor, SignedIn) or not actor.grants:
        return False
    if case.owner is not None and case.owner in actor.organisations(OWNERS):
        return True
    return actor.has_role(OFFICERS, None) and actor.has_role(OFFICERS, case.call.area_path)


def acts_for(actor: Actor) -> frozenset[int]:
    """The organisations for which somebody may bid."""
    return actor.organisations(BIDDERS) if isinstance(actor, SignedIn) else frozenset()


@permission("projects:tender:read")
def read(actor: Actor, case: TenderCase) -> Answer:
    """Everybody reads what was published; drafts those who look after it, and auditors."""
    return case.tender.published_at is not None or oversees(actor, case) is True


@permission("projects:tender:oversee")
def oversees(actor: Actor, case: TenderCase) -> Answer:
    """Those who look after a tender, and auditors of its area, see how far it is."""
    return runs(actor, case) or actor.has_role(AUDITORS, case.project.area.path)


@permission("projects:tender:write")
def write(actor: Actor, case: PlanCase) -> Answer:
    """Delivery officers put work of a published plan out to tender."""
    if not runs(actor, case):
        return False
    return case.delivering or lazy_gettext(
        "First the project's delivery plan is published; then work is sought."
    )


@permission("projects:tender:edit")
def edit(actor: Actor, case: TenderCase) -> Answer:
    """Delivery officers change a draft."""
    if not runs(actor, case):
        return False
    return case.tender.state == TenderState.DRAFT or lazy_gettext(
        "This notice is published; it does not change any more. Cancel it instead."
    )


@permission("projects:tender:approve")
def approve(actor: Actor, case: TenderCase) -> Answer:
    """A delivery officer publishes what another one has written."""
    if not runs(actor, case) or case.tender.state != TenderState.DRAFT:
        return False
    return _OWN if case.tender.written_by_id == actor.id else True


@permission("projects:tender:run")
def run(actor: Actor, case: TenderCase | ReviewerCase | BidCase) -> Answer:
    """Delivery officers cancel a tender, appoint and excuse reviewers, exclude bids."""
    return runs(actor, case)


@permission("projects:tender:ask")
def ask(actor: Actor, case: TenderCase) -> Answer:
    """Whoever has signed in asks about a notice while questions are taken."""
    if actor.id is None:
        return _SIGN_IN
    return takes_questions(case.tender, now()) or lazy_gettext("Questions are no longer taken.")


@permission("projects:tender:answer")
def answer(actor: Actor, case: QuestionCase) -> Answer:
    """Delivery officers answer questions, for everybody."""
    return runs(actor, case)


@permission("projects:tender:bid")
def bid(actor: Actor, case: TenderCase) -> Answer:
    """Those who act for a business, a social organisation or a residents' group bid for it."""
    if case.tender.published_at is None or case.tender.method != Method.OPEN:
        return False
    if actor.id is None:
        return _SIGN_IN
    return bool(acts_for(actor)) or lazy_gettext(
        "Bids are sent by people who act for a business, a social organisation or a residents' "
        "group, signed in with their second factor. An administrator enters you as one."
    )


@permission("projects:bid:see")
def see_bid(actor: Actor, case: BidCase) -> Answer:
    """The receipt of a bid is for those who act for its bidder."""
    return case.bid.organisation_id in acts_for(actor)


@permission("projects:bid:list")
def list_bids(actor: Actor, subject: object) -> Answer:
    """Those who act for a bidder see the bids of their organisations."""
    return bool(acts_for(actor))


@permission("projects:bid:paper")
def read_paper(actor: Actor, case: BidCase) -> Answer:
    """The document of an opened bid is for its bidder, those who judge, look after or audit."""
    if case.bid.state in {BidState.SEALED, BidState.WITHDRAWN}:
        return False
    return (
        case.bid.organisation_id in acts_for(actor)
        or oversees(actor, case) is True
        or (actor.id is not None and actor.id in case.judges)
    )


@permission("projects:tender:judge")
def judge(actor: Actor, case: TenderCase) -> Answer:
    """Whoever was asked to judge a tender's bids."""
    return actor.id is not None and actor.id in case.judges


@permission("projects:tender:award")
def award(actor: Actor, case: TenderCase) -> Answer:
    """A delivery officer who does not judge the bids writes the award."""
    if not runs(actor, case):
        return False
    if actor.id in case.judges:
        return lazy_gettext("You were asked to judge; somebody else awards.")
    return case.tender.state == TenderState.OPENED or lazy_gettext(
        "Only bids that are open and judged can be awarded. Look again, please."
    )


@permission("projects:tender:object")
def object_to(actor: Actor, case: TenderCase) -> Answer:
    """Bidders, and verified residents of the project's area, object during the standstill."""
    if actor.id is None:
        return _SIGN_IN
    if problem := closed_to_objections(case.tender, now()):
        return problem  # type: ignore[return-value]  # a lazy sentence
    if isinstance(actor, SignedIn) and (acts_for(actor) or lives_there(actor, case)):
        return True
    return lazy_gettext("Bidders object here, and residents of the area whose names are checked.")


@permission("projects:objection:decide")
def decide(actor: Actor, case: ObjectionCase) -> Answer:
    """A delivery officer who did not award answers an objection."""
    if not runs(actor, case) or case.objection.upheld is not None:
        return False
    if actor.id in {case.objection.by_id, case.tender.awarded_by_id}:
        return lazy_gettext("Somebody else answers: neither who objected nor who wrote the award.")
    return True


@permission("projects:contract:draw")
def draw(actor: Actor, case: TenderCase) -> Answer:
    """Delivery officers draw up the contract of an award."""
    if case.contract is not None and case.contract.state != ContractState.DRAWN:
        return False
    return runs(actor, case) and case.tender.state == TenderState.AWARDED


@permission("projects:contract:read")
def read_contract(actor: Actor, case: TenderCase) -> Answer:
    """Everybody reads what is signed; before, both sides and auditors."""
    if case.contract is None:
        return False
    if case.contract.signed_at is not None:
        return True
    return case.contract.organisation_id in acts_for(actor) or oversees(actor, case) is True


@permission("projects:contract:agree")
def agree(actor: Actor, case: TenderCase) -> Answer:
    """Those who act for the contractor agree to what was drawn up."""
    if case.contract is None or case.contract.state != ContractState.DRAWN:
        return False
    return case.contract.organisation_id in acts_for(actor)


@permission("projects:contract:enter")
def enter(actor: Actor, case: TenderCase) -> Answer:
    """Delivery officers enter that the contractor has agreed on paper."""
    drawn = case.contract is not None and case.contract.state == ContractState.DRAWN
    return drawn and runs(actor, case)


@permission("projects:contract:sign")
def sign(actor: Actor, case: TenderCase) -> Answer:
    """A delivery officer signs what another one has drawn up and the contractor agreed to."""
    if case.contract is None or case.contract.state != ContractState.AGREED:
        return False
    if not runs(actor, case):
        return False
    if case.contract.drawn_by_id == actor.id:
        return lazy_gettext("You drew this up yourself; somebody else has to sign it.")
    return True


@permission("projects:exclusion:set")
def exclude(actor: Actor, subject: object) -> Answer:
    """Officers exclude organisations of their area and below from bidding."""
    return actor.has_role(OFFICERS, None)


@permission("projects:exclusion:lift")
def lift(actor: Actor, exclusion: Exclusion) -> Answer:
    """Officers of the organisation's area or above lift an exclusion."""
    return actor.has_role(OFFICERS, exclusion.organisation.area.path)


@permission("projects:procurement:see")
def see_rules(actor: Actor, subject: object) -> Answer:
    """Administrators, officers and auditors see what holds for tenders in each area."""
    return actor.has_role(ADMINS | OFFICERS | AUDITORS, None)


@permission("projects:procurement:set")
def set_rules(actor: Actor, area: Area) -> Answer:
    """Administrators of the area or above set what holds for tenders there."""
    return actor.has_role(ADMINS, area.path)


def lives_there(actor: SignedIn, case: TenderCase) -> bool:
    """Whether somebody is a resident of the project's area, and their name is checked."""
    home = actor.area_path or ""
    return actor.verified and home.startswith(case.project.area.path)
