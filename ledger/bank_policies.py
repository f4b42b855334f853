"""Who may see bank lines and sealed papers, and who may match lines."""

from __future__ import annotations

from accounts.models import Role
from core.policy import Actor, Answer, permission
from ledger.models import BankAccount, Voucher

FINANCE = frozenset({Role.FINANCE.value})
READERS = frozenset({Role.FINANCE.value, Role.APPROVER.value, Role.AUDITOR.value})


@permission("ledger:bank:list")
def list_accounts(actor: Actor, _subject: None) -> Answer:
    """Finance officers, approvers and auditors see the bank accounts of their areas and below."""
    return actor.has_role(READERS, None)


@permission("ledger:bank:create")
def create(actor: Actor, _subject: None) -> Answer:
    """Finance officers enter the bank accounts of their areas and below."""
    return actor.has_role(FINANCE, None)


@permission("ledger:bank:read")
def read(actor: Actor, account: BankAccount) -> Answer:
    """Finance officers, approvers and auditors of a bank account's area, or of one above it, read
    its lines in full."""
    return actor.has_role(READERS, account.area.path)


@permission("ledger:bank:manage")
def manage(actor: Actor, account: BankAccount) -> Answer:
    """Finance officers of a bank account's area, or of one above it, take statements in and match
    their lines."""
    return actor.has_role(FINANCE, account.area.path)


@permission("ledger:document:unseal")
def unseal(actor: Actor, voucher: Voucher) -> Answer:
    """Finance officers, approvers and auditors of a voucher's area, or of one above it, open the
    sealed originals of its papers."""
    return actor.has_role(READERS, voucher.fund.area.path)
