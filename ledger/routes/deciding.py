"""Approving, refusing, withdrawing, paying and undoing a voucher, each on a page that says what
it does before it is done."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.code_form import code_fits
from accounts.routes.entering import limit_tries
from core.clock import local_date, now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import gettext
from core.policy import requires
from core.web import settings
from ledger.deciding_forms import decision_form
from ledger.models import Voucher, VoucherState
from ledger.queries.verdicts import approvals, buttons, people_needed, role_for
from ledger.queries.voucher_page import about, voucher_page
from ledger.routes import officer
from ledger.routes.vouchers import load
from ledger.rules import rule_for
from ledger.services import approving
from ledger.services.approving import Answer
from ledger.services.asking import ask_undo
from ledger.voucher_words import KINDS

WEIGHTY = frozenset({"approve", "pay"})
Write = Callable[[Session, Voucher, XForm], int]


@officer.route("/vouchers/<int:voucher_id>/approve", methods=["GET", "POST"])
@limit_tries
@requires("ledger:voucher:approve", load)
def approve(found: Voucher) -> ResponseReturnValue:
    """Say yes to what somebody else asked for."""
    role = role_for(g.actor, found.fund.area.path)

    def write(session: Session, voucher: Voucher, form: XForm) -> int:
        answer = Answer(g.actor.id, role)
        return approving.approve(session, voucher.id, answer, now()).id

    return _decide(found, "approve", write)


@officer.route("/vouchers/<int:voucher_id>/refuse", methods=["GET", "POST"])
@requires("ledger:voucher:refuse", load)
def refuse(found: Voucher) -> ResponseReturnValue:
    """Say no, and why."""
    role = role_for(g.actor, found.fund.area.path)

    def write(session: Session, voucher: Voucher, form: XForm) -> int:
        answer = Answer(g.actor.id, role, form["reason"].data)
        return approving.refuse(session, voucher.id, answer, now()).id

    return _decide(found, "refuse", write)


@officer.route("/vouchers/<int:voucher_id>/withdraw", methods=["GET", "POST"])
@requires("ledger:voucher:withdraw", load)
def withdraw(found: Voucher) -> ResponseReturnValue:
    """Take back what one asked for."""

    def write(session: Session, voucher: Voucher, form: XForm) -> int:
        return approving.withdraw(session, voucher.id, g.actor.id, now()).id

    return _decide(found, "withdraw", write)


@officer.route("/vouchers/<int:voucher_id>/pay", methods=["GET", "POST"])
@limit_tries
@requires("ledger:voucher:pay", load)
def pay(found: Voucher) -> ResponseReturnValue:
    """Enter that the bank has paid, and when."""

    def write(session: Session, voucher: Voucher, form: XForm) -> int:
        day = form["paid_on"].data
        return approving.pay(session, voucher.id, g.actor.id, day, now()).id

    return _decide(found, "pay", write)


@officer.route("/vouchers/<int:voucher_id>/undo", methods=["GET", "POST"])
@requires("ledger:voucher:undo", load)
def undo(found: Voucher) -> ResponseReturnValue:
    """Ask for a booked voucher to be undone, which somebody else has to approve."""

    def write(session: Session, voucher: Voucher, form: XForm) -> int:
        key = f"undo:{g.actor.id}:{form['key'].data}"
        reason = form["reason"].data
        return ask_undo(session, voucher, reason=reason, key=key, by_id=g.actor.id, now=now()).id

    return _decide(found, "undo", write)


def _decide(found: Voucher, verb: str, write: Write) -> ResponseReturnValue:
    """Ask whether it is meant, check the second factor where it weighs, and do it."""
    voucher_id = found.id
    form = decision_form(verb, weighty=verb in WEIGHTY, today=local_date(now()))
    if form.validate_on_submit() and code_fits(form):
        try:
            with transaction() as session:
                target = write(session, load(voucher_id), form)
            flash(_done(verb, target), "good")
            return redirect(url_for(".voucher", voucher_id=target), 303)
        except DomainError as error:
            if _done_already(voucher_id, verb):
                return redirect(url_for(".voucher", voucher_id=voucher_id), 303)
            form.absorb(error)
    return _page(voucher_id, verb, form), 422 if request.method == "POST" else 200


def _done(verb: str, voucher_id: int) -> str:
    state = load(voucher_id).state
    if verb == "approve" and state == VoucherState.REQUESTED:
        return gettext("Approved. One more person has to approve it.")
    return {
        "approve": gettext("Approved, and booked."),
        "refuse": gettext("Not approved. Whoever asked has been told why."),
        "withdraw": gettext("Withdrawn."),
        "pay": gettext("Entered as paid, and booked."),
        "undo": gettext("Asked for. Somebody else has to approve it now."),
    }[verb]


def _done_already(voucher_id: int, verb: str) -> bool:
    """Whether the same person did the same before, as when a button is pressed twice."""
    said = {
        one.approved for one in approvals(db.session, voucher_id) if one.person_id == g.actor.id
    }
    if verb in {"approve", "refuse"}:
        return (verb == "approve") in said
    state = load(voucher_id).state
    after = {"withdraw": VoucherState.WITHDRAWN, "pay": VoucherState.PAID}
    return after.get(verb) == state


def _page(voucher_id: int, verb: str, form: XForm) -> str:
    session, found = db.session, load(voucher_id)
    said, rule = approvals(session, voucher_id), rule_for(session, found.fund.area.path)
    button = next(
        (one for one in buttons(session, g.actor, found, said, rule) if one.verb == verb), None
    )
    page = voucher_page(session, found)
    return render_template(
        "ledger/decide.html",
        page=page,
        voucher=found,
        about=about(page),
        kinds=KINDS,
        verb=verb,
        form=form,
        button=button,
        people=people_needed(found, said, rule) if verb == "approve" else None,
        asks_elsewhere=verb in WEIGHTY and settings().demo,
    )
