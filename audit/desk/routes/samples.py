"""Samples: asked for, drawn, worked through."""

from __future__ import annotations

from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from accounts.models import Area
from accounts.queries import within
from audit.desk import sampling
from audit.desk.forms import LookForm, PaperForm, SampleForm
from audit.desk.models import Sample, SampleItem, SampleKind
from audit.desk.offices import office_of, offices_of, paths_of
from audit.desk.papers import papers_about
from audit.desk.routes import blueprint
from audit.desk.sample_pages import item_view, list_samples, load_item, sample_view
from audit.flags.pages import FlagFilter, list_flags
from core.clock import local_date, now
from core.db import db, transaction
from core.errors import DomainError, Refused
from core.forms import XForm, options
from core.i18n import gettext, lazy_gettext, localize
from core.policy import demand, may, requires


def find(sample_id: int) -> Sample:
    """The sample of an address."""
    return sampling.load(db.session, sample_id)


def find_by_item(item_id: int) -> Sample:
    """The sample of a drawn voucher."""
    return load_item(db.session, item_id).sample


def _named() -> int:
    return int((request.view_args or {})["item_id"])


@blueprint.get("/samples")
@requires("audit:desk:see")
def samples() -> str:
    """All samples."""
    rows = list_samples(db.session, paths_of(g.actor))
    return render_template("audit/desk/samples.html", rows=rows)


@blueprint.route("/samples/new", methods=["GET", "POST"])
@requires("audit:sample:ask")
def new_sample() -> ResponseReturnValue:
    """Ask for a sample."""
    form = SampleForm(data=_defaults()) if request.method == "GET" else SampleForm()
    form.area.choices = options(_areas())
    if form.validate_on_submit():
        try:
            return redirect(url_for(".sample", sample_id=_ask(form)), 303)
        except DomainError as error:
            form.absorb(error)
    page = render_template("audit/desk/new_sample.html", form=form)
    return page, 422 if form.is_submitted() else 200


def _defaults() -> dict[str, date]:
    today = local_date(now())
    return {"since": today.replace(month=1, day=1), "until": today}


def _areas() -> list[tuple[int, str]]:
    rows = select(Area.id, Area.name).where(within(paths_of(g.actor))).order_by(Area.path)
    return [(ident, str(localize(name).text)) for ident, name in db.session.execute(rows)]


def _ask(form: SampleForm) -> int:
    area = db.session.get(Area, form.area.data)
    demand(g.actor, "audit:sample:ask", area)
    if form.since.data is None or form.until.data is None:
        raise Refused(lazy_gettext("Please fill this in."))
    wish = sampling.Wish(
        SampleKind(form.kind.data),
        form.area.data,
        form.size.data or 0,
        form.since.data,
        form.until.data,
    )
    with transaction() as session:
        made = sampling.ask(session, wish, office_of(g.actor), g.actor.id, now())
        return made.id


@blueprint.get("/samples/<int:sample_id>")
@requires("audit:sample:see", find)
def sample(found: Sample) -> str:
    """One sample and how far it is."""
    return render_template(
        "audit/desk/sample.html",
        view=sample_view(db.session, found),
        works=may(g.actor, "audit:sample:work", found),
        form=XForm(formdata=None),
    )


@blueprint.post("/samples/<int:sample_id>/draw")
@requires("audit:sample:work", find)
def draw_sample(found: Sample) -> ResponseReturnValue:
    """Draw a sample, if its seed has been signed."""
    ident = found.id
    try:
        with transaction() as session:
            sampling.draw(session, ident, now())
        flash(gettext("The sample is drawn."), "good")
    except DomainError as error:
        flash(error.message, "bad")
    return redirect(url_for(".sample", sample_id=ident), 303)


@blueprint.route("/samples/items/<int:item_id>", methods=["GET", "POST"])
@requires("audit:sample:work", find_by_item)
def sample_item(found: Sample) -> ResponseReturnValue:
    """One drawn voucher: look at it, note what you saw."""
    ident, sample_id = _named(), found.id
    item = load_item(db.session, ident)
    form = LookForm() if request.method == "POST" else LookForm(data={"note": item.note})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                sampling.look_at(session, ident, form.note.data or "", g.actor.id, now())
            flash(gettext("Noted."), "good")
            return redirect(url_for(".sample", sample_id=sample_id), 303)
        except DomainError as error:
            form.absorb(error)
    page = _item_page(found, load_item(db.session, ident), form)
    return page, 422 if form.errors else 200


def _item_page(found: Sample, item: SampleItem, form: LookForm) -> str:
    view, drawn = item_view(db.session, item)
    where = FlagFilter(state="", about=("voucher", item.voucher_id))
    return render_template(
        "audit/desk/sample_item.html",
        sample=found,
        drawn=drawn,
        item=view,
        flags=list_flags(db.session, paths_of(g.actor), where).rows,
        papers=papers_about(db.session, "item", item.id, offices_of(g.actor)),
        paper=PaperForm(formdata=None),
        form=form,
    )
