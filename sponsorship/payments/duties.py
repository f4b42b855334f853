"""What payments ask people to do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.actor import SignedIn
from accounts.models import Role
from core.desk import Duty, duty_source
from core.i18n import format_money, lazy_gettext
from core.policy import Actor
from ledger.policies import paths
from sponsorship.desk import waiting
from sponsorship.models import Instalment, Payment, Pledge, Refund, Seat, SeatRole
from sponsorship.payments.queries.payments import joined, open_disputes, within
from sponsorship.payments.services.paying import LIVE
from sponsorship.states import PAYABLE, RefundState, SeatState

MOST = 50
_DECIDE = frozenset({Role.FINANCE, Role.APPROVER})
_ANSWER = frozenset({Role.OFFICER, Role.FINANCE})
_MEND = frozenset({Role.FINANCE})


@duty_source
def instalments_to_pay(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """What is to be paid of one's own pledges, and of those of one's business."""
    if not waiting(session, actor.id, now).gives:
        return []
    pays = (SeatRole.MANAGER, SeatRole.PAYER)
    seats = select(Seat.business_id).where(
        Seat.person_id == actor.id, Seat.state == SeatState.ACTIVE, Seat.role.in_(pays)
    )
    rows = (
        select(Instalment, Pledge)
        .join(Pledge, Pledge.id == Instalment.pledge_id)
        .where(
            (Pledge.person_id == actor.id) | Pledge.business_id.in_(seats),
            Pledge.state.in_(PAYABLE),
            Instalment.paid < Instalment.amount,
            ~Instalment.id.in_(select(Payment.instalment_id).where(Payment.state.in_(LIVE))),
        )
        .order_by(Instalment.due_on, Instalment.id)
        .limit(MOST)
    )
    return [
        Duty(
            lazy_gettext(
                "Pay %(amount)s for the pledge %(pledge)s",
                amount=format_money(one.amount - one.paid, pledge.currency),
                pledge=pledge.number,
            ),
            f"/sponsor/pledges/{pledge.id}/pay",
            one.due_on,
        )
        for one, pledge in session.execute(rows)
    ]


@duty_source
def refunds_to_decide(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Refunds that somebody else asked for, and those that have failed."""
    own = paths(actor, _DECIDE) if isinstance(actor, SignedIn) else ()
    if not own or not waiting(session, actor.id, now).moving:
        return []
    rows = joined(
        select(Refund.state, Payment.id, Refund.asked_by_id, Refund.amount, Payment.currency).join(
            Payment, Payment.id == Refund.payment_id
        )
    ).where(within(own), Refund.state.in_((RefundState.ASKED, RefundState.FAILED)))
    mends = bool(paths(actor, _MEND))
    found: list[Duty] = []
    for state, payment_id, asked_by, amount, currency in session.execute(rows.limit(MOST)):
        money = format_money(amount, currency)
        if state == RefundState.ASKED and asked_by != actor.id:
            title = lazy_gettext("Decide about giving back %(amount)s", amount=money)
        elif state == RefundState.FAILED and mends:
            title = lazy_gettext("Giving back %(amount)s has failed: send it again", amount=money)
        else:
            continue
        found.append(Duty(title, f"/office/partners/payments/{payment_id}"))
    return found


@duty_source
def disputes_to_answer(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Disputes that wait for an answer in the payment service."""
    own = paths(actor, _ANSWER) if isinstance(actor, SignedIn) else ()
    if not own:
        return []
    return [
        Duty(
            lazy_gettext(
                "Answer the dispute about %(amount)s in the payment service",
                amount=format_money(row.amount, row.currency),
            ),
            f"/office/partners/payments/{row.payment_id}",
            row.at,
        )
        for row in open_disputes(session, own)
    ]
