"""What somebody fills in who offers a pledge, or gives a little."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional

from core.forms import MoneyField, XForm, options, text
from core.i18n import Message, date_long, format_money, gettext, lazy_gettext, localize
from projects.forms import CHOOSE, FILL_IN
from projects.works.forms import bound
from sponsorship.models import Pledge, PledgeKind
from sponsorship.pledges.openings import OpeningCase
from sponsorship.pledges.rules import MOST_PARTS, Offer
from sponsorship.pledges.words import KINDS

ROWS = range(1, MOST_PARTS + 1)
PAY_WITHIN = timedelta(days=14)  # a small gift


def offer_form(case: OpeningCase, draft: Pledge | None = None) -> XForm:
    """An offer of a business, with what a draft says."""
    fields = {"key": HiddenField(), "business_id": _business(case)}
    if not case.money_only:
        fields |= _kinds()
    fields |= _gift(case, lazy_gettext("How much, or what is it worth?"))
    fields["due_on"] = DateField(
        lazy_gettext("By which day?"),
        [Optional()],
        description=lazy_gettext("When you pay or deliver it, if it is accepted."),
    )
    for row in ROWS:
        fields[f"part_{row}"] = MoneyField(
            lazy_gettext("Part %(number)s", number=row), [Optional()], currency=case.currency
        )
        fields[f"part_{row}_on"] = DateField(lazy_gettext("Paid by"), [Optional()])
    return bound("OfferForm", fields, **(_of_draft(draft) if draft else {}))


def give_form(case: OpeningCase) -> XForm:
    """A small gift of a person."""
    fields = {"key": HiddenField()} | _gift(case, lazy_gettext("How much do you give?"))
    agree = lazy_gettext("I have read the terms on this page and agree to them.")
    fields["agree"] = BooleanField(agree)
    return bound("GiveForm", fields)


def _business(case: OpeningCase) -> SelectField:
    choices = [(one.id, str(localize(one.name))) for one in case.businesses]
    return SelectField(
        lazy_gettext("Which business gives?"),
        [DataRequired(CHOOSE)],
        choices=options(choices),
        coerce=int,
    )


def _kinds() -> dict[str, Any]:
    return {
        "kind": RadioField(
            lazy_gettext("What do you give?"),
            [InputRequired(CHOOSE)],
            choices=options([(kind.value, KINDS[kind]) for kind in PledgeKind]),
            default=PledgeKind.MONEY.value,
        ),
        "what": text(
            lazy_gettext("If it is no money: what exactly, and how much of it?"),
            1000,
            required=False,
            render_kw={"rows": 3},
        ),
        "valuation": text(
            lazy_gettext("How did you find its value?"),
            1000,
            required=False,
            description=lazy_gettext(
                "A price list, an invoice, hours times a rate, a usual rent. Everybody can read it."
            ),
            render_kw={"rows": 3},
        ),
    }


def _gift(case: OpeningCase, amount: Message) -> dict[str, Any]:
    """What an offer and a small gift have in common."""
    terms, opening = case.terms, case.opening
    fields: dict[str, Any] = {
        "amount": MoneyField(amount, [InputRequired(FILL_IN)], currency=case.currency)
    }
    if opening.target is not None:
        tied = lazy_gettext(
            "Only if %(target)s come together by %(day)s; else I get it back",
            target=format_money(opening.target, case.currency),
            day=date_long(opening.deadline),
        )
        fields["only_if_met"] = RadioField(
            lazy_gettext("On what does it depend?"),
            [InputRequired(CHOOSE)],
            choices=options([("no", lazy_gettext("On nothing: in any case")), ("yes", tied)]),
            default="no",
        )
    if terms.anonymous_most:
        most = format_money(terms.anonymous_most, case.currency)
        fields["anonymous"] = BooleanField(
            lazy_gettext("Do not name me in public (up to %(most)s)", most=most)
        )
    fields["message"] = text(
        lazy_gettext("A few words to go with it"), 500, required=False, render_kw={"rows": 2}
    )
    return fields


def offer_of(form: XForm, case: OpeningCase, today: date) -> Offer | None:
    """What was filled in; ``None``, saying so on the form, when parts or days are missing."""
    kind = PledgeKind(form["kind"].data) if "kind" in form else PledgeKind.MONEY
    amount: int = form["amount"].data
    person = "business_id" not in form
    due_on = today + PAY_WITHIN if person else form["due_on"].data
    parts = [] if person or kind != PledgeKind.MONEY else _parts(form)
    if parts is None:
        return None
    if due_on is None and not parts:
        form["due_on"].errors = [gettext("Please choose a day.")]
        return None
    if kind == PledgeKind.MONEY:
        parts = parts or [(amount, due_on)]
    return Offer(
        key=form["key"].data,
        opening_id=case.opening.id,
        business_id=None if person else form["business_id"].data,
        kind=kind,
        amount=amount,
        due_on=parts[-1][1] if parts else due_on,
        parts=tuple(parts),
        what=_said(form, "what"),
        valuation=_said(form, "valuation"),
        message=_said(form, "message"),
        only_if_met=_said(form, "only_if_met") == "yes",
        anonymous="anonymous" in form and bool(form["anonymous"].data),
    )


def agreed(form: XForm) -> bool:
    """Whether somebody who gives has agreed to the terms; if not, the form says so."""
    if "agree" not in form or form["agree"].data:
        return True
    form["agree"].errors = [gettext("Please read the terms, and say that you agree to them.")]
    return False


def _said(form: XForm, name: str) -> str:
    return (form[name].data or "") if name in form else ""


def _parts(form: XForm) -> list[tuple[int, date]] | None:
    """The instalments that were filled in; ``None`` where half of one is missing."""
    found = []
    for row in ROWS:
        amount, day = form[f"part_{row}"], form[f"part_{row}_on"]
        if amount.data is None and day.data is None:
            continue
        if amount.data is None or day.data is None:
            empty = amount if amount.data is None else day
            empty.errors = [gettext("Please fill in the amount and the day of each part.")]
            return None
        found.append((amount.data, day.data))
    return found


def _of_draft(draft: Pledge) -> dict[str, Any]:
    """A draft as its form shows it."""
    found: dict[str, Any] = {
        "key": draft.key.partition(":")[2],
        "business_id": draft.business_id,
        "kind": draft.kind,
        "amount": draft.amount,
        "due_on": draft.due_on,
        "what": draft.what,
        "valuation": draft.valuation,
        "message": draft.message,
        "only_if_met": "yes" if draft.only_if_met else "no",
        "anonymous": draft.anonymous,
    }
    if len(draft.instalments) > 1:
        for one in draft.instalments:
            found[f"part_{one.number}"] = one.amount
            found[f"part_{one.number}_on"] = one.due_on
    return found
