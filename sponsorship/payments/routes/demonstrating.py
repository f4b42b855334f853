"""Paying in the demonstration: a card's number goes to the stand-in on this machine, and nowhere
else. No money moves."""

from __future__ import annotations

import re

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from core.clock import now
from core.db import db
from core.errors import DomainError
from core.i18n import gettext, lazy_gettext
from core.policy import requires
from sponsorship.models import Payment
from sponsorship.payments import following
from sponsorship.payments.cases import PaymentCase, demo_case
from sponsorship.payments.forms.paying import card_form
from sponsorship.payments.providers import provider
from sponsorship.payments.providers.protocol import Declined, Unreachable
from sponsorship.payments.providers.stripe_provider import StripeProvider
from sponsorship.payments.routes import demo
from sponsorship.payments.words import DECLINED

REFUSED = lazy_gettext("This card cannot be used. Please take another one.")
_NUMBER = re.compile(r"\d{16}")


@demo.route("/demo/pay/<int:payment_id>", methods=["GET", "POST"])
@requires("sponsorship:payment:end", demo_case)
def pay(case: PaymentCase) -> ResponseReturnValue:
    """Type the number of a test card, as one would on the provider's page."""
    form, status = card_form(), 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        number = form["number"].data.replace(" ", "").replace("-", "")
        if _NUMBER.fullmatch(number):
            return _pay(case.payment.id, number)
        form["number"].errors = [gettext("A card's number has 16 digits.")]
    return render_template("sponsorship/payments/demo.html", case=case, form=form), status


def _pay(payment_id: int, number: str) -> ResponseReturnValue:
    payment = db.session.get_one(Payment, payment_id)
    one, ref = provider(payment.provider), payment.provider_ref or ""
    db.session.rollback()
    try:
        if isinstance(one, StripeProvider):
            one.pay_here(ref, number)
    except Declined as error:
        flash(str(DECLINED.get(str(error), REFUSED)), "bad")
    except Unreachable:
        flash(str(following.SILENT), "bad")
    return _go_back(payment_id)


def _go_back(payment_id: int) -> ResponseReturnValue:
    """As the provider would: it tells us by itself, and sends the payer back."""
    try:
        following.follow(payment_id, now())
    except DomainError as error:
        flash(str(error.message), "warn")
    return redirect(f"/sponsor/payments/{payment_id}", 303)
