"""Who may do what with public money. Nobody acts on what they asked for themselves."""

from __future__ import annotations

from typing import Any

from accounts.models import Area, Role
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission
from ledger.models import Fund, PeriodClosing, Voucher
from ledger.rules import APPROVERS, FINANCE
from ledger.states import BOOKED

READERS = frozenset({Role.FINANCE, Role.APPROVER, Role.AUDITOR, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
OWN = lazy_gettext("You asked for this yourself; somebody else has to decide.")


def paths(actor: Any, roles: frozenset[Role]) -> tuple[str, ...]:
    """The areas in which ``actor`` holds one of ``roles``."""
    return tuple(grant.area_path for grant in actor.grants if grant.role in roles)


def _in_fund(actor: Actor, roles: frozenset[Role], fund: Fund | None) -> bool:
    return fund is not None and actor.has_role(frozenset(roles), fund.area.path)


@permission("ledger:office:see")
def see_office(actor: Actor, subject: object) -> Answer:
    """Finance officers, approvers, auditors and administrators see the money of their areas."""
    return actor.has_role(READERS, None)


@permission("ledger:voucher:see")
def see(actor: Actor, voucher: Voucher) -> Answer:
    """They see a voucher whose fund, or whose receiving fund, is in their area or below."""
    return any(_in_fund(actor, READERS, fund) for fund in (voucher.fund, voucher.to_fund))


@permission("ledger:voucher:request")
def request(actor: Actor, fund: Fund | None) -> Answer:
    """Finance officers ask for money of funds in their area and below (``None``: of any)."""
    return actor.has_role(FINANCE, fund.area.path if fund is not None else None)


def _decide(actor: Actor, voucher: Voucher) -> Answer:
    if not _in_fund(actor, APPROVERS, voucher.fund):
        return False
    return OWN if voucher.requested_by_id == actor.id else True


@permission("ledger:voucher:approve")
def approve(actor: Actor, voucher: Voucher) -> Answer:
    """Approvers and finance officers of the fund's area or above approve what others asked for,
    up to their limit, which is checked when they do."""
    return _decide(actor, voucher)


@permission("ledger:voucher:refuse")
def refuse(actor: Actor, voucher: Voucher) -> Answer:
    """Whoever could approve a voucher of any amount can also refuse it."""
    return _decide(actor, voucher)


@permission("ledger:voucher:withdraw")
def withdraw(actor: Actor, voucher: Voucher) -> Answer:
    """Only who asked for it takes it back."""
    return voucher.requested_by_id == actor.id and _in_fund(actor, FINANCE, voucher.fund)


@permission("ledger:voucher:pay")
def pay(actor: Actor, voucher: Voucher) -> Answer:
    """Finance officers of the fund's area or above enter that the bank has paid."""
    return _in_fund(actor, FINANCE, voucher.fund)


@permission("ledger:voucher:undo")
def undo(actor: Actor, voucher: Voucher) -> Answer:
    """Finance officers of the fund's area or above ask for a booked voucher to be undone."""
    return _in_fund(actor, FINANCE, voucher.fund)


@permission("ledger:document:add")
def add_document(actor: Actor, voucher: Voucher) -> Answer:
    """Finance officers of the fund's area or above add papers to a voucher."""
    return _in_fund(actor, FINANCE, voucher.fund)


@permission("ledger:document:read")
def read_document(actor: Actor, voucher: Voucher) -> Answer:
    """Everybody reads the public copies of what was booked; before, those who see the voucher."""
    return voucher.state in BOOKED or see(actor, voucher)


@permission("ledger:fund:open")
def open_fund(actor: Actor, area: Area | None) -> Answer:
    """Finance officers open funds for their area and below (``None``: for any)."""
    return actor.has_role(FINANCE, area.path if area is not None else None)


@permission("ledger:fund:see")
def see_fund(actor: Actor, fund: Fund) -> Answer:
    """Whoever sees the office sees the funds of their areas and below."""
    return _in_fund(actor, READERS, fund)


@permission("ledger:fund:plan")
def plan(actor: Actor, fund: Fund) -> Answer:
    """Finance officers of the fund's area or above change its plan."""
    return _in_fund(actor, FINANCE, fund)


@permission("ledger:period:close")
def close(actor: Actor, area: Area | None) -> Answer:
    """Finance officers ask for books of their area and below to be closed (``None``: of any)."""
    return actor.has_role(FINANCE, area.path if area is not None else None)


@permission("ledger:period:approve")
def approve_closing(actor: Actor, closing: PeriodClosing) -> Answer:
    """Approvers and finance officers of the area or above close books, if others asked."""
    if not actor.has_role(APPROVERS, closing.area.path):
        return False
    if closing.approved_at is not None:
        return lazy_gettext("These books are closed already.")
    return OWN if closing.asked_by_id == actor.id else True


@permission("ledger:payee:see")
def see_payees(actor: Actor, subject: object) -> Answer:
    """Whoever sees the office sees who can be paid."""
    return actor.has_role(READERS, None)


@permission("ledger:payee:add")
def add_payee(actor: Actor, subject: object) -> Answer:
    """Finance officers enter who can be paid."""
    return actor.has_role(FINANCE, None)


@permission("ledger:rule:see")
def see_rules(actor: Actor, subject: object) -> Answer:
    """Whoever sees the office sees how much each role may approve."""
    return actor.has_role(READERS, None)


@permission("ledger:rule:set")
def set_rule(actor: Actor, area: Area) -> Answer:
    """Administrators of the area or above set how much each role may approve there."""
    return actor.has_role(ADMINS, area.path)
