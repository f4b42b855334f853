"""Uploading the electoral register."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.models import Area
from accounts.office_forms import RegisterForm
from accounts.office_queries import paths_of, uploads
from accounts.policies import VERIFIERS
from accounts.queries import area_choices
from accounts.register_file import MOST_BYTES
from accounts.routes import officer
from accounts.services.register import Checked, check_file, import_file
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import options
from core.i18n import gettext
from core.policy import requires


@officer.route("/register", methods=["GET", "POST"])
@requires("accounts:register:upload")
def register() -> ResponseReturnValue:
    """Check a file, or check it and take it in; then what came before."""
    form, checked = RegisterForm(), None
    paths = paths_of(g.actor, VERIFIERS)
    choices = {ident: name for path in paths for ident, name in area_choices(db.session, path)}
    form.area.choices = options(choices.items())
    if form.validate_on_submit():
        try:
            checked = _check(form)
            if "import" in request.form and not checked.reading.count_of_problems:
                return _take_in(checked, form.area.data)
        except DomainError as error:
            form.absorb(error)
    bad = form.errors or form.form_errors or (checked and checked.reading.count_of_problems)
    page = render_template(
        "accounts/register.html",
        form=form,
        checked=checked,
        areas=choices,
        uploads=uploads(db.session, paths),
    )
    return page, 422 if bad else 200


def _check(form: RegisterForm) -> Checked:
    area = db.session.get_one(Area, form.area.data)
    content = form.file.data.stream.read(MOST_BYTES + 1) if form.file.data else b""
    return check_file(db.session, content, area, now())


def _take_in(checked: Checked, area_id: int) -> ResponseReturnValue:
    with transaction() as writing:
        people = import_file(writing, checked, area_id, g.actor.id, now()).people
    flash(gettext("The register has %(count)s more people.", count=people), "good")
    return redirect(url_for("accounts_officer.register"), 303)
