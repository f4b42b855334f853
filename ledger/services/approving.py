"""Approving, booking, paying and undoing vouchers: always by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.notices import tell
from core.clock import local_date
from core.db import hold
from core.errors import Conflict, Invalid, Refused
from core.i18n import both, format_money, lazy_gettext
from ledger.documents import release_documents
from ledger.journal import Event, Kind, Line, Ref, lines_of
from ledger.models import (
    Account,
    Approval,
    CostCentre,
    CostCentreKind,
    Transfer,
    Voucher,
    VoucherKind,
    VoucherState,
)
from ledger.posting import Group, post
from ledger.rules import rule_for
from ledger.services.committing import commit_due
from ledger.services.papers import check_papers
from ledger.services.records import record, subjects_of
from ledger.services.standing import (
    check_project,
    contract_open,
    is_settled,
    open_commitment,
    owed,
)
from ledger.services.works import check_work
from ledger.states import move

K = VoucherKind
ONESELF = lazy_gettext("Somebody else has to approve what you asked for yourself.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says to a voucher, and in which role."""

    person_id: int
    role: str
    reason: str = ""


def approve(session: Session, voucher_id: int, answer: Answer, now: datetime) -> Voucher:
    """Say yes to a voucher; the last yes that is needed books it.

    Raises ``Refused`` for oneself, a second time, or an amount above the role's limit, and
    ``Invalid`` when a paper is missing or the money is not there.
    """
    voucher = _open(session, voucher_id, answer.person_id)
    rule = rule_for(session, voucher.fund.area.path)
    if voucher.amount > rule.most(answer.role):
        most = format_money(rule.most(answer.role), voucher.currency)
        raise Refused(lazy_gettext("In this role you may approve up to %(most)s.", most=most))
    check_papers(session, voucher)
    _say(session, voucher, answer, now, approved=True)
    needed = rule.approvals(voucher.amount)
    given = session.scalar(
        select(func.count()).where(Approval.voucher_id == voucher.id, Approval.approved)
    )
    record(session, voucher, "voucher.approved", {"by": answer.person_id, "role": answer.role}, now)
    if (given or 0) < needed:
        move(voucher, "approve")
        return voucher
    move(voucher, "book")
    voucher.decided_at = now
    _book(session, voucher, answer.person_id, now)
    return voucher


def refuse(session: Session, voucher_id: int, answer: Answer, now: datetime) -> Voucher:
    """Say no to a voucher, with a reason. Raises as ``approve``."""
    voucher = _open(session, voucher_id, answer.person_id)
    if not answer.reason:
        problem = lazy_gettext("Please say why, so that it can be put right.")
        raise Invalid(problem, fields={"reason": problem})
    _say(session, voucher, answer, now, approved=False)
    move(voucher, "refuse")
    voucher.decided_at = now
    release_documents(session, voucher.id)
    body = {"by": answer.person_id, "role": answer.role, "reason": answer.reason}
    record(session, voucher, "voucher.refused", body, now)
    _tell(session, voucher, lazy_gettext("%(number)s was not approved. The reason is there."), now)
    return voucher


def withdraw(session: Session, voucher_id: int, person_id: int, now: datetime) -> Voucher:
    """Take back what one asked for oneself, before it is decided."""
    voucher = hold(session, Voucher, voucher_id)
    if voucher.requested_by_id != person_id:
        raise Refused(lazy_gettext("Only who asked for it can withdraw it."))
    move(voucher, "withdraw")
    voucher.decided_at = now
    release_documents(session, voucher.id)
    record(session, voucher, "voucher.withdrawn", {"by": person_id}, now)
    return voucher


def pay(session: Session, voucher_id: int, person_id: int, paid_on: date, now: datetime) -> Voucher:
    """Record that the money of an approved voucher left the bank on a day.

    Raises ``Refused`` for whoever approved it, and ``Invalid`` when the bank has too little.
    """
    voucher = hold(session, Voucher, voucher_id)
    move(voucher, "pay")
    approver = _approver(session, voucher.id)
    if person_id in _approvers(session, voucher.id):
        raise Refused(lazy_gettext("Somebody else has to pay what you approved yourself."))
    if paid_on < voucher.effective_on or paid_on > local_date(now):
        problem = lazy_gettext("Please give the day on which the bank paid, not in the future.")
        raise Invalid(problem, fields={"paid_on": problem})
    voucher.paid_on = paid_on
    lines = lines_of(f"{voucher.kind}.paid", _event(voucher), voucher.amount)
    _post(session, voucher, "paid", lines, now, on=paid_on, people=(person_id, approver))
    record(session, voucher, "voucher.paid", {"by": person_id, "on": paid_on.isoformat()}, now)
    return voucher


def _open(session: Session, voucher_id: int, person_id: int) -> Voucher:
    voucher = hold(session, Voucher, voucher_id)
    if voucher.requested_by_id == person_id:
        raise Refused(ONESELF)
    if voucher.state != VoucherState.REQUESTED:
        raise Conflict(
            lazy_gettext("This voucher has moved on in the meantime. Please look at it again.")
        )
    if person_id in _approvers(session, voucher.id):
        raise Refused(lazy_gettext("You have approved this already; somebody else has to as well."))
    return voucher


