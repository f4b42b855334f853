"""The office says that transfers have arrived or were sent back, and confirms what others said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.office_queries import paths_of
from core.clock import now
from core.db import db
from core.forms import XForm
from core.i18n import Message, date_long, format_money, lazy_gettext, localize
from core.policy import requires
from ledger.models import BankAccount
from sponsorship.payments.cases import PaymentCase, RefundCase, refund_case
from sponsorship.payments.forms.transfers import (
    WITHOUT,
    confirm_form,
    details_form,
    drop_form,
    moved_form,
)
from sponsorship.payments.office_words import FITS, reason_in_words
from sponsorship.payments.queries.arrivals import arrived, lines_back, lines_for
from sponsorship.payments.queries.problems import accounts_of_calls
from sponsorship.payments.queries.transfers import sent_to_confirm, to_confirm, to_send
from sponsorship.payments.services import accounts, transfers, transfers_back
from sponsorship.payments.transfer_cases import (
    ArrivalCase,
    ReturnCase,
    load_arrival,
    load_bank_account,
    load_return,
    load_transfer,
)
from sponsorship.payments.transfer_policies import MONEY
from sponsorship.pledges.queries.page import purpose_of
from sponsorship.pledges.routes.acting import Deed, act

blueprint = Blueprint("partners_office_transfers", __name__, url_prefix="/office/partners")
Facts = Sequence[tuple[Message, object]]
_CRUMBS: list[tuple[object, str | None]] = [
    (lazy_gettext("Payments"), "/office/partners/payments"),
    (lazy_gettext("Transfers"), "/office/partners/transfers"),
]
_ASK, _CONFIRM, _DROP = (f"sponsorship:transfer:{verb}" for verb in ("ask", "confirm", "drop"))


@blueprint.get("/transfers")
@requires("sponsorship:transfers:list")
def index() -> str:
    """What has arrived, what waits for a second person, and what is to be sent back."""
    paths = paths_of(g.actor, MONEY)
    return render_template(
        "sponsorship/payments/transfers.html",
        arrived=arrived(db.session, paths),
        to_confirm=to_confirm(db.session, paths),
        to_send=to_send(db.session, paths),
        sent=sent_to_confirm(db.session, paths),
        accounts=accounts_of_calls(db.session, paths),
        fits=FITS,
        reason=reason_in_words,
    )


@blueprint.route("/payments/<int:payment_id>/arrived", methods=["GET", "POST"])
@requires(_ASK, load_transfer)
def seen(case: PaymentCase) -> ResponseReturnValue:
    """Say that a transfer has arrived."""
    payment_id, by = case.payment.id, g.actor.id
    lines = lines_for(db.session, case.payment)
    form = moved_form(lines, request.args.get("line", type=int), case.payment.reference)
    said = Deed(
        title=lazy_gettext("Has this transfer arrived?"),
        lead=lazy_gettext(
            "Look at the bank's statement. Nothing is booked before somebody else has confirmed it."
        ),
        button=lazy_gettext("Yes, it has arrived"),
        done=lazy_gettext("Entered. Somebody else is asked to confirm it."),
        back=url_for(".index"),
        fields=("line", "on"),
        crumbs=_CRUMBS,
        facts=_facts(case, case.payment.amount),
    )

    def write(session: Session) -> None:
        line_id, on = _chosen(form)
        transfers.ask(session, payment_id, by, now(), line_id=line_id, on=on)

    return act(said, form, write)


def _chosen(form: XForm) -> tuple[int | None, date | None]:
    line = form["line"].data
    return (None, form["on"].data) if line == WITHOUT else (int(line), None)


@blueprint.route("/transfers/<int:bank_confirmation_id>/confirm", methods=["GET", "POST"])
@requires(_CONFIRM, load_arrival)
def confirm(case: ArrivalCase) -> ResponseReturnValue:
    """Confirm that a transfer has arrived."""
    ident, by, form = case.said.id, g.actor.id, confirm_form()
    arrived_on = (lazy_gettext("Arrived on"), date_long(case.said.arrived_on))
    facts = [*_facts(case, case.said.amount), arrived_on]
    said = _confirming(lazy_gettext("Confirm this transfer?"), facts)
    return act(said, form, lambda session: transfers.confirm(session, ident, by, now()))


@blueprint.route("/transfers/<int:bank_confirmation_id>/drop", methods=["GET", "POST"])
@requires(_DROP, load_arrival)
def drop(case: ArrivalCase) -> ResponseReturnValue:
    """Do not confirm that a transfer has arrived."""
    ident, by, form = case.said.id, g.actor.id, drop_form()

    def write(session: Session) -> None:
        transfers.drop(session, ident, form["reason"].data, by, now())

    return act(_dropping(_facts(case, case.said.amount)), form, write)


def _confirming(title: Message, facts: Facts) -> Deed:
    return Deed(
        title=title,
        lead=lazy_gettext("Look at the statement yourself. With your yes it is booked."),
        button=lazy_gettext("Yes, book it"),
        done=lazy_gettext("Confirmed and booked."),
        back=url_for(".index"),
        fields=("code",),
        crumbs=_CRUMBS,
        facts=facts,
    )


def _dropping(facts: Facts) -> Deed:
    return Deed(
        title=lazy_gettext("This is not so?"),
        lead=lazy_gettext("Nothing is booked, and it can be entered anew."),
        button=lazy_gettext("Do not confirm it"),
        done=lazy_gettext("Not confirmed. Whoever entered it is told why."),
        back=url_for(".index"),
        fields=("reason",),
        crumbs=_CRUMBS,
        facts=facts,
        tone="btn-seal",
    )


@blueprint.route("/refunds/<int:refund_id>/sent", methods=["GET", "POST"])
@requires(_ASK, refund_case)
def sent(case: RefundCase) -> ResponseReturnValue:
    """Say that a refund was transferred back."""
    refund_id, by = case.refund.id, g.actor.id
    form = moved_form(lines_back(db.session, case.refund))
    said = Deed(
        title=lazy_gettext("Was this refund transferred?"),
        lead=lazy_gettext(
            "Transfer it to the account that the money came from, and to no other. Then say so"
            " here; somebody else confirms it, and it is booked."
        ),
        button=lazy_gettext("Yes, it was transferred"),
        done=lazy_gettext("Entered. Somebody else is asked to confirm it."),
        back=url_for(".index"),
        fields=("line", "on"),
        crumbs=_CRUMBS,
        facts=[*_facts(case, case.refund.amount), _why(case.refund.reason)],
    )

    def write(session: Session) -> None:
        line_id, on = _chosen(form)
        transfers_back.ask(session, refund_id, by, now(), line_id=line_id, on=on)

    return act(said, form, write)


@blueprint.route("/refunds/<int:refund_id>/confirm-sent", methods=["GET", "POST"])
@requires(_CONFIRM, load_return)
def confirm_sent(case: ReturnCase) -> ResponseReturnValue:
    """Confirm that a refund was transferred back."""
    refund_id, by, form = case.refund.id, g.actor.id, confirm_form()
    sent_on = (lazy_gettext("Sent on"), date_long(case.said.sent_on))
    facts = [*_facts(case, case.refund.amount), _why(case.refund.reason), sent_on]
    said = _confirming(lazy_gettext("Confirm this refund?"), facts)
    return act(said, form, lambda session: transfers_back.confirm(session, refund_id, by, now()))


@blueprint.route("/refunds/<int:refund_id>/drop-sent", methods=["GET", "POST"])
@requires(_DROP, load_return)
def drop_sent(case: ReturnCase) -> ResponseReturnValue:
    """Do not confirm that a refund was transferred back."""
    refund_id, by, form = case.refund.id, g.actor.id, drop_form()

    def write(session: Session) -> None:
        transfers_back.drop(session, refund_id, form["reason"].data, by, now())

    return act(_dropping(_facts(case, case.refund.amount)), form, write)


@blueprint.route("/accounts/<int:bank_account_id>", methods=["GET", "POST"])
@requires("sponsorship:account:describe", load_bank_account)
def account(found: BankAccount) -> ResponseReturnValue:
    """Write what payers are told of a bank account."""
    ident, by, form = found.id, g.actor.id, details_form(found.payment_details)
    said = Deed(
        title=lazy_gettext("What do payers need to know?"),
        lead=lazy_gettext(
            "Only a part of the account's number is kept here. What you write is shown to those who"
            " pay by transfer; all money people of the area are told that it has changed."
        ),
        button=lazy_gettext("Show this to payers"),
        done=lazy_gettext("Payers see it now."),
        back=url_for(".index"),
        fields=("details", "code"),
        crumbs=_CRUMBS,
        facts=[
            (lazy_gettext("Account"), f"{localize(found.name)} · {found.number}"),
        ],
    )

    def write(session: Session) -> None:
        accounts.describe(session, ident, form["details"].data, by, now())

    return act(said, form, write)


def _facts(case: PaymentCase, amount: int) -> list[tuple[Message, object]]:
    pledge = case.about.pledge
    return [
        (lazy_gettext("Amount"), format_money(amount, case.payment.currency, decimals=True)),
        (lazy_gettext("Code"), case.payment.reference),
        (lazy_gettext("Pledge"), f"{pledge.number} · {purpose_of(pledge)}"),
        (
            lazy_gettext("Given by"),
            localize(pledge.business.name) if pledge.business else lazy_gettext("A resident"),
        ),
    ]


def _why(reason: str) -> tuple[Message, object]:
    return lazy_gettext("Why"), reason_in_words(reason)
