"""Receiving gifts in kind: one writes down what arrived, another confirms it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.clock import local_date, now
from core.db import db
from core.errors import Invalid
from core.forms import XForm
from core.i18n import Message, format_money, lazy_gettext
from core.policy import requires
from projects.works.services.reporting import MOST_PHOTOS, SentPhoto
from projects.works.uploads import sent_photos
from sponsorship.models import ValuationMethod
from sponsorship.people import OFFICERS
from sponsorship.pledges.afterwards_cases import KindCase, load_kind, load_receipt
from sponsorship.pledges.forms.afterwards import confirm_form, reason_form, receipt_form
from sponsorship.pledges.routes import office
from sponsorship.pledges.routes.acting import Deed, act
from sponsorship.pledges.routes.ending import facts_of
from sponsorship.pledges.services import receiving
from sponsorship.pledges.words import METHODS

NOWHERE = (None, None)
PHOTOS = tuple(f"photo_{number}" for number in range(1, MOST_PHOTOS + 1))
FIELDS = ("text", "received_on", "complete", "value", "far_above", "method", "basis")


@office.route("/office/partners/pledges/<int:pledge_id>/receive", methods=["GET", "POST"])
@requires("sponsorship:receipt:write", load_kind)
def receive(subject: KindCase) -> ResponseReturnValue:
    """Write down what arrived of a gift in kind."""
    case, by = subject.case, g.actor.id
    pledge_id, currency = case.pledge.id, case.pledge.currency
    form = receipt_form(currency, local_date(now()))
    before = receiving.received_value(db.session, pledge_id)
    said = Deed(
        title=lazy_gettext("What has arrived?"),
        lead=lazy_gettext("Somebody else confirms it. Photos and value are public then."),
        button=lazy_gettext("Write it down"),
        done=lazy_gettext("Written down. Somebody else confirms it now."),
        back=_back(subject),
        fields=FIELDS,
        facts=[
            *facts_of(case),
            (lazy_gettext("What was promised"), case.pledge.what),
            (lazy_gettext("Received so far"), format_money(before, currency)),
        ],
        crumbs=[(case.pledge.number, _back(subject)), (lazy_gettext("What arrived"), None)],
        most=MOST_PHOTOS,
    )
    # Nobody waits for the database while photos are encoded.
    photos = sent_photos(form, NOWHERE) if form.validate_on_submit() else []
    problems = {name: form[name].errors[0] for name in PHOTOS if form[name].errors}

    def write(session: Session) -> None:
        if problems:
            raise Invalid(lazy_gettext("A photo could not be read."), fields=problems)
        receiving.report(session, pledge_id, _received(form, photos), by, now())

    return act(said, form, write)


def _received(form: XForm, photos: Sequence[SentPhoto]) -> receiving.Received:
    return receiving.Received(
        key=form["key"].data,
        text=form["text"].data,
        value=form["value"].data,
        method=ValuationMethod(form["method"].data),
        basis=form["basis"].data,
        received_on=form["received_on"].data,
        complete=form["complete"].data == "yes",
        far_above=form["far_above"].data,
        photos=tuple(photos),
    )


@office.route("/office/partners/receipts/<int:kind_receipt_id>", methods=["GET", "POST"])
@requires("sponsorship:receipt:confirm", load_receipt)
def confirm(subject: KindCase) -> ResponseReturnValue:
    """Confirm what somebody else received."""
    receipt_id, by, form = _receipt(subject), g.actor.id, confirm_form()
    said = Deed(
        title=lazy_gettext("Is this receipt right?"),
        lead=lazy_gettext("Look at the things themselves, or at the photos, before you confirm."),
        button=lazy_gettext("Yes, I confirm it"),
        done=lazy_gettext("Confirmed, and the sponsor is told."),
        back=_back(subject),
        fields=("code",),
        facts=_facts(subject),
        crumbs=[(subject.case.pledge.number, _back(subject)), (lazy_gettext("What arrived"), None)],
        photos=subject.receipt.photos if subject.receipt else (),
        other=(lazy_gettext("No, it is wrong"), f"/office/partners/receipts/{receipt_id}/reject"),
    )
    return act(said, form, lambda session: receiving.confirm(session, receipt_id, by, now()))


@office.route("/office/partners/receipts/<int:kind_receipt_id>/reject", methods=["GET", "POST"])
@requires("sponsorship:receipt:reject", load_receipt)
def reject(subject: KindCase) -> ResponseReturnValue:
    """Take a wrong receipt away."""
    receipt_id, by = _receipt(subject), g.actor.id
    form = reason_form(lazy_gettext("What is wrong with it?"))
    said = Deed(
        title=lazy_gettext("Take this receipt back?"),
        lead=lazy_gettext("It can be written anew then. That there was one stays on record."),
        button=lazy_gettext("Yes, take it back"),
        done=lazy_gettext("It is taken back."),
        back=_back(subject),
        fields=("reason",),
        facts=_facts(subject),
        crumbs=[(subject.case.pledge.number, _back(subject)), (lazy_gettext("What arrived"), None)],
        tone="btn-seal",
    )

    def write(session: Session) -> None:
        receiving.reject(session, receipt_id, by, form["reason"].data, now())

    return act(said, form, write)


def _back(subject: KindCase) -> str:
    """Officers of the call come from the pledge's page, which the department does not see."""
    if g.actor.has_role(OFFICERS, subject.case.call.area.path):
        return f"/office/partners/pledges/{subject.case.pledge.id}"
    return "/desk"


def _receipt(subject: KindCase) -> int:
    return subject.receipt.id if subject.receipt else 0


def _facts(subject: KindCase) -> list[tuple[Message, object]]:
    receipt, currency = subject.receipt, subject.case.pledge.currency
    if receipt is None:
        return []
    return [
        *facts_of(subject.case),
        (lazy_gettext("What was promised"), subject.case.pledge.what),
        (lazy_gettext("What arrived"), receipt.text),
        (lazy_gettext("Value"), format_money(receipt.value, currency)),
        (lazy_gettext("How it was found"), METHODS[receipt.method]),
        (lazy_gettext("How exactly"), receipt.basis),
        (
            lazy_gettext("Is that all of it?"),
            lazy_gettext("Yes, nothing is missing now")
            if receipt.complete
            else lazy_gettext("No, more is to come"),
        ),
    ]
