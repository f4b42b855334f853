"""Paying an instalment, and seeing how far that is."""

from __future__ import annotations

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import date_long, format_money, gettext
from core.policy import requires
from core.web import CSP
from sponsorship.models import Payment
from sponsorship.payments import following
from sponsorship.payments.cases import PaymentCase, payment_case
from sponsorship.payments.forms.paying import Named, confirm_form, pay_form
from sponsorship.payments.providers import providers
from sponsorship.payments.queries.payments import refunds_of, to_pay
from sponsorship.payments.routes import sponsor
from sponsorship.payments.services.paying import LIVE, begin, live_payment, ways_to_pay
from sponsorship.payments.words import DECLINED, METHODS, STATES
from sponsorship.pledges.view import PledgeCase, pledge_case
from sponsorship.states import PaymentState


@sponsor.route("/sponsor/pledges/<int:pledge_id>/pay", methods=["GET", "POST"])
@requires("sponsorship:payment:begin", pledge_case)
def pay(case: PledgeCase) -> ResponseReturnValue:
    """Choose an instalment and a way to pay, and go where it is paid."""
    form = pay_form(_instalments(case), _ways(case))
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            return _go(_begin(form))
        except DomainError as error:
            form.absorb(error)
            status = error.status
    page = render_template("sponsorship/payments/pay.html", case=case, form=form)
    answer = make_response(page, status)
    # A browser follows the answer to a form only to where the form's page says.
    answer.headers["Content-Security-Policy"] = _policy()
    return answer


def _begin(form: XForm) -> int:
    name, _, method = form["way"].data.partition(":")
    with transaction() as session:
        instalment = int(form["instalment"].data)
        payment = begin(session, instalment, (name, method), g.actor.id, now())
        return payment.id


def _go(payment_id: int) -> ResponseReturnValue:
    """To the page where it is paid; to our own about it while the provider does not answer."""
    try:
        following.ask(payment_id, now())
    except following.Silent as error:
        flash(str(error.message), "warn")
    payment = db.session.get_one(Payment, payment_id, populate_existing=True)
    waits = payment.state == PaymentState.PENDING and payment.page_url
    return redirect(payment.page_url if waits else f"/sponsor/payments/{payment_id}", 303)


def _instalments(case: PledgeCase) -> Named:
    currency = case.pledge.currency
    return [
        (
            str(one.id),
            gettext(
                "Instalment %(number)s: %(amount)s, by %(day)s",
                number=one.number,
                amount=format_money(one.amount - one.paid, currency),
                day=date_long(one.due_on),
            ),
        )
        for one in to_pay(case.pledge)
    ]


def _ways(case: PledgeCase) -> Named:
    return [
        (f"{name}:{method}", METHODS.get(method, method))
        for name, method in ways_to_pay(case.pledge.currency)
    ]


def _policy() -> str:
    """The site's policy, and besides that forms may lead to the providers' pages."""
    pages = " ".join(sorted({one.pages for one in providers().values() if one.pages}))
    return CSP.format(tiles="").replace(
        "form-action 'self'", f"form-action 'self' {pages}".rstrip()
    )


@sponsor.get("/sponsor/payments/<int:payment_id>")
@requires("sponsorship:payment:see", payment_case)
def payment(case: PaymentCase) -> ResponseReturnValue:
    """How far a payment is, for whoever comes back from paying. What counts is what the provider
    says to us, so this page only waits for that; it looks again by itself."""
    return render_template("sponsorship/payments/payment.html", **_shown(case))


@sponsor.get("/sponsor/payments/<int:payment_id>/progress")
@requires("sponsorship:payment:see", payment_case)
def progress(case: PaymentCase) -> str:
    """The part of the page that looks again by itself."""
    return render_template("sponsorship/payments/_progress.html", **_shown(case))


def _shown(case: PaymentCase) -> dict[str, object]:
    payment = case.payment
    label, tone = STATES[payment.state]
    other = live_payment(db.session, payment.instalment_id)
    return {
        "case": case,
        "payment": payment,
        "label": label,
        "tone": tone,
        "left": request.args.get("left") == "1",
        "waits": payment.state in LIVE,
        "why": DECLINED.get(payment.problem),
        "refunds": refunds_of(db.session, payment.id),
        "again": payment.state not in LIVE and other is None,
        "form": confirm_form(),
    }


@sponsor.post("/sponsor/payments/<int:payment_id>/end")
@requires("sponsorship:payment:end", payment_case)
def end(case: PaymentCase) -> ResponseReturnValue:
    """End an attempt to pay; another one can begin."""
    payment_id = case.payment.id
    if confirm_form().validate_on_submit():
        try:
            following.give_up(payment_id, now())
        except DomainError as error:
            flash(str(error.message), "bad")
        else:
            flash(gettext("This attempt to pay has ended."), "good")
    return redirect(url_for("sponsor_payments.payment", payment_id=payment_id), 303)
