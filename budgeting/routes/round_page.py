"""The form of a round as a page: which budgets it can have, which dates it begins with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from budgeting.forms import NameFields
from budgeting.models import PhaseKind, Round
from budgeting.rule_words import NOTES
from core.clock import add_working_days, local_zone
from core.db import db, transaction
from core.errors import DomainError
from core.i18n import Message, gettext, lazy_gettext, localize

WEEKS = {PhaseKind.DELIVERY: 26}
Named = list[tuple[int, Message]]


def budget_areas(area: Area) -> Named:
    """The areas that can have a budget: the round's own, then those right below it."""
    rows = select(Area.id, Area.name).where(Area.parent_id == area.id).order_by(Area.id)
    below = [(ident, localize(name).text) for ident, name in db.session.execute(rows)]
    whole = lazy_gettext("Everybody in %(area)s", area=localize(area.name).text)
    return [(area.id, whole), *below]


def propose_dates(form: Any, at: datetime) -> None:
    """Begin with two weeks for each phase, each from the morning of a working day."""
    local = at.astimezone(local_zone()).replace(hour=9, minute=0, second=0, microsecond=0)
    start = _working(local + timedelta(days=7))
    for kind in PhaseKind:
        if kind == PhaseKind.DISCUSSION:
            continue
        form[f"{kind}_starts"].data = start
        start = _working(start + timedelta(weeks=WEEKS.get(kind, 2)))
        form[f"{kind}_ends"].data = start


def _working(at: datetime) -> datetime:
    """The same time on the first working day from that of ``at``."""
    day = add_working_days(at.date() - timedelta(days=1), 1)
    return datetime.combine(day, at.timetz())


def answer(
    form: NameFields,
    area: str,
    write: Callable[[Session], Round],
    *,
    template: str = "budgeting/round_form.html",
    **values: Any,
) -> ResponseReturnValue:
    """Show the form for a round in ``area``; when it fits, write it and go on to the check list."""
    if form.validate_on_submit():
        try:
            with transaction() as session:
                written = write(session).id
            flash(gettext("The round is saved."), "good")
            return redirect(url_for("budgeting_officer.check", round_id=written), 303)
        except DomainError as error:
            form.absorb(error)
    status = 422 if request.method == "POST" else 200
    values |= {"phases": list(PhaseKind), "notes": NOTES}
    page = render_template(template, form=form, area_name=area, **values)
    return page, status
