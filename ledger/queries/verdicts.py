"""What somebody can do with a voucher now, and if not, why not and what is needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Role
from core.i18n import Message, format_money, gettext, lazy_gettext
from core.policy import Actor, check
from ledger.models import Approval, Voucher, VoucherKind, VoucherState
from ledger.rules import Rule, rules_for
from ledger.services.papers import missing_papers
from ledger.states import can

LABELS: dict[str, Message] = {
    "approve": lazy_gettext("Approve"),
    "refuse": lazy_gettext("Do not approve"),
    "withdraw": lazy_gettext("Withdraw"),
    "pay": lazy_gettext("Enter the payment"),
    "undo": lazy_gettext("Undo"),
}
# The move of the table of states that each button makes.
MOVES = {
    "approve": "book",
    "refuse": "refuse",
    "withdraw": "withdraw",
    "pay": "pay",
    "undo": "undo",
}


class Row(Protocol):
    """A voucher in a list: its number, its amount, and the path of its area."""

    @property
    def id(self) -> int: ...
    @property
    def amount(self) -> int: ...
    @property
    def path(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Button:
    """Something that could be done with a voucher; ``why`` says why it cannot be done now."""

    verb: str
    label: Message
    why: Message | None


def role_for(actor: Actor, path: str) -> str:
    """The role in which somebody approves in the area at ``path``: the one that may more."""
    approver = actor.has_role(frozenset({Role.APPROVER}), path)
    return Role.APPROVER if approver else Role.FINANCE


def above_limit(session: Session, actor: Actor, rows: Iterable[Row]) -> set[int]:
    """Those of the rows whose amount is more than ``actor`` may approve: one query for all."""
    rows = list(rows)
    rules = rules_for(session, {row.path for row in rows}) if rows else {}
    return {row.id for row in rows if row.amount > rules[row.path].most(role_for(actor, row.path))}


def approvals(session: Session, voucher_id: int) -> list[Approval]:
    """What others said to a voucher, in order."""
    rows = select(Approval).where(Approval.voucher_id == voucher_id).order_by(Approval.id)
    return list(session.scalars(rows))


def buttons(
    session: Session, actor: Actor, voucher: Voucher, said: Sequence[Approval], rule: Rule
) -> list[Button]:
    """The buttons of a voucher for somebody, those that cannot be used now with the reason.
    What neither their role nor the voucher's state lets them do is left out."""
    found = []
    for verb, label in LABELS.items():
        answer = check(actor, f"ledger:voucher:{verb}", voucher)
        if answer is False or not _possible(voucher, verb):
            continue
        why: Message | None = None if answer is True else answer
        if why is None and verb == "approve":
            why = _why_not_approve(session, actor, voucher, said, rule)
        if why is None and verb == "pay" and actor.id in _approvers(said):
            why = lazy_gettext("Somebody else has to pay what you approved yourself.")
        found.append(Button(verb, label, why))
    return found


def _possible(voucher: Voucher, verb: str) -> bool:
    return can(voucher, MOVES[verb]) and not (
        verb == "undo" and voucher.kind == VoucherKind.REVERSE
    )


def _approvers(said: Sequence[Approval]) -> set[int]:
    return {one.person_id for one in said if one.approved}


def _why_not_approve(
    session: Session, actor: Actor, voucher: Voucher, said: Sequence[Approval], rule: Rule
) -> Message | None:
    if actor.id in _approvers(said):
        return lazy_gettext("You have approved this already; somebody else has to as well.")
    most = rule.most(role_for(actor, voucher.fund.area.path))
    if voucher.amount > most:
        limit = format_money(most, voucher.currency)
        return lazy_gettext("This is above your limit of %(most)s.", most=limit)
    return missing_papers(session, voucher)


def people_needed(voucher: Voucher, said: Sequence[Approval], rule: Rule) -> str | None:
    """That a second person must approve, where that is so and still open."""
    needed = rule.approvals(voucher.amount)
    if voucher.state != VoucherState.REQUESTED or needed == 1:
        return None
    return gettext(
        "Above %(limit)s two people must approve. So far: %(count)s.",
        limit=format_money(rule.three_above, voucher.currency),
        count=len(_approvers(said)),
    )
