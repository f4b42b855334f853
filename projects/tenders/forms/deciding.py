"""The forms of the office: decisions, each with its reason, and the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import DateField, RadioField
from wtforms.validators import InputRequired

from accounts.code_form import code_fields
from core.forms import MoneyField, XForm, line, options, text
from core.i18n import Message, lazy_gettext
from projects.models import Contract, Milestone
from projects.tenders.forms.fields import (
    CHOOSE,
    FILL_IN,
    bind,
    number,
    one_of,
    reason,
    ticks,
)
from projects.tenders.rules import Rule
from projects.tenders.services import Terms

Named = Sequence[tuple[int, str]]
_DAY = lazy_gettext("Please choose a day.")


def confirm_form(*, weighty: bool = False) -> XForm:
    """A button only; ``weighty`` asks for the second factor where it was shown long ago."""
    return bind("ConfirmForm", code_fields() if weighty else {})


def reason_form(label: Message, *, weighty: bool = False, most: int = 2000) -> XForm:
    """A reason that everybody reads, and a button."""
    return bind("ReasonForm", {"reason": reason(label, most)} | (code_fields() if weighty else {}))


def answer_form() -> XForm:
    """The answer to a question."""
    hint = lazy_gettext("Everybody will read this, and it does not change any more.")
    label = lazy_gettext("Answer")
    return bind(
        "AnswerForm", {"answer": text(label, 4000, description=hint, render_kw={"rows": 5})}
    )


def appoint_form(people: Named) -> XForm:
    """Somebody to judge."""
    return bind("AppointForm", {"person": one_of(lazy_gettext("Who judges?"), people)})


def objection_answer_form(reviewers: Named) -> XForm:
    """What becomes of an objection."""
    return bind(
        "DecideForm",
        {
            "upheld": RadioField(
                lazy_gettext("What becomes of it?"),
                [InputRequired(CHOOSE)],
                choices=options(
                    [
                        ("no", lazy_gettext("Dismissed: the award stands")),
                        ("yes", lazy_gettext("Upheld: the bids are judged again")),
                    ]
                ),
            ),
            "reason": reason(lazy_gettext("Why?")),
            "reopen": ticks(
                lazy_gettext("If it is upheld: whose points may be corrected?"), reviewers
            ),
        },
    )


def contract_form(
    milestones: Sequence[Milestone],
    currency: str,
    suggested: Mapping[int, int],
    known: Contract | None,
) -> XForm:
    """The contract's text, its dates, and the price of each part of the work."""
    fields: dict[str, Any] = {
        "terms": text(lazy_gettext("Terms"), 20_000, render_kw={"rows": 12}),
        "starts_on": DateField(lazy_gettext("Work begins on"), [InputRequired(_DAY)]),
        "ends_on": DateField(lazy_gettext("Work ends on"), [InputRequired(_DAY)]),
    }
    data: dict[str, Any] = {}
    for one in milestones:
        fields[f"price_{one.id}"] = MoneyField(
            one.title, [InputRequired(FILL_IN)], currency=currency, at_least=0
        )
        own = known is not None and one.contract_id == known.id
        data[f"price_{one.id}"] = one.price if own else suggested.get(one.id)
    if known is not None:
        data |= {"terms": known.terms, "starts_on": known.starts_on, "ends_on": known.ends_on}
    return bind("ContractForm", fields, data)


def terms_of(form: XForm, milestones: Sequence[Milestone]) -> Terms:
    """What was typed."""
    prices = {one.id: form[f"price_{one.id}"].data for one in milestones}
    return Terms(form["terms"].data, form["starts_on"].data, form["ends_on"].data, prices)


def exclusion_form(organisations: Named, today: date) -> XForm:
    """Whom to exclude, from when to when, and why."""
    return bind(
        "ExclusionForm",
        {
            "organisation": one_of(lazy_gettext("Which organisation?"), organisations),
            "reason": reason(lazy_gettext("Why is it excluded?")),
            "starts_on": DateField(lazy_gettext("First day"), [InputRequired(_DAY)]),
            "ends_on": DateField(lazy_gettext("Last day"), [InputRequired(_DAY)]),
        },
        {"starts_on": today},
    )


def lift_form() -> XForm:
    """Why an exclusion ends early."""
    return bind("LiftForm", {"reason": line(lazy_gettext("Why is it lifted?"), 300)})


def rule_form(rule: Rule) -> XForm:
    """What holds for tenders in an area."""
    fields = {
        "direct_most": MoneyField(
            lazy_gettext("Awarded directly up to"), [InputRequired(FILL_IN)], at_least=0
        ),
        "min_bids": number(lazy_gettext("Fewest bids"), 1, 50),
        "min_reviewers": number(lazy_gettext("Fewest reviewers"), 2, 20),
        "standstill_days": number(
            lazy_gettext("Working days for objections after the award"), 1, 60
        ),
    }
    return bind("RuleForm", fields, {name: getattr(rule, name) for name in fields})
