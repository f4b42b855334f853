"""The form for what officers know of the projects on a ballot to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from sqlalchemy.orm import Session
from wtforms import Field, SelectField

from budgeting.limits import RoundLimits
from budgeting.models import Round
from budgeting.services.freeze import ballot_projects
from core.forms import XForm, line, options
from core.i18n import Localized, Message, lazy_gettext, localize

GROUPS = ascii_uppercase


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project of the form: what it is, and which budget would pay it."""

    id: int
    title: Localized
    cost: int
    budget: Localized


def project_rows(session: Session, round_: Round) -> list[ProjectRow]:
    """The projects that are ready for the ballot, by budget."""
    return [
        ProjectRow(p.id, localize(p.title), p.cost or 0, localize(budget.area.name))
        for p, budget in ballot_projects(session, round_)
    ]


def limits_form(projects: Sequence[int], limits: RoundLimits) -> XForm:
    """A group and a payer for each of ``projects``, beginning with what ``limits`` say."""
    fields: dict[str, Field] = {}
    for project in projects:
        fields[f"group_{project}"] = _group()
        fields[f"payer_{project}"] = line(
            lazy_gettext("Already paid for by"),
            120,
            required=False,
            description=lazy_gettext("Leave empty unless somebody else pays all of it."),
        )
    made = type("LimitsForm", (XForm,), fields)
    return made(data=_values(limits))  # type: ignore[no-any-return]  # made from XForm


def typed_limits(form: Any, projects: Sequence[int]) -> tuple[dict[int, str], dict[int, str]]:
    """Groups and payers by project, as a valid form has them."""
    groups = {p: form[f"group_{p}"].data for p in projects if form[f"group_{p}"].data}
    payers = {p: form[f"payer_{p}"].data for p in projects if form[f"payer_{p}"].data}
    return groups, payers


def _group() -> SelectField:
    none: tuple[str, Message] = ("", lazy_gettext("None"))
    named = [(name, lazy_gettext("Group %(name)s", name=name)) for name in GROUPS]
    return SelectField(lazy_gettext("Group"), choices=options([none, *named]), default="")


def _values(limits: RoundLimits) -> dict[str, str]:
    named = zip(GROUPS, limits.exclusive, strict=False)
    values = {f"group_{project}": name for name, group in named for project in group}
    return values | {f"payer_{project}": payer for project, payer in limits.payers.items()}
