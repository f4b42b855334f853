"""Writing a call or its next version, publishing what somebody else wrote, ending it."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.queries import area_choices
from core.clock import now
from core.db import db
from core.i18n import lazy_gettext
from core.policy import requires
from ledger.models import Fund
from sponsorship.guidance import services
from sponsorship.guidance.cases import CallCase, load_call, load_fund
from sponsorship.guidance.forms.calls import call_form, said_of
from sponsorship.guidance.forms.openings import confirm_form, end_form, publish_form
from sponsorship.guidance.queries import current, terms_of
from sponsorship.guidance.queries.listing import matching_funds
from sponsorship.guidance.routes import office
from sponsorship.guidance.routes.acting import Act, act, done, status
from sponsorship.guidance.services import Said
from sponsorship.guidance.services.record import hash_of

SAVED = lazy_gettext("Saved as a draft. Somebody else has to publish it.")


@office.route("/office/partners/funds/<int:sponsor_fund_id>/calls/new", methods=["GET", "POST"])
@requires("sponsorship:call:write", load_fund)
def new(fund: Fund) -> ResponseReturnValue:
    """Begin a call whose money is kept in a fund."""
    fund_id, currency, path = fund.id, fund.currency, fund.area.path
    form = call_form(
        currency, matching_funds(db.session, path, currency), area_choices(db.session, path)
    )

    def write(session: Session) -> str:
        call = services.draft_call(session, fund_id, said_of(form), g.actor.id, now())
        return office_page(call.id)

    if response := done(form, SAVED, write):
        return response
    fund = load_fund(fund_id)
    return render_template(
        "sponsorship/guidance/write.html", form=form, fund=fund, call=None, further=False
    ), status()


@office.route("/office/partners/calls/<int:call_id>/edit", methods=["GET", "POST"])
@requires("sponsorship:call:edit", load_call)
def edit(case: CallCase) -> ResponseReturnValue:
    """Change a draft, or begin the next version."""
    call, call_id = case.call, case.call.id
    known = case.draft or current(db.session, call)
    further = call.version > 0
    said = Said(
        known.title,
        known.text,
        terms_of(known),
        call.matching_fund_id,
        known.reason if case.draft else "",
    )
    form = call_form(
        call.currency,
        matching_funds(db.session, call.area.path, call.currency),
        area_choices(db.session, call.area.path),
        known=said,
        further=further,
        seen=hash_of(call, case.draft) if case.draft else known.sha256,
    )

    def write(session: Session) -> str:
        seen = form["seen"].data or ""
        services.redraft(session, call_id, said_of(form), g.actor.id, now(), seen=seen)
        return office_page(call_id)

    if response := done(form, SAVED, write):
        return response
    call = load_call(call_id).call
    return render_template(
        "sponsorship/guidance/write.html", form=form, fund=call.fund, call=call, further=further
    ), status()


@office.route("/office/partners/calls/<int:call_id>/publish", methods=["GET", "POST"])
@requires("sponsorship:call:publish", load_call)
def publish(case: CallCase) -> ResponseReturnValue:
    """Publish what somebody else has written, as it was read."""
    call_id = case.call.id
    form = publish_form(hash_of(case.call, case.draft) if case.draft else "")
    said = Act(
        title=lazy_gettext("Publish this call"),
        lead=lazy_gettext(
            "From then on it holds for whoever offers something. Pledges that were made before"
            " keep the version that they were made under. It is recorded for everybody."
        ),
        button=lazy_gettext("Publish it"),
        done=lazy_gettext("Published."),
        back=office_page(call_id),
        fields=("seen", "code"),
    )

    def write(session: Session) -> str:
        seen = form["seen"].data or ""
        services.publish(session, call_id, g.actor.id, now(), seen=seen)
        return f"/partners/calls/{call_id}"

    return act(said, form, write)


@office.route("/office/partners/calls/<int:call_id>/discard", methods=["GET", "POST"])
@requires("sponsorship:call:discard", load_call)
def discard(case: CallCase) -> ResponseReturnValue:
    """Throw a draft away."""
    call_id, published = case.call.id, case.call.version > 0
    said = Act(
        title=lazy_gettext("Throw this draft away"),
        lead=lazy_gettext("Nobody will see it any more. What is published stays as it is."),
        button=lazy_gettext("Throw it away"),
        done=lazy_gettext("The draft is gone."),
        back=office_page(call_id),
        tone="btn-danger",
    )

    def write(session: Session) -> str:
        services.discard(session, call_id, now())
        return office_page(call_id) if published else "/office/partners"

    return act(said, confirm_form(), write)


@office.route("/office/partners/calls/<int:call_id>/close", methods=["GET", "POST"])
@requires("sponsorship:call:close", load_call)
def close(case: CallCase) -> ResponseReturnValue:
    """Close a call, with a reason."""
    call_id, form = case.call.id, end_form(weighty=True)
    said = Act(
        title=lazy_gettext("Close this call"),
        lead=lazy_gettext(
            "Nothing more can be offered, and it no longer looks for partners for anything. What"
            " was accepted goes on. A closed call stays closed."
        ),
        button=lazy_gettext("Close the call"),
        done=lazy_gettext("The call is closed."),
        back=office_page(call_id),
        fields=("reason", "code"),
        tone="btn-danger",
    )

    def write(session: Session) -> str:
        services.close_call(session, call_id, form["reason"].data, g.actor.id, now())
        return f"/partners/calls/{call_id}"

    return act(said, form, write)


def office_page(call_id: int) -> str:
    """Where officers look after a call."""
    return f"/office/partners/calls/{call_id}"
