"""What every form about delivery does when it is sent: check, do it, or show what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.code_form import code_fits
from core.db import transaction
from core.errors import DomainError
from core.forms import XForm
from core.web import settings


def carried_out(form: XForm, write: Callable[[Session], object]) -> bool:
    """Whether the form fits and ``write`` was done in one transaction; else what is wrong stands
    on the form, with what was typed kept."""
    if not (form.validate_on_submit() and code_fits(form)):
        return False
    try:
        with transaction() as session:
            write(session)
    except DomainError as error:
        form.absorb(error)
        return False
    return True


def gone_on(words: str, url: str) -> ResponseReturnValue:
    """Say that it was done, and go on."""
    flash(words, "good")
    return redirect(url, 303)


def page(template: str, form: XForm, **values: Any) -> tuple[str, int]:
    """A page with a form; one that was sent and is shown again says that it was not taken."""
    html = render_template(
        f"projects/works/{template}", form=form, asks_elsewhere=settings().demo, **values
    )
    return html, 422 if request.method == "POST" else 200
