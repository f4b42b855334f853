"""Accepting, declining and withdrawing an offer, each on a page that says what it does."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField
from wtforms.validators import DataRequired

from core.clock import local_date, now
from core.db import db
from core.forms import text
from core.i18n import Message, format_money, gettext, lazy_gettext
from core.policy import requires
from projects.works.forms import bound, reason
from sponsorship.businesses.conflicts import Conflict, conflicts_of
from sponsorship.guidance.queries import terms_of
from sponsorship.models import Pledge
from sponsorship.pledges.matching import explain, match_of
from sponsorship.pledges.queries.page import gift_words, purpose_of
from sponsorship.pledges.routes import office, sponsor
from sponsorship.pledges.routes.acting import Deed, act
from sponsorship.pledges.routes.signing import office_page, own_page
from sponsorship.pledges.services import deciding, offering
from sponsorship.pledges.view import PledgeCase, pledge_case
from sponsorship.states import PledgeState

PUBLIC: Message = lazy_gettext("Everybody will read this. Please name no private people.")


@office.route("/office/partners/pledges/<int:pledge_id>/accept", methods=["GET", "POST"])
@requires("sponsorship:pledge:decide", pledge_case)
def accept(case: PledgeCase) -> ResponseReturnValue:
    """Accept an offer, having seen whom the sponsor is close to."""
    ident, by = case.pledge.id, g.actor.id
    close = _conflicts(case.pledge)
    fields: dict[str, Any] = {
        "reason": reason(lazy_gettext("Why do you accept it?"), description=PUBLIC)
    }
    if close:
        label = lazy_gettext("I have read whom the sponsor is close to; my reason speaks of it.")
        wanted = lazy_gettext("Please read them, and say that you did.")
        fields["seen"] = BooleanField(label, [DataRequired(wanted)])
    form = bound("AcceptForm", fields)

    def write(session: Session) -> None:
        deciding.accept(session, ident, form["reason"].data, by, now())

    title = lazy_gettext("Accept this pledge?")
    said = Deed(
        title=title,
        lead=lazy_gettext("What public money adds is set aside, and the agreement is drawn up."),
        button=lazy_gettext("Accept it"),
        done=lazy_gettext("Accepted. Now both sides sign the agreement."),
        back=office_page(case),
        fields=("reason", "seen"),
        facts=[*_facts(case.pledge), _match(case.pledge), _close(close)],
        crumbs=_crumbs(case, title),
    )
    return act(said, form, write)


@office.route("/office/partners/pledges/<int:pledge_id>/decline", methods=["GET", "POST"])
@requires("sponsorship:pledge:decide", pledge_case)
def decline(case: PledgeCase) -> ResponseReturnValue:
    """Decline an offer."""
    ident, by = case.pledge.id, g.actor.id
    label = lazy_gettext("Why do you decline it?")
    form = bound("DeclineForm", {"reason": reason(label, description=PUBLIC)})

    def write(session: Session) -> None:
        deciding.decline(session, ident, form["reason"].data, by, now())

    title = lazy_gettext("Decline this pledge?")
    said = Deed(
        title=title,
        lead=lazy_gettext("The sponsor is told, and may offer something else."),
        button=lazy_gettext("Decline it"),
        done=lazy_gettext("Declined. The sponsor was told."),
        back=office_page(case),
        fields=("reason",),
        facts=_facts(case.pledge),
        tone="btn-seal",
        crumbs=_crumbs(case, title),
    )
    return act(said, form, write)


@sponsor.route("/sponsor/pledges/<int:pledge_id>/withdraw", methods=["GET", "POST"])
@requires("sponsorship:pledge:withdraw", pledge_case)
def withdraw(case: PledgeCase) -> ResponseReturnValue:
    """Take a draft or an offer back."""
    ident, by = case.pledge.id, g.actor.id
    label = lazy_gettext("Why? You need not say.")
    form = bound("WithdrawForm", {"reason": text(label, 500, required=False)})

    def write(session: Session) -> None:
        offering.withdraw(session, ident, by, now(), reason=form["reason"].data or "")

    draft = case.state == PledgeState.DRAFT
    title = lazy_gettext("Withdraw this offer?")
    if draft:
        title = lazy_gettext("Throw this draft away?")
    said = Deed(
        title=title,
        lead=lazy_gettext("Nothing was decided on it yet. You can offer again at any time."),
        button=lazy_gettext("Throw it away") if draft else lazy_gettext("Withdraw it"),
        done=lazy_gettext("Done."),
        back=own_page(case),
        fields=("reason",),
        facts=_facts(case.pledge),
        tone="btn-seal",
        crumbs=[(case.pledge.number, own_page(case)), (title, None)],
    )
    return act(said, form, write)


def _crumbs(case: PledgeCase, title: Message) -> list[tuple[object, str | None]]:
    pledges = (lazy_gettext("Pledges"), "/office/partners/pledges")
    return [pledges, (case.pledge.number, office_page(case)), (title, None)]


def _facts(pledge: Pledge) -> list[tuple[Message, object]]:
    facts: list[tuple[Message, object]] = [
        (lazy_gettext("For what"), purpose_of(pledge)),
        (lazy_gettext("What is given"), gift_words(pledge)),
    ]
    if pledge.only_if_met:
        facts.append((lazy_gettext("Depends on"), gettext("the target being reached")))
    return facts


def _match(pledge: Pledge) -> tuple[Message, object]:
    terms = terms_of(pledge.version)
    found = match_of(db.session, pledge, terms, local_date(now()))
    money = format_money(found.amount, pledge.currency)
    said = explain(found, terms, pledge.currency)
    return lazy_gettext("Public money adds"), f"{money}\n{said}"


def _conflicts(pledge: Pledge) -> list[Conflict]:
    if pledge.business is None:
        return []
    return conflicts_of(db.session, pledge.business, pledge.opening.project, now())


def _close(conflicts: list[Conflict]) -> tuple[Message, object]:
    said = "\n".join(one.words for one in conflicts)
    nobody = gettext("Nobody is known who decides on this project, reviews it or works on it.")
    return lazy_gettext("Whom the sponsor is close to"), said or nobody
