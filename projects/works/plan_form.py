"""The form of a delivery plan: buttons add, remove and move its rows, without scripts."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import DateField, FieldList, FormField, SelectField
from wtforms.validators import InputRequired

from core.forms import MoneyField, XForm, line, options, text
from core.i18n import lazy_gettext
from projects.forms import CHOOSE, FILL_IN
from projects.models import DeliveryPlan
from projects.works.services.plans import MOST_MILESTONES, PlanDraft, PlannedMilestone

_PARTS = ("title", "about", "due_on", "budget")
_DAY = lazy_gettext("Please choose a day.")


def _row(currency: str) -> type[XForm]:
    """The fields of one milestone."""

    class Meta(XForm.Meta):
        """The whole form has a token already."""

        csrf = False

    fields = {
        "Meta": Meta,
        "title": line(lazy_gettext("What is done?"), 120),
        "about": text(lazy_gettext("In detail"), 4000, required=False, render_kw={"rows": 2}),
        "due_on": DateField(lazy_gettext("Done by"), [InputRequired(_DAY)]),
        "budget": MoneyField(
            lazy_gettext("Budget"), [InputRequired(FILL_IN)], currency=currency, at_least=0
        ),
    }
    return type("MilestoneRow", (XForm,), fields)


def plan_form(currency: str, people: list[tuple[str, str]], plan: DeliveryPlan | None) -> XForm:
    """The form, as it was posted with what its button asks for, or filled from ``plan``.

    ``people`` are those who may answer for it, as "organisation:person" with their names.
    """
    fields = {
        "owner": SelectField(
            lazy_gettext("Who answers for it?"),
            [InputRequired(CHOOSE)],
            choices=options([("", lazy_gettext("Please choose")), *people]),
        ),
        "summary": text(
            lazy_gettext("How is it done?"),
            4000,
            description=lazy_gettext("In a few sentences that every resident understands."),
            render_kw={"rows": 4},
        ),
        "starts_on": DateField(lazy_gettext("Begins on"), [InputRequired(_DAY)]),
        "ends_on": DateField(lazy_gettext("Finished by"), [InputRequired(_DAY)]),
        "milestones": FieldList(
            FormField(_row(currency)), min_entries=1, max_entries=MOST_MILESTONES
        ),
    }
    made: type[XForm] = type("PlanForm", (XForm,), fields)
    if request.method == "POST":
        return made(formdata=arranged(request.form))
    return made(data=_known(plan) if plan else {})


def _known(plan: DeliveryPlan) -> dict[str, Any]:
    rows = [{name: getattr(one, name) for name in _PARTS} for one in plan.milestones]
    return {
        "owner": f"{plan.organisation_id}:{plan.responsible_id}",
        "summary": plan.summary,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "milestones": rows,
    }


def arranged(posted: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was posted, its rows numbered anew after one was added, removed or moved, as the
    button ``action`` says: "add", "remove-2", "up-2", "down-2"; anything else leaves them."""
    rows = _rows(posted)
    verb, _, number = posted.get("action", "").partition("-")
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 3 else -1
    if verb == "add" and len(rows) < MOST_MILESTONES:
        rows.append(dict.fromkeys(_PARTS, ""))
    elif verb == "remove" and 0 <= at < len(rows) > 1:
        rows.pop(at)
    elif verb == "up" and 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    elif verb == "down" and 0 <= at < len(rows) - 1:
        rows[at + 1], rows[at] = rows[at], rows[at + 1]
    kept = [pair for pair in posted.items(multi=True) if not pair[0].startswith("milestones-")]
    for place, row in enumerate(rows):
        kept += [(f"milestones-{place}-{name}", value) for name, value in row.items()]
    return MultiDict(kept)


def _rows(posted: MultiDict[str, str]) -> list[dict[str, str]]:
    found = {
        place: {name: posted.get(f"milestones-{place}-{name}", "") for name in _PARTS}
        for place in range(MOST_MILESTONES)
        if f"milestones-{place}-title" in posted
    }
    return [found[place] for place in sorted(found)] or [dict.fromkeys(_PARTS, "")]


def draft_of(form: XForm) -> PlanDraft:
    """What a validated form says."""
    organisation, _, person = form["owner"].data.partition(":")
    rows: Any = form["milestones"]
    return PlanDraft(
        organisation_id=int(organisation),
        responsible_id=int(person),
        summary=form["summary"].data,
        starts_on=form["starts_on"].data,
        ends_on=form["ends_on"].data,
        milestones=tuple(_planned(row.form) for row in rows.entries),
    )


def _planned(row: XForm) -> PlannedMilestone:
    return PlannedMilestone(
        title=row["title"].data,
        about=row["about"].data or "",
        due_on=row["due_on"].data,
        budget=row["budget"].data or 0,
    )
