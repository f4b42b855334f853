"""The texts from which agreements are drawn up: an area's versions, written and published."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.models import Area
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import text, texts
from core.i18n import LOCALES, gettext, language_name, lazy_gettext, localize
from core.policy import requires
from projects.works.forms import bound
from sponsorship.pledges.agreement_text import NAMES, NEEDED
from sponsorship.pledges.queries.texts import latest_text, listed_texts
from sponsorship.pledges.routes import office
from sponsorship.pledges.routes.acting import Deed, act
from sponsorship.pledges.services.templates import MOST, publish_template, write_template
from sponsorship.pledges.view import TemplateCase, area_case, template_case

LIST = "/office/partners/templates"


@office.get("/office/partners/templates")
@requires("sponsorship:template:see")
def texts_list() -> str:
    """Every area's versions that the reader looks after."""
    rows, areas = listed_texts(db.session, g.actor)
    return render_template("sponsorship/pledges/templates.html", rows=rows, areas=areas)


@office.get("/office/partners/templates/<int:template_id>")
@requires("sponsorship:template:see")
def show_text(template_id: int) -> str:
    """One version."""
    case = template_case(template_id)
    return render_template("sponsorship/pledges/template.html", case=case, template=case.template)


@office.route("/office/partners/templates/<int:area_id>/write", methods=["GET", "POST"])
@requires("sponsorship:template:write", area_case)
def write_text(area: Area) -> ResponseReturnValue:
    """Write an area's next version, or change it until it is published."""
    known = latest_text(db.session, area.id)
    fields = {
        locale: text(language_name(locale), MOST, required=False, render_kw={"rows": 24})
        for locale in LOCALES
    }
    form, status, area_id = bound("TextForm", fields, **known), 200, area.id
    if request.method == "POST":
        status = 422
        if form.validate():
            said = texts({locale: form[locale].data for locale in LOCALES})
            try:
                with transaction() as session:
                    made = write_template(session, area_id, said, g.actor.id, now()).id
            except DomainError as error:
                form.absorb(error)
                status = error.status
            else:
                flash(gettext("Kept. Another officer publishes it."), "good")
                return redirect(f"{LIST}/{made}", 303)
    page = render_template(
        "sponsorship/pledges/template_write.html",
        form=form,
        area=area_case(area_id),
        names=NAMES,
        needed=NEEDED,
        locales=LOCALES,
    )
    return page, status


@office.route("/office/partners/templates/<int:template_id>/publish", methods=["GET", "POST"])
@requires("sponsorship:template:publish", template_case)
def publish_text(case: TemplateCase) -> ResponseReturnValue:
    """Publish what another officer has written."""
    ident, by = case.template.id, g.actor.id

    def write(session: Session) -> None:
        publish_template(session, ident, by, now())

    title, page = lazy_gettext("Publish this version?"), f"{LIST}/{ident}"
    said = Deed(
        title=title,
        lead=lazy_gettext("Agreements are drawn up from it from now on. Those drawn before stay."),
        button=lazy_gettext("Publish it"),
        done=lazy_gettext("Published."),
        back=page,
        facts=[
            (lazy_gettext("Area"), localize(case.area.name) if case.area else ""),
            (lazy_gettext("Version"), case.template.number),
        ],
        crumbs=[(lazy_gettext("Texts of agreements"), LIST), (title, None)],
        other=(lazy_gettext("Read the text"), page),
    )
    return act(said, bound("PublishForm", {}), write)
