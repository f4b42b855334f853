"""Doing one thing on a page that says what it does before it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.code_form import code_fits
from core.db import transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import Message
from projects.models import Tender


@dataclass(frozen=True)
class Act:
    """What the page says. ``fields`` are shown in their order; ``facts`` are pairs of words that
    remind of what it is about; ``back`` is where it began and, unless ``to`` is given, ends."""

    title: Message
    lead: Message
    button: Message
    done: Message
    back: str
    fields: Sequence[str] = ()
    facts: Sequence[tuple[Message, object]] = ()
    note: Message | None = None
    tone: str = "btn-primary"
    crumbs: Sequence[tuple[object, str | None]] = field(default=())
    to: str | None = None


def act(said: Act, form: XForm, write: Callable[[Session], object]) -> ResponseReturnValue:
    """Show the page, or do it in a transaction and go on; what is refused stands on the form."""
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit() and code_fits(form):
        try:
            with transaction() as session:
                write(session)
        except DomainError as error:
            form.absorb(error)
            status = error.status
        else:
            flash(str(said.done), "good")
            return redirect(said.to or said.back, 303)
    return render_template("projects/tenders/act.html", act=said, form=form), status


def url_of(tender: Tender) -> str:
    """A tender's page."""
    return f"/tenders/{tender.id}"
