"""The short forms: a paper, an invitation, a role, a relation, a decision."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.validators import DataRequired

from core.forms import XForm, line, options, text
from core.i18n import gettext, lazy_gettext
from projects.tenders.forms.fields import CHOOSE, bind
from sponsorship.businesses.services import NewRelation
from sponsorship.businesses.words import RELATIONS, ROLES
from sponsorship.models import RelationKind, SeatRole


class PaperForm(XForm):
    """A paper that proves what a business is."""

    title = line(
        lazy_gettext("What is it?"), 100, description=lazy_gettext("For example: business licence")
    )
    file = FileField(
        lazy_gettext("The file"),
        description=lazy_gettext("PDF, JPEG, PNG or WebP, at most 10 MB."),
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png,.webp"},
    )


def invite_form() -> XForm:
    """Whom to invite, and to what."""
    return bind(
        "InviteForm",
        {
            "address": line(
                lazy_gettext("Their phone or e-mail"),
                254,
                description=lazy_gettext("The one with which they sign in here."),
                render_kw={"autocomplete": "off"},
            ),
            "role": _role(),
        },
        {"role": SeatRole.VIEWER},
    )


def role_form(role: str) -> XForm:
    """Another role."""
    return bind("RoleForm", {"role": _role()}, {"role": role})


def _role() -> SelectField:
    return SelectField(lazy_gettext("Role"), [DataRequired(CHOOSE)], choices=options(ROLES.items()))


def relation_form() -> XForm:
    """Whom a business is close to."""
    return bind(
        "RelationForm",
        {
            "kind": SelectField(
                lazy_gettext("How are they close to the business?"),
                [DataRequired(CHOOSE)],
                choices=options([("", gettext("Please choose")), *RELATIONS.items()]),
            ),
            "person_name": line(
                lazy_gettext("Name of the person"),
                60,
                required=False,
                description=lazy_gettext(
                    "In full, so that it can be compared. Everybody sees it masked, such as 张*."
                ),
                render_kw={"autocomplete": "off"},
            ),
            "company_name": line(
                lazy_gettext("Or name of the company"),
                120,
                required=False,
                render_kw={"autocomplete": "off"},
            ),
            "company_code": line(
                lazy_gettext("The company's number in a register"),
                60,
                required=False,
                render_kw={"autocomplete": "off"},
            ),
            "note": text(
                lazy_gettext("Anything to add?"),
                300,
                required=False,
                description=lazy_gettext(
                    "Everybody will read this. Please name no private people."
                ),
                render_kw={"rows": 2},
            ),
        },
    )


def relation_of(form: XForm) -> NewRelation:
    """What was typed."""
    return NewRelation(
        kind=RelationKind(form["kind"].data),
        person_name=form["person_name"].data or "",
        company_name=form["company_name"].data or "",
        company_code=form["company_code"].data or "",
        note=form["note"].data or "",
    )


def mend_form() -> XForm:
    """What has to be mended; only the business reads it."""
    hint = lazy_gettext("Only those who act for the business read this.")
    field = text(
        lazy_gettext("What has to be mended?"), 2000, description=hint, render_kw={"rows": 4}
    )
    return bind("MendForm", {"reason": field})


def verify_form(known: Sequence[tuple[int, str]]) -> XForm:
    """Whether the business becomes a new public organisation or is one that is there."""
    return bind(
        "VerifyForm",
        {
            "organisation": SelectField(
                lazy_gettext("Which public organisation is it?"),
                choices=options([(0, gettext("A new one, made from this")), *known]),
                coerce=int,
                description=lazy_gettext(
                    "If it bids here already, choose it, so that its life stays in one place."
                ),
            )
        },
        {"organisation": 0},
    )
