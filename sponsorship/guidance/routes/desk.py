"""Looking after calls: the list, one call with its draft, what partners are looked for."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.clock import now
from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext, localize
from core.panels import render_panels
from core.policy import requires
from ledger.policies import paths
from projects.models import Project
from sponsorship.guidance import services
from sponsorship.guidance.cases import LARGEST, CallCase, OpeningCase, load_call, load_opening
from sponsorship.guidance.forms.openings import end_form, opening_form, wanted_of
from sponsorship.guidance.money import needs
from sponsorship.guidance.queries import current, terms_of
from sponsorship.guidance.queries.candidates import candidates, kinds
from sponsorship.guidance.queries.listing import office_calls, sponsor_funds
from sponsorship.guidance.queries.office import office_page as view_of
from sponsorship.guidance.routes import office
from sponsorship.guidance.routes.acting import Act, act, done, status
from sponsorship.guidance.routes.reading import page_number
from sponsorship.guidance.routes.writing import office_page
from sponsorship.guidance.services.openings import kind_of, title_of
from sponsorship.models import OpeningKind
from sponsorship.people import OFFICERS


@office.get("/office/partners")
@requires("sponsorship:call:list")
def index() -> str:
    """The calls of one's areas, what waits for a second person, and where to begin one."""
    own = paths(g.actor, OFFICERS)  # type: ignore[arg-type]  # roles are texts
    return render_template(
        "sponsorship/guidance/office.html",
        page=office_calls(db.session, own, page_number(), now()),
        funds=sponsor_funds(db.session, own),
        panels=render_panels(db.session, "sponsorship.office"),
    )


@office.get("/office/partners/calls/<int:call_id>")
@requires("sponsorship:call:oversee", load_call)
def call(case: CallCase) -> str:
    """A call with its draft, its money and what it looks for partners for."""
    page = view_of(db.session, case, now())
    return render_template(
        "sponsorship/guidance/office_call.html", case=case, call=case.call, page=page
    )


@office.get("/office/partners/calls/<int:call_id>/openings")
@requires("sponsorship:opening:open", load_call)
def choose(case: CallCase) -> str:
    """The projects for which partners may be looked for now, and what each lacks."""
    kind = request.args.get("kind", "")
    return render_template(
        "sponsorship/guidance/candidates.html",
        call=case.call,
        title=current(db.session, case.call).title,
        rows=candidates(db.session, case.call, kind),
        kinds=kinds(),
    )


@office.route("/office/partners/calls/<int:call_id>/openings/new", methods=["GET", "POST"])
@requires("sponsorship:opening:open", load_call)
def look(case: CallCase) -> ResponseReturnValue:
    """Look for partners for a project (?project=), a category or the doubling money (?kind=)."""
    call, call_id = case.call, case.call.id
    project = _project()
    project_id = project.id if project else None
    kind = _kind(project)
    terms = terms_of(current(db.session, call))
    need = needs(db.session, [project])[project.id] if project else None
    form = opening_form(kind, call.currency, target=need.most(terms.public_least) if need else None)

    def write(session: Session) -> str:
        wanted = wanted_of(form, kind, project_id)
        services.open_opening(session, call_id, wanted, g.actor.id, now())
        return office_page(call_id) + "#openings"

    if response := done(form, lazy_gettext("Partners are sought now."), write):
        return response
    return render_template(
        "sponsorship/guidance/look.html",
        form=form,
        call=load_call(call_id).call,
        terms=terms,
        kind=kind,
        project=_project(),
        need=need,
    ), status()


def _project() -> Project | None:
    typed = request.args.get("project", "")
    if not typed:
        return None
    ident = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    found = db.session.get(Project, ident) if 0 < ident <= LARGEST else None
    if found is None or kind_of(found.state) is None:
        raise NotFound(lazy_gettext("There is no such project."))
    return found


def _kind(project: Project | None) -> OpeningKind:
    if project is not None:
        return kind_of(project.state) or OpeningKind.SHOWCASE
    asked = request.args.get("kind", OpeningKind.CATEGORY)
    return OpeningKind.POOL if asked == OpeningKind.POOL else OpeningKind.CATEGORY


@office.route("/office/partners/openings/<int:opening_id>/close", methods=["GET", "POST"])
@requires("sponsorship:opening:close", load_opening)
def end(case: OpeningCase) -> ResponseReturnValue:
    """Stop looking for partners, with a reason."""
    opening, opening_id, form = case.opening, case.opening.id, end_form()
    back = office_page(opening.call_id) + "#openings"
    said = Act(
        title=lazy_gettext(
            "Stop looking for partners for “%(what)s”", what=localize(title_of(opening))
        ),
        lead=lazy_gettext(
            "Nothing more can be offered for it. Those who have offered or given something are"
            " told why."
        ),
        button=lazy_gettext("Stop looking"),
        done=lazy_gettext("Partners are no longer sought."),
        back=back,
        fields=("reason",),
        tone="btn-danger",
    )

    def write(session: Session) -> str:
        services.close_opening(session, opening_id, form["reason"].data, g.actor.id, now())
        return back

    return act(said, form, write)
