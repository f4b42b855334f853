"""What officers see of businesses and decide on them."""

from __future__ import annotations

from collections.abc import Callable

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.clock import now
from core.db import db
from core.i18n import Message, lazy_gettext
from core.policy import requires
from projects.tenders.forms.deciding import reason_form
from projects.tenders.routes.acting import Act
from sponsorship.businesses import services
from sponsorship.businesses.cases import BusinessCase, load_business
from sponsorship.businesses.forms.acting import mend_form, verify_form
from sponsorship.businesses.queries.office import browse, organisations_for
from sponsorship.businesses.queries.page import business_page
from sponsorship.businesses.routes import office
from sponsorship.businesses.routes.acting import act
from sponsorship.businesses.words import STATES
from sponsorship.people import OFFICERS


@office.get("/office/partners/businesses")
@requires("sponsorship:business:list")
def index() -> str:
    """The businesses of one's areas, those that wait first."""
    paths = tuple(grant.area_path for grant in g.actor.grants if grant.role in OFFICERS)
    return render_template(
        "sponsorship/businesses/office_list.html",
        page=browse(db.session, request.args, paths),
        states=[(name, label) for name, (label, _tone) in STATES.items()],
    )


@office.get("/office/partners/businesses/<int:business_id>")
@requires("sponsorship:business:oversee", load_business)
def business(case: BusinessCase) -> str:
    """One business with its papers, and what can be decided."""
    return render_template(
        "sponsorship/businesses/office_business.html",
        case=case,
        page=business_page(db.session, case),
        own=case.belongs(g.actor.id),
    )


@office.route("/office/partners/businesses/<int:business_id>/verify", methods=["GET", "POST"])
@requires("sponsorship:business:decide", load_business)
def verify(case: BusinessCase) -> ResponseReturnValue:
    """Confirm that a business is what it says."""
    ident, by = case.business.id, g.actor.id
    form = verify_form(organisations_for(db.session, case.business))
    said = Act(
        title=lazy_gettext("Verify this business?"),
        lead=lazy_gettext(
            "You confirm that its papers show the name, the number and the sector. It becomes"
            " public, and can give to projects."
        ),
        button=lazy_gettext("Yes, verify it"),
        done=lazy_gettext("Verified, and told."),
        back=_page(ident),
        fields=("organisation",),
        facts=_facts(case),
    )

    def write(session: Session) -> None:
        chosen = form["organisation"].data or None
        services.verify(session, ident, by, now(), organisation_id=chosen)

    return act(said, form, case.business, write)


@office.route("/office/partners/businesses/<int:business_id>/refuse", methods=["GET", "POST"])
@requires("sponsorship:business:decide", load_business)
def refuse(case: BusinessCase) -> ResponseReturnValue:
    """Say what has to be mended."""
    said = Act(
        title=lazy_gettext("Give it back to be mended"),
        lead=lazy_gettext("Say what is missing or does not fit. They can submit it again."),
        button=lazy_gettext("Give it back"),
        done=lazy_gettext("Given back, and told."),
        back=_page(case.business.id),
        fields=("reason",),
        facts=_facts(case),
        tone="btn-seal",
    )
    return _decide(case, said, services.refuse, None)


@office.route("/office/partners/businesses/<int:business_id>/suspend", methods=["GET", "POST"])
@requires("sponsorship:business:decide", load_business)
def suspend(case: BusinessCase) -> ResponseReturnValue:
    """Keep a business from giving for now."""
    said = Act(
        title=lazy_gettext("Suspend this business?"),
        lead=lazy_gettext(
            "It can give nothing more until it is restored. What it has given stays, and everybody"
            " reads the reason."
        ),
        button=lazy_gettext("Yes, suspend it"),
        done=lazy_gettext("Suspended, and told."),
        back=_page(case.business.id),
        fields=("reason",),
        facts=_facts(case),
        tone="btn-seal",
    )
    return _decide(case, said, services.suspend, lazy_gettext("Why is it suspended?"))


@office.route("/office/partners/businesses/<int:business_id>/restore", methods=["GET", "POST"])
@requires("sponsorship:business:decide", load_business)
def restore(case: BusinessCase) -> ResponseReturnValue:
    """Let a suspended business give again."""
    said = Act(
        title=lazy_gettext("Restore this business?"),
        lead=lazy_gettext("It can give to projects again. Everybody reads the reason."),
        button=lazy_gettext("Yes, restore it"),
        done=lazy_gettext("Restored, and told."),
        back=_page(case.business.id),
        fields=("reason",),
        facts=_facts(case),
    )
    return _decide(case, said, services.restore, lazy_gettext("Why is it restored?"))


def _decide(
    case: BusinessCase, said: Act, verb: Callable[..., object], why: Message | None
) -> ResponseReturnValue:
    """Ask for the reason, public unless ``why`` is None, and decide."""
    ident, by = case.business.id, g.actor.id
    form = mend_form() if why is None else reason_form(why)

    def write(session: Session) -> None:
        verb(session, ident, form["reason"].data, by, now())

    return act(said, form, case.business, write)


def _facts(case: BusinessCase) -> list[tuple[Message, object]]:
    names = " · ".join(case.business.name.values())
    return [
        (lazy_gettext("Name of the business"), names),
        (lazy_gettext("Number"), case.business.code),
    ]


def _page(business_id: int) -> str:
    return f"/office/partners/businesses/{business_id}"
