"""Working papers: written about a finding, a drawn voucher or a flag, and their files."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import flash, g, redirect, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from audit.desk import papers
from audit.desk.forms import PaperForm
from audit.desk.models import Finding, SampleItem, WorkingPaper
from audit.desk.offices import office_of
from audit.desk.routes import blueprint
from audit.flags.models import Flag
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError, NotFound, Refused
from core.i18n import gettext, lazy_gettext
from core.policy import demand, requires
from ledger.documents import Upload

_SEES = {"finding": "audit:finding:read", "flag": "audit:flag:see", "item": "audit:sample:see"}


def _target(kind: str, ref: int) -> tuple[str, Any]:
    """What a paper is to be about, which its writer has to see."""
    if kind not in papers.ABOUT:
        raise NotFound(lazy_gettext("There is no such page."))
    found = db.session.get(papers.ABOUT[kind][0], ref)
    if found is None:
        raise NotFound(lazy_gettext("There is no such page."))
    return kind, found


def find(paper_id: int) -> WorkingPaper:
    """The working paper of an address."""
    return papers.load(db.session, paper_id)


@blueprint.post("/papers/<kind>/<int:ref>")
@requires("audit:paper:write", _target)
def add_paper(target: tuple[str, Any]) -> ResponseReturnValue:
    """Add a working paper."""
    kind, found = target
    demand(g.actor, _SEES[kind], found.sample if kind == "item" else found)
    office, ident, form = office_of(g.actor), found.id, PaperForm()
    if office is None:
        raise Refused(lazy_gettext("You do not have the role that this needs."))
    back = _page(kind, found)
    if not form.validate_on_submit():
        flash(gettext("The note was not kept: it is too long."), "bad")
        return redirect(back, 303)
    sent = form.file.data
    upload = Upload(sent.stream, sent.filename or "") if sent and sent.filename else None
    try:
        with transaction() as session:
            note = papers.Note(kind, ident, form.text.data or "", upload)
            papers.add(session, note, office, g.actor.id, now())
        flash(gettext("Kept. Only auditors of your office see it."), "good")
    except DomainError as error:
        flash(error.message, "bad")
    return redirect(back, 303)


def _page(kind: str, found: Finding | SampleItem | Flag) -> str:
    if kind == "item":
        return url_for(".sample_item", item_id=found.id, _anchor="papers")
    if kind == "flag":
        return url_for(".flag", flag_id=found.id, _anchor="papers")
    return url_for(".finding", finding_id=found.id, _anchor="papers")


@blueprint.get("/papers/<int:paper_id>/file")
@requires("audit:paper:read", find)
def paper_file(found: WorkingPaper) -> Response:
    """The file of a working paper, opened from under its seal."""
    given = papers.file_of(found)
    return send_file(
        BytesIO(given.data or b""), given.mime, as_attachment=True, download_name=given.name
    )
