"""What a business says of itself: everything in a draft, the rest once the office has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField
from wtforms.validators import DataRequired

from core.forms import XForm, line, options, text, texts
from core.i18n import gettext, lazy_gettext
from projects.tenders.forms.fields import CHOOSE, bind
from sponsorship.businesses.services import Details
from sponsorship.businesses.words import SCHEMES, SECTORS
from sponsorship.models import Business, Scheme, Sector

Named = Sequence[tuple[int, str]]


def _checked(areas: Named) -> dict[str, Any]:
    """What the office checks."""
    none = [("", gettext("Please choose"))]
    return {
        "name_zh": line(
            lazy_gettext("Name in Chinese"),
            120,
            required=False,
            description=lazy_gettext("As the register has it. One of the two names is enough."),
            render_kw={"lang": "zh-Hans", "autocomplete": "organization"},
        ),
        "name_en": line(
            lazy_gettext("Name in English"), 120, required=False, render_kw={"lang": "en"}
        ),
        "scheme": SelectField(
            lazy_gettext("Which register?"),
            [DataRequired(CHOOSE)],
            choices=options(SCHEMES.items()),
        ),
        "code": line(
            lazy_gettext("Number there"),
            60,
            description=lazy_gettext(
                "In mainland China the 18 characters on the business licence; spaces and hyphens"
                " do not matter."
            ),
            render_kw={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            },
        ),
        "sector": SelectField(
            lazy_gettext("Sector"),
            choices=options([*none, *SECTORS.items()]),
            description=lazy_gettext("Some calls take nothing from some sectors."),
        ),
        "area_id": SelectField(
            lazy_gettext("Area"),
            [DataRequired(CHOOSE)],
            choices=options([(0, none[0][1]), *areas]),
            coerce=int,
            description=lazy_gettext("Where it is. The officers of this area verify it."),
        ),
    }


def _rest() -> dict[str, Any]:
    """What may change at any time. A website may grow by its ``https://``."""
    private = lazy_gettext("Only the office and those who act for the business see this.")
    return {
        "about_zh": text(
            lazy_gettext("About the business, in Chinese"),
            2000,
            required=False,
            render_kw={"rows": 3, "lang": "zh-Hans"},
        ),
        "about_en": text(
            lazy_gettext("About the business, in English"),
            2000,
            required=False,
            render_kw={"rows": 3, "lang": "en"},
        ),
        "website": line(lazy_gettext("Website"), 190, required=False, render_kw={"type": "url"}),
        "address": line(
            lazy_gettext("Address"),
            200,
            required=False,
            description=private,
            render_kw={"autocomplete": "street-address"},
        ),
        "contact_name": line(
            lazy_gettext("Whom can the office ask?"),
            60,
            required=False,
            description=private,
            render_kw={"autocomplete": "name"},
        ),
        "contact_phone": line(
            lazy_gettext("Their phone"),
            30,
            required=False,
            render_kw={"type": "tel", "autocomplete": "tel"},
        ),
        "contact_email": line(
            lazy_gettext("Their e-mail"),
            254,
            required=False,
            render_kw={"type": "email", "autocomplete": "email"},
        ),
    }


def details_form(areas: Named, known: Business | None = None, *, fixed: bool = False) -> XForm:
    """The form of a new business, or of a ``known`` one; ``fixed`` leaves out what the office has
    before it."""
    fields = ({} if fixed else _checked(areas)) | _rest()
    return bind("DetailsForm", fields, _data(known) if known else {"area_id": 0})


def _data(known: Business) -> dict[str, Any]:
    names, about = known.name, known.about
    plain = ("scheme", "code", "sector", "area_id", "website", "address")
    contact = ("contact_name", "contact_phone", "contact_email")
    return {name: getattr(known, name) for name in plain + contact} | {
        "name_zh": names.get("zh_Hans"),
        "name_en": names.get("en"),
        "about_zh": about.get("zh_Hans"),
        "about_en": about.get("en"),
    }


def details_of(form: XForm, known: Business | None = None) -> Details:
    """What was typed; what the form does not ask for stays as it is ``known``."""
    said = _data(known) if known else {}
    said |= {name: value or "" for name, value in form.data.items() if name in _ALL}
    return Details(
        name=texts({"zh_Hans": said["name_zh"], "en": said["name_en"]}),
        about=texts({"zh_Hans": said["about_zh"], "en": said["about_en"]}),
        scheme=Scheme(said["scheme"]),
        code=said["code"],
        area_id=said["area_id"] or 0,
        sector=Sector(said["sector"]) if said["sector"] else None,
        website=said["website"],
        address=said["address"],
        contact_name=said["contact_name"],
        contact_phone=said["contact_phone"],
        contact_email=said["contact_email"],
    )


_ALL = frozenset(
    {"name_zh", "name_en", "about_zh", "about_en", "scheme", "code", "sector", "area_id"}
    | {"website", "address", "contact_name", "contact_phone", "contact_email"}
)
