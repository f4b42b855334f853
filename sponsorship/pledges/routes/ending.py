"""Calling pledges off, from either side."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.clock import now
from core.i18n import Message, format_money, lazy_gettext, localize
from core.policy import requires
from sponsorship.pledges.forms.afterwards import reason_form
from sponsorship.pledges.queries.page import purpose_of
from sponsorship.pledges.routes import office, sponsor
from sponsorship.pledges.routes.acting import Deed, act
from sponsorship.pledges.services import ending
from sponsorship.pledges.view import PledgeCase, pledge_case


@office.route("/office/partners/pledges/<int:pledge_id>/cancel", methods=["GET", "POST"])
@requires("sponsorship:pledge:cancel", pledge_case)
def cancel(case: PledgeCase) -> ResponseReturnValue:
    """The office calls a pledge off."""
    lead = lazy_gettext(
        "What is owed is owed no more, public money that was reserved is free again, and what was"
        " paid goes back to the sponsor. Your reason is public."
    )
    return _cancel(case, f"/office/partners/pledges/{case.pledge.id}", lead)


@sponsor.route("/sponsor/pledges/<int:pledge_id>/cancel", methods=["GET", "POST"])
@requires("sponsorship:pledge:give_up", pledge_case)
def give_up(case: PledgeCase) -> ResponseReturnValue:
    """The sponsor calls its pledge off."""
    lead = lazy_gettext(
        "The project counts on it, so please say why: your reason is public. Nothing is owed then."
    )
    return _cancel(case, f"/sponsor/pledges/{case.pledge.id}", lead)


def _cancel(case: PledgeCase, back: str, lead: Message) -> ResponseReturnValue:
    pledge_id, by = case.pledge.id, g.actor.id
    form = reason_form(lazy_gettext("Why is it called off?"), weighty=True)
    said = Deed(
        title=lazy_gettext("Call this pledge off?"),
        lead=lead,
        button=lazy_gettext("Yes, call it off"),
        done=lazy_gettext("It is called off, and both sides are told."),
        back=back,
        fields=("reason", "code"),
        facts=facts_of(case),
        crumbs=[(case.pledge.number, back), (lazy_gettext("Call off"), None)],
        tone="btn-seal",
    )

    def write(session: Session) -> None:
        ending.cancel(session, pledge_id, by, form["reason"].data, now())

    return act(said, form, write)


def facts_of(case: PledgeCase) -> list[tuple[Message, object]]:
    """What reminds of a pledge: what it is for, who gives it, how much it is."""
    pledge = case.pledge
    found: list[tuple[Message, object]] = [(lazy_gettext("Given for"), purpose_of(pledge))]
    if pledge.business is not None:
        found.append((lazy_gettext("Sponsor"), localize(pledge.business.name)))
    found.append((lazy_gettext("Pledged"), format_money(pledge.amount, pledge.currency)))
    return found
