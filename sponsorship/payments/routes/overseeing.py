"""What the office sees of payments, and how it gives money back."""

from __future__ import annotations

import structlog
from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.clock import now
from core.db import db
from core.i18n import Message, format_money, lazy_gettext
from core.panels import render_panels
from core.policy import may, requires
from ledger.policies import paths
from sponsorship import bookings
from sponsorship.payments import following
from sponsorship.payments.cases import (
    PaymentCase,
    RefundCase,
    payment_case,
    refund_case,
)
from sponsorship.payments.forms.paying import confirm_form, refund_form
from sponsorship.payments.policies import OFFICE
from sponsorship.payments.queries.payments import (
    disputes_of,
    listed,
    open_disputes,
    refunds_of,
    waiting_refunds,
)
from sponsorship.payments.routes import office
from sponsorship.payments.services import refunding
from sponsorship.payments.services.refunding import refundable
from sponsorship.payments.words import DISPUTE_STATES, DISPUTED, METHODS, STATES
from sponsorship.people import APPROVERS
from sponsorship.pledges.routes.acting import Deed, act

log = structlog.get_logger()


@office.get("/office/partners/payments")
@requires("sponsorship:payment:list")
def index() -> str:
    """The payments of one's areas, and what of them waits for somebody."""
    own, state = paths(g.actor, OFFICE), request.args.get("state", "")
    return render_template(
        "sponsorship/payments/office_list.html",
        page=listed(db.session, own, request.args.get("page", 1, type=int), state),
        states=[("", lazy_gettext("All")), *((k, label) for k, (label, _) in STATES.items())],
        refunds=waiting_refunds(db.session, own),
        disputes=open_disputes(db.session, own),
        panels=render_panels(db.session, "sponsorship.payments.office", own),
    )


@office.get("/office/partners/payments/<int:payment_id>")
@requires("sponsorship:payment:oversee", payment_case)
def payment(case: PaymentCase) -> str:
    """One payment: what came in, what went back, what is disputed."""
    label, tone = STATES[case.payment.state]
    return render_template(
        "sponsorship/payments/office_payment.html",
        case=case,
        payment=case.payment,
        label=label,
        tone=tone,
        how=METHODS.get(case.payment.method, METHODS["card"]),
        refunds=refunds_of(db.session, case.payment.id),
        disputes=disputes_of(db.session, case.payment.id),
        dispute_states=DISPUTE_STATES,
        dispute_reasons=DISPUTED,
        left=refundable(db.session, case.payment),
        asks=may(g.actor, "sponsorship:refund:ask", case),
        decides=g.actor.has_role(APPROVERS, case.area_path) and not case.about.belongs(g.actor.id),
        panels=render_panels(db.session, "sponsorship.payment.office", case),
    )


@office.route("/office/partners/payments/<int:payment_id>/refund", methods=["GET", "POST"])
@requires("sponsorship:refund:ask", payment_case)
def ask_refund(case: PaymentCase) -> ResponseReturnValue:
    """Ask that a payment be given back."""
    payment_id, by = case.payment.id, g.actor.id
    left = refundable(db.session, case.payment)
    kept = bookings.kept_for(db.session, case.about.pledge)
    form = refund_form(max(left, 1), case.payment.currency)
    said = Deed(
        title=lazy_gettext("Give money back?"),
        lead=lazy_gettext("Somebody else approves it; then it goes back the way it came."),
        button=lazy_gettext("Ask for it"),
        done=lazy_gettext("Asked for. Somebody else has to approve it."),
        back=_url(case),
        fields=("amount", "reason", "beyond"),
        facts=[
            *_facts(case),
            (lazy_gettext("Can be given back"), format_money(left, case.payment.currency)),
            (lazy_gettext("Still kept"), format_money(kept, case.payment.currency)),
        ],
        crumbs=_crumbs(case),
    )

    def write(session: Session) -> None:
        refunding.ask(
            session,
            payment_id,
            form["amount"].data,
            reason=form["reason"].data,
            by_id=by,
            now=now(),
            key=f"refund:{form['key'].data}",
            beyond=form["beyond"].data,
        )

    return act(said, form, write)


