"""The forms of those who judge: whom they know, and the points they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from core.forms import XForm, text
from core.i18n import lazy_gettext
from projects.tenders.forms.fields import bind, knows
from projects.tenders.services import Given

Pair = tuple[int, int]


def declaration_form() -> XForm:
    """Whether a reviewer knows one of the bidders."""
    return bind(
        "DeclarationForm",
        knows(
            lazy_gettext(
                "Are you, or is somebody close to you, related to one of these bidders: family, "
                "friends, work, money?"
            ),
            lazy_gettext("Yes. Then others judge."),
            lazy_gettext("No, to none of them"),
        ),
    )


def score_form(pairs: Sequence[Pair], known: Mapping[Pair, Given]) -> XForm:
    """Points and a reason for each bid by each criterion."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    bounds = NumberRange(0, 100, lazy_gettext("A whole number from 0 to 100."))
    for pair in pairs:
        bid, criterion = pair
        fields[f"points_{bid}_{criterion}"] = IntegerField(
            lazy_gettext("Points, 0 to 100"), [Optional(), bounds]
        )
        fields[f"reason_{bid}_{criterion}"] = text(
            lazy_gettext("Why?"), 1000, required=False, render_kw={"rows": 2}
        )
        if given := known.get(pair):
            data[f"points_{bid}_{criterion}"] = given.points
            data[f"reason_{bid}_{criterion}"] = given.reason
    return bind("ScoreForm", fields, data)


def scores_of(form: XForm, pairs: Sequence[Pair]) -> dict[Pair, Given]:
    """What was typed."""
    return {
        (bid, criterion): Given(
            form[f"points_{bid}_{criterion}"].data, form[f"reason_{bid}_{criterion}"].data or ""
        )
        for bid, criterion in pairs
    }