def _approvers(session: Session, voucher_id: int) -> list[int]:
    rows = select(Approval.person_id).where(Approval.voucher_id == voucher_id, Approval.approved)
    return list(session.scalars(rows.order_by(Approval.id)))


def _approver(session: Session, voucher_id: int) -> int:
    return _approvers(session, voucher_id)[-1]


def _say(
    session: Session, voucher: Voucher, answer: Answer, now: datetime, *, approved: bool
) -> None:
    session.add(
        Approval(
            voucher_id=voucher.id,
            requested_by_id=voucher.requested_by_id,
            person_id=answer.person_id,
            role=answer.role,
            approved=approved,
            reason=answer.reason,
            at=now,
        )
    )
    session.flush()


def _tell(session: Session, voucher: Voucher, text: object, now: datetime) -> None:
    words = both(text, number=voucher.number)  # type: ignore[arg-type]  # a lazy text
    tell(session, voucher.requested_by_id, words, f"/ledger/vouchers/{voucher.id}", now)


def _event(voucher: Voucher) -> Event:
    centre = voucher.cost_centre_id
    return Event(
        fund=voucher.fund_id,
        to_fund=voucher.to_fund_id,
        round=centre,
        project=centre,
        payee=voucher.payee_id,
    )


def _book(session: Session, voucher: Voucher, approver_id: int, now: datetime) -> None:
    people = (voucher.requested_by_id, approver_id)
    # Held first: what a round or a project gets and what it gives back is booked in turn.
    centre = voucher.cost_centre_id and hold(session, CostCentre, voucher.cost_centre_id)
    if voucher.kind == K.REVERSE:
        _reverse(session, voucher, people, now)
    else:
        if voucher.kind == K.DISBURSE and centre:
            check_work(session, centre, voucher)
        lines = lines_of(voucher.event, _event(voucher), voucher.amount)
        if voucher.kind == K.REFUND and centre and centre.closed_at is not None:
            lines += lines_of("release", _event(voucher), voucher.amount)
        _post(session, voucher, "booked", lines, now, on=voucher.effective_on, people=people)
    if not centre:
        return
    if voucher.kind == K.RELEASE:
        _close_project(session, voucher, centre, now)
    if centre.kind == CostCentreKind.PROJECT:
        check_project(session, centre, voucher)
    elif voucher.kind == K.APPROPRIATE:
        commit_due(session, centre, now)


def _close_project(session: Session, voucher: Voucher, centre: CostCentre, now: datetime) -> None:
    """Nothing of the fund's money is left; with the last fund, the books are closed."""
    if problem := contract_open(session, centre):
        raise Conflict(problem)
    if open_commitment(session, voucher.fund_id, centre.id) or owed(
        session, voucher.fund_id, centre.id
    ):
        raise Conflict(
            lazy_gettext("What is left of this project's money has changed. Please ask anew.")
        )
    if is_settled(session, centre.id):
        centre.closed_at = now


def _post(
    session: Session,
    voucher: Voucher,
    step: str,
    lines: list[Line],
    now: datetime,
    *,
    on: date,
    people: tuple[int, int],
    reverses: tuple[int, ...] = (),
) -> None:
    group = Group(
        key=f"voucher:{voucher.id}:{step}",
        lines=lines,
        effective_on=on,
        currency=voucher.currency,
        actor_id=people[0],
        approver_id=people[1],
        voucher_id=voucher.id,
        source_ref=voucher.number,
        subjects=subjects_of(session, voucher),
        reverses=reverses,
    )
    post(session, group, now)


def _reverse(session: Session, voucher: Voucher, people: tuple[int, int], now: datetime) -> None:
    """Book the mirror of every line of the voucher that is undone, the last one first."""
    undone = hold(session, Voucher, voucher.reverses_id)
    move(undone, "undo")
    release_documents(session, undone.id)
    rows = select(Transfer).where(Transfer.voucher_id == undone.id).order_by(Transfer.id.desc())
    transfers = session.scalars(rows).all()
    refs = _refs(session, {i for t in transfers for i in (t.debit_id, t.credit_id)})
    lines = [Line(t.code, refs[t.credit_id], refs[t.debit_id], t.amount) for t in transfers]
    numbers = tuple(t.id for t in transfers)
    on = voucher.effective_on
    _post(session, voucher, "booked", lines, now, on=on, people=people, reverses=numbers)
    if undone.kind == K.RELEASE and undone.cost_centre is not None:
        undone.cost_centre.closed_at = None
    record(session, undone, "voucher.reversed", {"by_voucher": voucher.id}, now)


def _refs(session: Session, ids: set[int]) -> dict[int, Ref]:
    rows = select(Account).where(Account.id.in_(ids))
    return {
        a.id: Ref(a.fund_id, Kind(a.kind), a.cost_centre_id, a.payee_id)
        for a in session.scalars(rows)
    }