@office.route("/office/partners/refunds/<int:refund_id>/approve", methods=["GET", "POST"])
@requires("sponsorship:refund:decide", refund_case)
def approve_refund(case: RefundCase) -> ResponseReturnValue:
    """Approve what somebody else asked for; it is booked and sent."""
    refund_id, by = case.refund.id, g.actor.id
    said = Deed(
        title=lazy_gettext("Approve giving this back?"),
        lead=lazy_gettext("It is booked at once as owed to the sponsor, and sent."),
        button=lazy_gettext("Yes, give it back"),
        done=lazy_gettext("Approved. The money is on its way back."),
        back=_url(case),
        fields=("code",),
        facts=_refund_facts(case),
        crumbs=_crumbs(case),
    )

    def write(session: Session) -> None:
        refunding.approve(session, refund_id, by, now())

    return _and_send(act(said, confirm_form(weighty=True), write), refund_id)


@office.route("/office/partners/refunds/<int:refund_id>/refuse", methods=["GET", "POST"])
@requires("sponsorship:refund:decide", refund_case)
def refuse_refund(case: RefundCase) -> ResponseReturnValue:
    """Refuse what somebody else asked for."""
    refund_id, by = case.refund.id, g.actor.id
    said = Deed(
        title=lazy_gettext("Refuse giving this back?"),
        lead=lazy_gettext("The money stays where it is. It can be asked for again."),
        button=lazy_gettext("Yes, refuse"),
        done=lazy_gettext("Refused."),
        back=_url(case),
        facts=_refund_facts(case),
        tone="btn-quiet",
        crumbs=_crumbs(case),
    )

    def write(session: Session) -> None:
        refunding.refuse(session, refund_id, by, now())

    return act(said, confirm_form(), write)


@office.route("/office/partners/refunds/<int:refund_id>/again", methods=["GET", "POST"])
@requires("sponsorship:refund:again", refund_case)
def send_again(case: RefundCase) -> ResponseReturnValue:
    """Send a refund again that has failed."""
    refund_id, by = case.refund.id, g.actor.id
    said = Deed(
        title=lazy_gettext("Send it again?"),
        lead=lazy_gettext("It is owed to the sponsor all the time; now it is tried once more."),
        button=lazy_gettext("Yes, send it again"),
        done=lazy_gettext("Sent again."),
        back=_url(case),
        facts=_refund_facts(case),
        crumbs=_crumbs(case),
    )

    def write(session: Session) -> None:
        refunding.again(session, refund_id, by, now())

    return _and_send(act(said, confirm_form(), write), refund_id)


def _and_send(answer: ResponseReturnValue, refund_id: int) -> ResponseReturnValue:
    """Ask the provider at once; where it does not answer, the clock asks again."""
    try:
        following.send(refund_id, now())
    except following.Silent:
        log.info("payments.refund_waits", refund=refund_id)
    return answer


def _url(case: PaymentCase) -> str:
    return f"/office/partners/payments/{case.payment.id}"


def _crumbs(case: PaymentCase) -> list[tuple[object, str | None]]:
    pledge = case.about.pledge
    return [
        (lazy_gettext("Payments"), "/office/partners/payments"),
        (pledge.number, _url(case)),
    ]


def _facts(case: PaymentCase) -> list[tuple[Message, object]]:
    payment = case.payment
    return [
        (lazy_gettext("Pledge"), case.about.pledge.number),
        (lazy_gettext("Paid"), format_money(payment.captured, payment.currency)),
    ]


def _refund_facts(case: RefundCase) -> list[tuple[Message, object]]:
    amount = format_money(case.refund.amount, case.payment.currency)
    return [
        *_facts(case),
        (lazy_gettext("To be given back"), amount),
        (lazy_gettext("Why"), case.refund.reason),
    ]
