"""The shape of a proposal as somebody types it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, Field, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, StopValidation
from wtforms.widgets import HiddenInput, TextInput

from core.forms import MoneyField, XForm, line, options, text
from core.i18n import LANGUAGE_NAMES, LOCALES, Message, gettext, lazy_gettext, localize
from core.text import tidy_line
from core.types import Texts
from projects.calls import Call
from projects.models import Photo
from projects.proposal import Proposal

FILL_IN: Message = lazy_gettext("Please fill this in.")
CHOOSE: Message = lazy_gettext("Please choose one.")
Named = Sequence[tuple[int, Texts]]


class CoordinateField(Field):
    """A latitude or longitude in degrees, WGS-84, as the map or a person writes it."""

    widget = TextInput()

    def __init__(self, label: Message, bound: int, **values: Any) -> None:
        super().__init__(label, **values)
        self.bound = bound

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:.6f}"

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = tidy_line(valuelist[0] if valuelist else "")
        self.data = None
        if not typed:
            return
        message = gettext("Please choose the place on the map, or leave this empty.")
        try:
            degrees = float(typed)
        except ValueError as error:
            raise ValueError(message) from error
        if not math.isfinite(degrees) or abs(degrees) > self.bound:
            raise ValueError(message)
        self.data = round(degrees, 6)


def _ident(value: str) -> int | None:
    """A chosen identity; nothing for an empty choice. Only listed ones pass validation."""
    return int(value) if value and value != "None" else None


class ProposalForm(XForm):
    """A proposal; ``proposal_form`` makes it for a round and for somebody's photos."""

    version = IntegerField(widget=HiddenInput(), default=0, validators=[NumberRange(0, 10**9)])
    latitude = CoordinateField(lazy_gettext("Latitude"), 90)
    longitude = CoordinateField(lazy_gettext("Longitude"), 180)
    photos = MultipleFileField(
        lazy_gettext("Add photos"),
        description=lazy_gettext(
            "At most 6, JPEG, PNG or WebP, up to 10 MB each. Where and when they were taken "
            "is removed."
        ),
    )

    def validate_longitude(self, field: Field) -> None:
        if (field.data is None) != (self["latitude"].data is None):
            raise StopValidation(gettext("A place needs both its latitude and its longitude."))


def proposal_form(
    call: Call,
    *,
    categories: Named,
    organisations: Named,
    photos: Sequence[Photo],
    strict: bool,
    current: Proposal,
    version: int,
) -> ProposalForm:
    """The form for a proposal in ``call``, filled with ``current``.

    ``strict`` asks for everything that handing in needs; otherwise a draft may lack anything.
    """
    fields = _texts(strict) | _choices(call, categories, organisations, strict=strict)
    fields["estimate"] = MoneyField(
        lazy_gettext("About how much would it cost?"),
        [InputRequired(FILL_IN)] if strict else [],
        currency=call.currency,
        at_least=call.cost_min if strict else 1,
        **({"at_most": call.cost_max} if strict else {}),
    )
    for photo in photos:
        label = lazy_gettext("What does this photo show?")
        fields[f"alt_{photo.id}"] = line(label, 200, required=False, default=photo.alt)
        fields[f"remove_{photo.id}"] = BooleanField(lazy_gettext("Remove this photo"))
    form: ProposalForm = type("BoundProposalForm", (ProposalForm,), fields)(
        data=asdict(current) | {"version": version}
    )
    return form


def _texts(strict: bool) -> dict[str, Any]:
    return {
        "title": line(lazy_gettext("What should it be called?"), 120, required=strict),
        "summary": text(
            lazy_gettext("In one or two sentences: what is it?"),
            300,
            required=strict,
            render_kw={"rows": 3},
        ),
        "description": text(
            lazy_gettext("Tell us more"),
            10_000,
            required=strict,
            description=lazy_gettext(
                "What is wrong now, what should happen, who could help. Empty lines make "
                "paragraphs, lines that begin with - make a list."
            ),
            render_kw={"rows": 10},
        ),
        "beneficiaries": text(
            lazy_gettext("Who benefits?"),
            300,
            required=strict,
            description=lazy_gettext("For example: the 200 families around the market."),
            render_kw={"rows": 2},
        ),
    }


def _choices(
    call: Call, categories: Named, organisations: Named, *, strict: bool
) -> dict[str, Any]:
    needed = [InputRequired(CHOOSE)] if strict else []
    fields: dict[str, Any] = {
        "area_id": SelectField(lazy_gettext("Where?"), choices=options(_areas(call)), coerce=int),
        "language": SelectField(
            lazy_gettext("Which language do you write in?"),
            choices=options((code, LANGUAGE_NAMES[code]) for code in LOCALES),
        ),
    }
    if categories:
        fields["category_id"] = SelectField(
            lazy_gettext("What is it about?"),
            needed,
            choices=options([("", gettext("Please choose")), *_named(categories)]),
            coerce=_ident,
        )
    if organisations:
        fields["organisation_id"] = SelectField(
            lazy_gettext("On behalf of"),
            choices=options([("", gettext("Myself")), *_named(organisations)]),
            coerce=_ident,
        )
    return fields


def _areas(call: Call) -> list[tuple[Any, str]]:
    """Where it may be; the round's own area stands for everywhere in it."""
    whole = int(call.area_path.strip("/").rpartition("/")[2])
    return [
        (ident, gettext("Everywhere in %(area)s", area=label) if ident == whole else label)
        for ident, label in _named(call.areas)
    ]


def _named(rows: Named) -> list[tuple[Any, str]]:
    return [(ident, str(localize(name))) for ident, name in rows]
