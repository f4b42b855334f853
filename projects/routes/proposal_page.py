"""The page on which somebody writes a proposal: its form, its photos, what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from flask import g, render_template, request
from werkzeug.datastructures import FileStorage

from accounts.actor import SignedIn
from accounts.models import Role
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid
from core.i18n import gettext
from core.images import store_image
from core.policy import check
from core.text import tidy_line
from core.web import settings
from projects.cases import Case
from projects.forms import ProposalForm, proposal_form
from projects.proposal import Proposal, written
from projects.queries import categories_of, organisation_names, photos_of
from projects.search import Similar, similar
from projects.services.drafts import describe_photos, save_draft
from projects.services.photos import MOST_PHOTOS, add_photo, remove_photos
from projects.states import State

_ALL_ROLES = frozenset(Role)
_PLACE = ("latitude", "longitude")


def make_form(case: Case, *, strict: bool) -> ProposalForm:
    """The form for this request's project, filled with what was last written."""
    actor: SignedIn = g.actor
    own = organisation_names(db.session, actor.organisations(_ALL_ROLES))
    return proposal_form(
        case.call,
        categories=categories_of(db.session, case.project.round_id),
        organisations=own,
        photos=photos_of(db.session, case.project.id),
        strict=strict,
        current=written(case.project),
        version=case.project.draft_version,
    )


def render(case: Case, form: ProposalForm, status: int = 200, **values: Any) -> tuple[str, int]:
    """The page with ``form``, as answer to a request of ``status``."""
    page = render_template(
        "projects/edit.html",
        case=case,
        form=form,
        photos=photos_of(db.session, case.project.id),
        most_photos=MOST_PHOTOS,
        closed=why_not_now(case),
        similar=_similar(case),
        **values,
    )
    return page, status


def _similar(case: Case) -> list[Similar]:
    """What was proposed already and sounds like what is written here, for want of scripts."""
    text = written(case.project)
    place = None
    if text.latitude is not None and text.longitude is not None:
        place = (text.latitude, text.longitude)
    return similar(
        db.session,
        f"{text.title} {text.summary}",
        case.project.round_id,
        category_id=text.category_id,
        place=place,
        but=case.project.id,
    )


def why_not_now(case: Case) -> object:
    """Why this cannot be handed in at the moment; nothing when it can."""
    if case.project.state == State.INELIGIBLE:
        closed = "revise" not in case.call.features
        return gettext("This round takes no revised proposals now.") if closed else None
    answer = check(g.actor, "projects:project:propose", case.call)
    return None if answer is True else answer


def keep_photos(project_id: int, files: Iterable[FileStorage]) -> list[str]:
    """Store the photos that came with a request; returns a sentence for each that was refused."""
    refused = []
    for file in files:
        if not file.filename:
            continue
        try:
            stored = store_image(file.stream, settings().media)
            with transaction() as session:
                add_photo(session, project_id, stored)
        except Invalid as error:
            name = tidy_line(file.filename)[:60]
            refused.append(gettext("%(name)s: %(problem)s", name=name, problem=error.message))
    return refused


def keep_text(case: Case, form: ProposalForm) -> tuple[Proposal, int]:
    """Save whatever on a validated form fits, leaving the rest as it was; returns what is
    written now and its version. Raises ``EditConflict`` and ``Conflict``."""
    project_id, proposal = case.project.id, _fitting(form, written(case.project))
    photos = [photo.id for photo in photos_of(db.session, project_id)]
    alts = {i: form[f"alt_{i}"].data for i in photos if not form[f"alt_{i}"].errors}
    with transaction() as session:
        describe_photos(session, project_id, alts)
        version = save_draft(session, project_id, proposal, form["version"].data or 0, now())
    show_version(form, version)
    return proposal, version


def remove_ticked(case: Case, form: ProposalForm) -> None:
    """Remove the photos whose box was ticked."""
    ticked = [p.id for p in photos_of(db.session, case.project.id) if form[f"remove_{p.id}"].data]
    if ticked:
        with transaction() as session:
            remove_photos(session, case.project.id, ticked, settings().media)


def show_version(form: ProposalForm, version: int) -> None:
    """Let the shown form say which version it continues."""
    form["version"].raw_data, form["version"].data = None, version


def _fitting(form: ProposalForm, known: Proposal) -> Proposal:
    """``known``, with every part of the form that fits."""
    names = [f.name for f in fields(Proposal) if f.name in form and not form[f.name].errors]
    if not all(name in names for name in _PLACE):
        names = [name for name in names if name not in _PLACE]
    return replace(known, **{name: form[name].data for name in names})


def uploaded() -> list[FileStorage]:
    """The photos sent with this request; a browser sends an empty one for none."""
    return request.files.getlist("photos")
