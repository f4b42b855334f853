"""Flags: under a filter, one in full, dismissed one by one or many at once."""

from __future__ import annotations

import re

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit.desk.forms import DismissForm, PaperForm
from audit.desk.offices import offices_of, paths_of
from audit.desk.papers import papers_about
from audit.desk.routes import blueprint
from audit.desk.words import FLAG_STATES
from audit.flags import dismissing
from audit.flags.models import Flag, FlagState
from audit.flags.pages import (
    FlagFilter,
    counts,
    flag_view,
    list_flags,
    load,
    newest_run,
    rule_choices,
)
from audit.flags.rule import REGISTRY, Ref
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import gettext, ngettext
from core.policy import requires
from core.web import safe_next

_ABOUT = re.compile(r"(voucher|document|payee|project|tender|fund):(\d{1,15})")


def find(flag_id: int) -> Flag:
    """The flag of an address."""
    return load(db.session, flag_id)


def read_filter() -> FlagFilter:
    """The filter in the address."""
    args = request.args
    rule, state = args.get("rule", ""), args.get("state", FlagState.OPEN.value)
    match = _ABOUT.fullmatch(args.get("about", ""))
    about: Ref | None = (match[1], int(match[2])) if match else None
    return FlagFilter(
        rule=rule if rule in REGISTRY.rules else "",
        state=state if state in {*FlagState, ""} else FlagState.OPEN.value,
        about=about,
        page=min(max(args.get("page", 1, type=int), 1), 10_000),
    )


@blueprint.get("/flags")
@requires("audit:desk:see")
def flags() -> str:
    """What the rules found odd."""
    return show(DismissForm(formdata=None))


def show(form: DismissForm) -> str:
    """The list; ``form`` is one that could not be taken as it was."""
    paths, where = paths_of(g.actor), read_filter()
    return render_template(
        "audit/desk/flags.html",
        page=list_flags(db.session, paths, where),
        where=where,
        rules=rule_choices(counts(db.session, paths)),
        chosen=REGISTRY.rules.get(where.rule),
        states=FLAG_STATES,
        run=newest_run(db.session),
        ticked=set(form.flags.data or ()),
        form=form,
    )


@blueprint.post("/flags/dismiss")
@requires("audit:flag:dismiss")
def dismiss() -> ResponseReturnValue:
    """Dismiss the chosen flags with one reason."""
    form = DismissForm()
    if form.validate_on_submit():
        try:
            by = (g.actor.id, paths_of(g.actor))
            with transaction() as session:
                count = dismissing.dismiss(
                    session, form.flags.data or [], form.reason.data or "", by, now()
                )
            flash(ngettext("%(num)s flag dismissed.", "%(num)s flags dismissed.", count), "good")
            back = safe_next(request.args.get("next"), url_for(".flags"))
            return redirect(back, 303)
        except DomainError as error:
            form.absorb(error)
    return show(form), 422


@blueprint.get("/flags/<int:flag_id>")
@requires("audit:flag:see", find)
def flag(found: Flag) -> str:
    """One flag: what it rests on, how it may be mistaken, what became of it."""
    return render_template(
        "audit/desk/flag.html",
        view=flag_view(db.session, found),
        papers=papers_about(db.session, "flag", found.id, offices_of(g.actor)),
        dismiss=DismissForm(formdata=None),
        paper=PaperForm(formdata=None),
        form=XForm(formdata=None),
    )


@blueprint.post("/flags/<int:flag_id>/reopen")
@requires("audit:flag:see", find)
def reopen(found: Flag) -> ResponseReturnValue:
    """Take a dismissal back."""
    ident = found.id
    try:
        with transaction() as session:
            dismissing.reopen(session, ident)
        flash(gettext("The flag is open again."), "good")
    except DomainError as error:
        flash(error.message, "bad")
    return redirect(url_for(".flag", flag_id=ident), 303)
