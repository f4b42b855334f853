"""Doing one thing about a business on a page that says what it does before it is done."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.db import transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import localize
from projects.tenders.routes.acting import Act
from sponsorship.models import Business


def act(
    said: Act, form: XForm, business: Business, write: Callable[[Session], object]
) -> ResponseReturnValue:
    """Show the page, or do it in a transaction and go on; what is refused stands on the form."""
    status = 422 if request.method == "POST" else 200
    name = localize(business.name)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                write(session)
        except DomainError as error:
            form.absorb(error)
            status = error.status
        else:
            flash(str(said.done), "good")
            return redirect(said.to or said.back, 303)
    page = render_template("sponsorship/businesses/act.html", act=said, form=form, name=name)
    return page, status
