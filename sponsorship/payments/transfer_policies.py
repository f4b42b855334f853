"""Who sees transfers, receipts and what does not match, and who says that money has moved."""

from __future__ import annotations

from accounts.models import Role
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission
from ledger.models import BankAccount
from sponsorship.models import SeatRole
from sponsorship.payments.cases import PaymentCase
from sponsorship.payments.transfer_cases import ArrivalCase, ReturnCase
from sponsorship.people import APPROVERS, FINANCE, OFFICERS

READERS = OFFICERS | APPROVERS | {Role.AUDITOR.value}
MONEY = APPROVERS | {Role.AUDITOR.value}


@permission("sponsorship:transfer:see")
def see_transfer(actor: Actor, case: PaymentCase) -> Answer:
    """Those who pay for a sponsor see where to transfer it, and with which code."""
    return case.about.speaks(actor.id, SeatRole.PAYER)


@permission("sponsorship:receipt:read")
def read_receipt(actor: Actor, case: PaymentCase) -> Answer:
    """Everybody who acts for the sponsor has its receipts, and those who look after the call."""
    return case.about.speaks(actor.id) or actor.has_role(READERS, case.area_path)


@permission("sponsorship:payments:problems")
def see_problems(actor: Actor, subject: object) -> Answer:
    """Money people and auditors see what does not match at the payment services: their balance is
    that of all areas together."""
    return actor.has_role(MONEY, None)


@permission("sponsorship:transfers:list")
def list_transfers(actor: Actor, subject: object) -> Answer:
    """Money people and auditors see the transfers of their areas."""
    return actor.has_role(MONEY, None)


@permission("sponsorship:transfers:enter")
def enter(actor: Actor, subject: object) -> Answer:
    """Finance officers enter what they see in the statements of their areas."""
    return actor.has_role(FINANCE, None)


@permission("sponsorship:transfer:ask")
def ask(actor: Actor, case: PaymentCase) -> Answer:
    """A finance officer of the call's area or above, who is not on the sponsor's side, says that a
    transfer has arrived or was sent back."""
    return actor.has_role(FINANCE, case.area_path) and not case.about.belongs(actor.id)


@permission("sponsorship:transfer:confirm")
def confirm(actor: Actor, case: ArrivalCase | ReturnCase) -> Answer:
    """Another money person of the call's area or above confirms it."""
    if not _decides(actor, case):
        return False
    if case.first == actor.id:
        return lazy_gettext("You entered this yourself; somebody else has to confirm it.")
    return True


@permission("sponsorship:transfer:drop")
def drop(actor: Actor, case: ArrivalCase | ReturnCase) -> Answer:
    """A money person of the call's area or above does not confirm it; whoever said it takes it
    back."""
    return _decides(actor, case)


def _decides(actor: Actor, case: ArrivalCase | ReturnCase) -> bool:
    if case.first is None or case.about.belongs(actor.id):
        return False
    return actor.has_role(APPROVERS, case.area_path)


@permission("sponsorship:account:describe")
def describe(actor: Actor, account: BankAccount) -> Answer:
    """Finance officers of a bank account's area or above write what payers are told of it."""
    return actor.has_role(FINANCE, account.area.path)
