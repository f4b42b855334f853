"""The journal's lines that move money at a bank, as the bank would see them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Subquery, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from ledger.journal import Kind
from ledger.models import Account, BankMatch, Fund, Transfer

# A bank books within these days; only then is a line of the ledger missed in its statements.
PATIENCE = timedelta(days=14)
# Both ends of these may lie at one bank account: then nothing moves there.
_WITHIN = ("allot_paid", "allot_received", "carry_out", "carry_in")


def movements(*narrowed: ColumnElement[bool], name: str = "movement") -> Subquery:
    """Each transfer of a fund whose money lies at a known bank account: ``transfer_id``,
    ``bank_account_id``, ``signed`` (minor units, incoming is positive) and what is known of it.

    ``narrowed`` are conditions on ``Fund`` and ``Transfer``.
    """
    sides = [
        select(
            Transfer.id.label("transfer_id"),
            Fund.bank_account_id.label("bank_account_id"),
            signed.label("signed"),
            Transfer.group_id,
            Transfer.code,
            Transfer.currency,
            Transfer.effective_on,
            Transfer.payee_id,
            Transfer.cost_centre_id,
            Transfer.voucher_id,
            Transfer.reverses_id,
        )
        .select_from(Fund)
        .join(Account, and_(Account.fund_id == Fund.id, Account.kind == Kind.BANK))
        .join(Transfer, side == Account.id)
        .where(Fund.bank_account_id.is_not(None), *narrowed)
        for side, signed in (
            (Transfer.debit_id, Transfer.amount.expression),
            (Transfer.credit_id, -Transfer.amount),
        )
    ]
    return union_all(*sides).subquery(name)


def unmatched(found: Subquery) -> ColumnElement[bool]:
    """Whether a movement of ``movements`` belongs to no line of a bank."""
    return ~exists().where(
        BankMatch.transfer_id == found.c.transfer_id, BankMatch.ended_at.is_(None)
    )


def expected(found: Subquery) -> ColumnElement[bool]:
    """Whether a bank has to know of a movement: not when it stays within one bank account, nor
    when it was undone and neither of both was matched."""
    return and_(or_(found.c.code.not_in(_WITHIN), ~_met(found)), ~_undone(found))


def _met(found: Subquery) -> ColumnElement[bool]:
    other, account, fund = aliased(Transfer), aliased(Account), aliased(Fund)
    in_same = (
        select(other.id)
        .join(account, or_(account.id == other.debit_id, account.id == other.credit_id))
        .join(fund, fund.id == account.fund_id)
        .where(
            other.group_id == found.c.group_id,
            other.id != found.c.transfer_id,
            other.amount == func.abs(found.c.signed),
            account.kind == Kind.BANK,
            fund.bank_account_id == found.c.bank_account_id,
            (account.id == other.debit_id) != (found.c.signed > 0),
        )
    )
    return in_same.correlate(found).exists()


def _undone(found: Subquery) -> ColumnElement[bool]:
    other = aliased(Transfer)
    partner = or_(other.reverses_id == found.c.transfer_id, other.id == found.c.reverses_id)
    matched = exists().where(BankMatch.transfer_id == other.id, BankMatch.ended_at.is_(None))
    return select(other.id).where(partner, ~matched).correlate(found).exists()
