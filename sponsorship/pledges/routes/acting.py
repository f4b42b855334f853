"""Doing one thing about a pledge on a page that says what it does before it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.code_form import code_fits
from core.db import transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import Message
from projects.tenders.routes.acting import Act
from sponsorship.models import KindPhoto

Write = Callable[[Session], object]


@dataclass(frozen=True)
class Deed(Act):
    """Besides, ``photos`` that show what it is about, another way out (its words and its address),
    and how many photos may be sent along."""

    photos: Sequence[KindPhoto] = ()
    other: tuple[Message, str] | None = None
    most: int = 0


def act(said: Deed, form: XForm, write: Write) -> ResponseReturnValue:
    """Show the page, or do it in a transaction and go on; what is refused stands on the form, with
    what was typed."""
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
    return render_template("sponsorship/pledges/act.html", act=said, form=form), status
