"""The agreement: read, printed and signed, by either side at an address of its own."""

from __future__ import annotations

from flask import Response, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.code_form import code_fields
from core.clock import now
from core.db import db
from core.i18n import Message, current_locale, date_long, lazy_gettext
from core.policy import requires
from core.web import settings
from projects.works.forms import bound
from sponsorship.pledges.agreement_paper import agreement_pdf
from sponsorship.pledges.queries.agreement import agreement_page
from sponsorship.pledges.queries.page import gift_words, purpose_of
from sponsorship.pledges.routes import office, sponsor
from sponsorship.pledges.routes.acting import Deed, act
from sponsorship.pledges.services.signing import sign_for_office, sign_for_sponsor
from sponsorship.pledges.view import PledgeCase, pledge_case


@sponsor.get("/sponsor/pledges/<int:pledge_id>/agreement")
@requires("sponsorship:pledge:see", pledge_case)
def agreement(case: PledgeCase) -> str:
    """The agreement, for the sponsor."""
    return _show(case, own_page(case))


@office.get("/office/partners/pledges/<int:pledge_id>/agreement")
@requires("sponsorship:pledge:oversee", pledge_case)
def agreement_office(case: PledgeCase) -> str:
    """The agreement, for the office."""
    return _show(case, office_page(case))


@sponsor.get("/sponsor/pledges/<int:pledge_id>/agreement.pdf")
@requires("sponsorship:pledge:see", pledge_case)
def paper(case: PledgeCase) -> Response:
    """The agreement as a PDF, for the sponsor."""
    return _paper(case)


@office.get("/office/partners/pledges/<int:pledge_id>/agreement.pdf")
@requires("sponsorship:pledge:oversee", pledge_case)
def paper_office(case: PledgeCase) -> Response:
    """The agreement as a PDF, for the office."""
    return _paper(case)


@sponsor.route("/sponsor/pledges/<int:pledge_id>/sign", methods=["GET", "POST"])
@requires("sponsorship:agreement:sign", pledge_case)
def sign(case: PledgeCase) -> ResponseReturnValue:
    """Sign for the sponsor."""
    ident, by = case.pledge.id, g.actor.id

    def write(session: Session) -> None:
        sign_for_sponsor(session, ident, by, now())

    lead = lazy_gettext("You sign for your business. Once both sides have signed, it holds.")
    return act(_deed(case, own_page(case), lead), bound("SignForm", code_fields()), write)


@office.route("/office/partners/pledges/<int:pledge_id>/sign", methods=["GET", "POST"])
@requires("sponsorship:agreement:countersign", pledge_case)
def countersign(case: PledgeCase) -> ResponseReturnValue:
    """Sign for the authority."""
    ident, by = case.pledge.id, g.actor.id

    def write(session: Session) -> None:
        sign_for_office(session, ident, by, now())

    lead = lazy_gettext("You sign for the authority. Once both sides have signed, it holds.")
    return act(_deed(case, office_page(case), lead), bound("SignForm", code_fields()), write)


def own_page(case: PledgeCase) -> str:
    """The pledge's page for its sponsor."""
    return f"/sponsor/pledges/{case.pledge.id}"


def office_page(case: PledgeCase) -> str:
    """The pledge's page for the office."""
    return f"/office/partners/pledges/{case.pledge.id}"


def _deed(case: PledgeCase, page: str, lead: Message) -> Deed:
    found = agreement_page(db.session, case.pledge)
    title = lazy_gettext("Sign this agreement?")
    return Deed(
        title=title,
        lead=lead,
        button=lazy_gettext("Sign it"),
        done=lazy_gettext("Signed."),
        back=page,
        fields=("code",),
        facts=[
            (lazy_gettext("For what"), purpose_of(case.pledge)),
            (lazy_gettext("What is given"), gift_words(case.pledge)),
            (lazy_gettext("To be signed by"), date_long(found.agreement.sign_by)),
            (lazy_gettext("SHA-256 of the text"), found.agreement.sha256),
        ],
        note=lazy_gettext("Please read the whole text first. It does not change any more."),
        crumbs=[(case.pledge.number, page), (title, None)],
        other=(lazy_gettext("Read the text"), f"{page}/agreement"),
    )


def _show(case: PledgeCase, base: str) -> str:
    page = agreement_page(db.session, case.pledge)
    return render_template("sponsorship/pledges/agreement.html", case=case, page=page, base=base)


def _paper(case: PledgeCase) -> Response:
    conf, page = settings(), agreement_page(db.session, case.pledge)
    zh = current_locale() == "zh_Hans"
    proof = page.leaf.url if page.leaf else None
    data = agreement_pdf(
        page,
        site=conf.site_name_zh if zh else conf.site_name_en,
        organiser=conf.organiser_zh if zh else conf.organiser_en,
        address=conf.base_url + (proof or "/log"),
    )
    answer = Response(data, mimetype="application/pdf")
    name = f"{case.pledge.number}-agreement.pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
