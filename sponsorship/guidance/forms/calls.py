"""The form in which a call, or its next version, is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import InputRequired, Optional

from core.forms import MoneyField, XForm, line, options, text, texts
from core.i18n import LANGUAGE_NAMES, LOCALES, Message, lazy_gettext
from projects.tenders.forms.fields import bind, number, reason
from sponsorship.businesses.words import SECTORS
from sponsorship.guidance.checks import (
    DAYS,
    FILL_IN,
    PERCENT,
    PUBLIC,
    TERM,
    TERM_TEXTS,
    TEXT,
    TITLE,
    Said,
)
from sponsorship.guidance.forms.fields import tick_names
from sponsorship.guidance.words import TEXTS
from sponsorship.terms import Terms

Named = Sequence[tuple[int, str]]
_DAY = lazy_gettext("Please choose a day.")
_HINTS: dict[str, Message] = {
    "text": lazy_gettext("Why the community looks for partners, and for what."),
    "priorities": lazy_gettext("Categories and places that come first, one on each line."),
    "gets": lazy_gettext("Thanks in public, a small plate: so that nobody expects more."),
    "gets_not": lazy_gettext("No say in the vote, no influence on who builds."),
    "naming": lazy_gettext("What may be named after a sponsor, how large, for how long."),
}
_TERMS = (
    "match_until",
    "match_percent",
    "match_pool",
    "match_project_most",
    "match_sponsor_most",
    "public_least",
    "least",
    "small_most",
    "anonymous_most",
    "kind_most",
    "sign_days",
)


def call_form(
    currency: str,
    funds: Named,
    areas: Named,
    *,
    known: Said | None = None,
    further: bool = False,
    seen: str = "",
) -> XForm:
    """The form of a call in ``currency``, whose doubling money may come from ``funds`` and which
    may be for some of ``areas``; filled with ``known``. A ``further`` version says why."""
    fields = _texts() | _dates() | _matching(currency, funds) | _giving(currency, areas)
    fields["seen"] = HiddenField()
    if further:
        fields["reason"] = reason(lazy_gettext("Why does the call change?"), rows=3)
    data = _usual(currency) if known is None else _known(known)
    return bind("CallForm", fields, data | {"seen": seen})


def _texts() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, label in TEXTS.items():
        for lang in LOCALES:
            words = lazy_gettext("%(what)s (%(lang)s)", what=label, lang=LANGUAGE_NAMES[lang])
            hint = _HINTS.get(name, "")
            most = {"title": TITLE, "text": TEXT}.get(name, TERM)
            fields[f"{name}_{lang}"] = (
                line(words, most, required=False)
                if name == "title"
                else text(
                    words,
                    most,
                    required=False,
                    description=hint,
                    render_kw={"rows": 8 if name == "text" else 4},
                )
            )
    return fields


def _dates() -> dict[str, Any]:
    return {
        "opens_on": DateField(lazy_gettext("Offers are taken from"), [InputRequired(_DAY)]),
        "closes_on": DateField(lazy_gettext("Offers are taken until"), [InputRequired(_DAY)]),
        "sign_days": number(lazy_gettext("Days to sign an accepted offer"), *DAYS),
    }


def _matching(currency: str, funds: Named) -> dict[str, Any]:
    none = (0, lazy_gettext("No public money is added"))
    limit = lazy_gettext("Leave empty for no limit.")
    return {
        "match_percent": number(
            lazy_gettext("Public money adds, in per cent"),
            *PERCENT,
            description=lazy_gettext("100 doubles what is given; 0 adds nothing."),
        ),
        "matching_fund": SelectField(
            lazy_gettext("Out of which fund?"), choices=options([none, *funds]), coerce=int
        ),
        "match_pool": _amount(lazy_gettext("In all at most"), currency, at_least=0, required=False),
        "match_until": DateField(
            lazy_gettext("To offers accepted until"),
            [Optional()],
            description=lazy_gettext("The last day on which public money is added."),
        ),
        "match_project_most": _amount(
            lazy_gettext("For one project at most"), currency, required=False, description=limit
        ),
        "match_sponsor_most": _amount(
            lazy_gettext("For one sponsor at most"), currency, required=False, description=limit
        ),
    }


def _giving(currency: str, areas: Named) -> dict[str, Any]:
    return {
        "public_least": number(
            lazy_gettext("Least share of public money in a project's cost, in per cent"),
            *PUBLIC,
            description=lazy_gettext("What is added to sponsors' money counts as public money."),
        ),
        "least": _amount(lazy_gettext("An offer is at least"), currency),
        "small_most": _amount(
            lazy_gettext("People give without an agreement up to"),
            currency,
            at_least=0,
            description=lazy_gettext("0 if only businesses give."),
        ),
        "anonymous_most": _amount(
            lazy_gettext("Unnamed gifts up to"),
            currency,
            at_least=0,
            description=lazy_gettext("0 if every gift is named."),
        ),
        "kind_most": _amount(
            lazy_gettext("Goods, services, rooms and hours are worth at most"),
            currency,
            at_least=0,
            description=lazy_gettext("0 if only money is taken."),
        ),
        "excluded_sectors": tick_names(
            lazy_gettext("Which sectors cannot give?"), list(SECTORS.items())
        ),
        "area_ids": tick_names(
            lazy_gettext("For which areas?"),
            areas,
            coerce=int,
            description=lazy_gettext("Tick none for the whole area."),
        ),
    }


def _amount(label: Message, currency: str, *, required: bool = True, **more: Any) -> MoneyField:
    bounds = [InputRequired(FILL_IN)] if required else [Optional()]
    return MoneyField(label, bounds, currency=currency, **more)


def _usual(currency: str) -> dict[str, Any]:
    usual = Terms.__dataclass_fields__
    names = [name for name in _TERMS if not name.startswith("match_")] + ["match_percent"]
    return {name: usual[name].default for name in names} | {
        "excluded_sectors": ["tobacco", "gambling", "lending"]
    }


def _known(said: Said) -> dict[str, Any]:
    terms = said.terms
    data: dict[str, Any] = {name: getattr(terms, name) for name in _TERMS}
    data |= {"opens_on": terms.opens_on, "closes_on": terms.closes_on}
    data |= {"excluded_sectors": list(terms.excluded_sectors), "area_ids": list(terms.area_ids)}
    data |= {"matching_fund": said.matching_fund_id or 0, "reason": said.reason}
    data["match_pool"] = terms.match_pool or None
    values = {"title": said.title, "text": said.text}
    values |= {name: getattr(terms, name) for name in TERM_TEXTS}
    for name, value in values.items():
        data |= {f"{name}_{lang}": value.get(lang, "") for lang in LOCALES}
    return data


def said_of(form: XForm) -> Said:
    """What was typed."""
    values = {
        name: texts({lang: form[f"{name}_{lang}"].data for lang in LOCALES}) for name in TEXTS
    }
    numbers = {name: form[name].data for name in _TERMS}
    numbers["match_pool"] = form["match_pool"].data or 0
    return Said(
        title=values["title"],
        text=values["text"],
        terms=Terms(
            opens_on=form["opens_on"].data,
            closes_on=form["closes_on"].data,
            excluded_sectors=tuple(form["excluded_sectors"].data),
            area_ids=tuple(form["area_ids"].data),
            **numbers,
            priorities=values["priorities"],
            naming=values["naming"],
            gets=values["gets"],
            gets_not=values["gets_not"],
        ),
        matching_fund_id=form["matching_fund"].data or None,
        reason=form["reason"].data if "reason" in form else "",
    )
