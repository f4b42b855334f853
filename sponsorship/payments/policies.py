"""Who may pay, who sees payments, and who gives money back. Whoever is on the sponsor's side
decides nothing for the office; services check it again."""

from __future__ import annotations

from accounts.models import Role
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission
from sponsorship.models import SeatRole
from sponsorship.payments.cases import PaymentCase, RefundCase
from sponsorship.people import APPROVERS, FINANCE
from sponsorship.pledges.view import PledgeCase
from sponsorship.states import PAYABLE, PaymentState, RefundState

OFFICE = frozenset({Role.OFFICER, Role.FINANCE, Role.APPROVER, Role.AUDITOR})


def _decides(actor: Actor, case: PaymentCase, roles: frozenset[str]) -> bool:
    return actor.has_role(roles, case.area_path) and not case.about.belongs(actor.id)


@permission("sponsorship:payment:begin")
def begin(actor: Actor, case: PledgeCase) -> Answer:
    """Whoever pays for the sponsor, once the pledge is signed and while something is missing."""
    if not case.speaks(actor.id, SeatRole.PAYER):
        return False
    if case.pledge.kind != "money":
        return False
    return case.state in PAYABLE or lazy_gettext("This pledge cannot be paid now.")


@permission("sponsorship:payment:see")
def see(actor: Actor, case: PaymentCase) -> Answer:
    """Everybody on the sponsor's side sees how far its payments are."""
    return case.about.speaks(actor.id)


@permission("sponsorship:payment:end")
def end(actor: Actor, case: PaymentCase) -> Answer:
    """Whoever pays for the sponsor ends an attempt that is not through."""
    if not case.about.speaks(actor.id, SeatRole.PAYER):
        return False
    return case.payment.state in {PaymentState.CREATED, PaymentState.PENDING} or lazy_gettext(
        "This payment has ended already."
    )


@permission("sponsorship:payment:oversee")
def oversee(actor: Actor, case: PaymentCase) -> Answer:
    """Officers, money people and auditors of the call's area or above see its payments."""
    return actor.has_role(OFFICE, case.area_path)


@permission("sponsorship:payment:list")
def list_payments(actor: Actor, subject: object) -> Answer:
    """Officers, money people and auditors see the payments of their areas."""
    return actor.has_role(OFFICE, None)


@permission("sponsorship:refund:ask")
def ask_refund(actor: Actor, case: PaymentCase) -> Answer:
    """Finance asks that a payment, or a part of it, be given back."""
    return case.payment.state == PaymentState.PAID and _decides(actor, case, FINANCE)


@permission("sponsorship:refund:decide")
def decide_refund(actor: Actor, case: RefundCase) -> Answer:
    """Finance or an approver decides what another person asked for."""
    if case.refund.state != RefundState.ASKED or not _decides(actor, case, APPROVERS):
        return False
    if case.refund.asked_by_id == actor.id:
        return lazy_gettext("You asked for this yourself; somebody else has to approve it.")
    return True


@permission("sponsorship:refund:again")
def send_again(actor: Actor, case: RefundCase) -> Answer:
    """Finance has a refund that failed sent again."""
    return case.refund.state == RefundState.FAILED and _decides(actor, case, FINANCE)
