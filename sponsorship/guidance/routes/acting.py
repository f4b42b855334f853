"""Forms that do one thing in a transaction; what is refused stands on them, with what was typed."""

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

# Does it, and gives the address to go on to.
Write = Callable[[Session], str]


@dataclass(frozen=True)
class Act:
    """What a page that asks before it does something says."""

    title: Message
    lead: Message
    button: Message
    done: Message
    back: str
    fields: Sequence[str] = ()
    tone: str = "btn-primary"


def done(form: XForm, message: Message, write: Write) -> ResponseReturnValue | None:
    """Do it if the form was sent and fits, and go on; else what was refused stands on it, and
    the page is to be shown (again)."""
    if not (form.validate_on_submit() and code_fits(form)):
        return None
    try:
        with transaction() as session:
            target = write(session)
    except DomainError as error:
        form.absorb(error)
        return None
    flash(str(message), "good")
    return redirect(target, 303)


def status() -> int:
    """Of a form's page: what was sent did not fit."""
    return 422 if request.method == "POST" else 200


def act(said: Act, form: XForm, write: Write) -> ResponseReturnValue:
    """One decision on a page that says what it does."""
    if response := done(form, said.done, write):
        return response
    return render_template("sponsorship/guidance/act.html", act=said, form=form), status()
