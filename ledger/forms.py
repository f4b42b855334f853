"""The form with which each kind of voucher is asked for, and what it says."""

from __future__ import annotations

import re
import secrets
from datetime import date
from typing import Any

from flask import request
from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from core.forms import MoneyField, XForm, line, options, text, texts
from core.i18n import Message, lazy_gettext
from ledger.models import VoucherKind
from ledger.queries.choices import Choices, Source
from ledger.registry_code import code_fits, tidy_code
from ledger.services.asking import NewPayee
from ledger.services.requesting import Request

K = VoucherKind
REQUIRED = lazy_gettext("Please fill this in.")
CHOOSE = lazy_gettext("Please choose")
_KEY = re.compile(r"[\w-]{16,40}")
CODE_HINT = lazy_gettext("18 characters, if it has one: 统一社会信用代码.")


class PayeeChecks(XForm):
    """Looks at a payee's code, where the form asks for one."""

    def validate_payee_code(self, field: Any) -> None:
        """Look at its length, characters and check character."""
        check_code(field.data)


def payee_fields() -> dict[str, Any]:
    """The fields of somebody new who is paid."""
    return {
        "payee_name_zh_Hans": line(lazy_gettext("Name in Chinese"), 120, required=False),
        "payee_name_en": line(lazy_gettext("Name in English"), 120, required=False),
        "payee_code": line(
            lazy_gettext("Unified social credit code"), 40, required=False, description=CODE_HINT
        ),
    }


def _common_fields(kind: str) -> dict[str, Any]:
    chosen = InputRequired(lazy_gettext("Please choose a day."))
    return {
        "effective_on": DateField(DAYS.get(kind, lazy_gettext("Day")), [chosen]),
        "purpose": line(lazy_gettext("What for? Everybody will read this."), 300),
        "conditions": text(
            lazy_gettext("Conditions, if there are any"),
            2000,
            required=False,
            render_kw={"rows": 3},
        ),
        "key": HiddenField(),
    }


def check_code(typed: str | None) -> None:
    """Raise ``ValidationError`` for something that is no unified social credit code."""
    if typed and not code_fits(tidy_code(typed)):
        raise ValidationError(
            lazy_gettext("This code does not fit: please look at each of its 18 characters.")
        )


DAYS: dict[str, Message] = {
    K.RECEIVE: lazy_gettext("Day on which the bank received it"),
    K.REFUND: lazy_gettext("Day on which the bank received it"),
    K.DISBURSE: lazy_gettext("Day on which it was delivered"),
}
SOURCES: dict[str, Message] = {
    K.RECEIVE: lazy_gettext("Into which fund?"),
    K.ALLOT: lazy_gettext("From which fund?"),
    K.APPROPRIATE: lazy_gettext("From which fund?"),
    K.UNAPPROPRIATE: lazy_gettext("From which round?"),
    K.DISBURSE: lazy_gettext("For which accepted work or project?"),
    K.REFUND: lazy_gettext("Who gives money back, for which project?"),
    K.RELEASE: lazy_gettext("Which project?"),
    K.CARRY_OVER: lazy_gettext("From which year into which?"),
}


ACCEPTED = lazy_gettext("Accepted work")
STRAIGHT = lazy_gettext("Projects without a contract")
OF_WORK = lazy_gettext(
    "A project with contracts is paid for accepted work only, and only to who did it."
)


def ask_form(kind: str, given: Choices) -> XForm:
    """The form for a voucher of ``kind``, with only the fields that this kind needs, in the order
    in which they are shown."""
    fields: dict[str, Any] = {"source": _source_field(kind, given.sources)}
    if kind == K.ALLOT:
        fields["to_fund"] = _pick(lazy_gettext("Which fund receives it?"), given.to_funds)
    if kind == K.APPROPRIATE:
        fields["cost_centre"] = _pick(lazy_gettext("For which round or call?"), given.rounds)
    if kind == K.DISBURSE and not all(one.work_id for one in given.sources):
        fields["payee"] = _pick(
            lazy_gettext("Who is paid?"), given.payees, lazy_gettext("Somebody new"), needed=False
        )
        fields |= payee_fields()
    if kind != K.RELEASE:
        chosen = chosen_source(given.sources)
        fields["amount"] = MoneyField(
            lazy_gettext("Amount"),
            [InputRequired(REQUIRED)],
            currency=chosen.currency if chosen else "CNY",
        )
    form: XForm = type("AskForm", (PayeeChecks,), fields | _common_fields(kind))()
    if not _KEY.fullmatch(form["key"].data or ""):
        form["key"].data = secrets.token_urlsafe(16)
    return form


def chosen_source(sources: list[Source]) -> Source | None:
    """The source that the request names, if it is one of these: by itself, or by the accepted
    work that an address leads to."""
    if request.method == "POST":
        value = request.form.get("source", "")
        return next((one for one in sources if one.value == value), None)
    value, work = request.args.get("source", ""), request.args.get("work", type=int)
    fits = (one for one in sources if one.value == value or (work and one.work_id == work))
    return next(fits, None)


def _source_field(kind: str, sources: list[Source]) -> SelectField:
    named = chosen_source(sources)
    return SelectField(
        SOURCES[kind],
        [InputRequired(REQUIRED)],
        choices=[*options([("", CHOOSE)]), *_grouped(sources)],
        default=named.value if named else "",
        description=OF_WORK if any(one.work_id for one in sources) else "",
    )


def _grouped(sources: list[Source]) -> list[Any]:
    """Accepted work apart from projects that are paid without a contract."""
    of_work = {one.value: one.label for one in sources if one.work_id}
    others = {one.value: one.label for one in sources if not one.work_id}
    if not of_work:
        return options(others.items())
    return options(of_work.items(), ACCEPTED) + options(others.items(), STRAIGHT)


def _pick(
    label: Message, pairs: list[tuple[int, str]], first: Message = CHOOSE, *, needed: bool = True
) -> SelectField:
    checks: list[Any] = [InputRequired(REQUIRED)] if needed else [Optional()]
    choices = options([("", first), *((str(ident), name) for ident, name in pairs)])
    return SelectField(label, checks, choices=choices)


def new_payee_of(form: XForm) -> NewPayee | None:
    """The payee that was typed; None where one was chosen or the form asks for none.

    Puts an error on the form where there is neither, or both.
    """
    if "payee_code" not in form or ("payee" in form and form["payee"].data):
        return None
    name = texts({"zh_Hans": form["payee_name_zh_Hans"].data, "en": form["payee_name_en"].data})
    return NewPayee(name, tidy_code(form["payee_code"].data or "")) if name else None


def check_payee(form: XForm, source: Source | None = None) -> bool:
    """Whether it is clear who is paid; says at the field what is missing, or too much where
    the accepted work of ``source`` says it already."""
    if "payee_code" not in form:
        return True
    chosen, typed = "payee" in form and form["payee"].data, new_payee_of(form)
    if source is not None and source.work_id:
        return _check_who_did_it(form, source, chosen, typed)
    if chosen and (form["payee_name_zh_Hans"].data or form["payee_name_en"].data):
        form["payee"].errors = [
            lazy_gettext("Please either choose somebody or write somebody new, not both.")
        ]
    elif not chosen and typed is None:
        name = "payee" if "payee" in form else "payee_name_zh_Hans"
        form[name].errors = [lazy_gettext("Please choose who is paid, or write their name below.")]
    else:
        return True
    return False


def _check_who_did_it(form: XForm, source: Source, chosen: Any, typed: Any) -> bool:
    if typed is None and str(chosen or source.payee_id) == str(source.payee_id):
        return True
    form["payee"].errors = [
        lazy_gettext("Who did this work is paid. Please choose nobody else here.")
    ]
    return False


def request_of(form: XForm, kind: str, source: Source, by_id: int) -> Request:
    """What a valid form asks for."""
    payee = form["payee"].data if "payee" in form else None
    round_ = form["cost_centre"].data if "cost_centre" in form else None
    to_fund = form["to_fund"].data if "to_fund" in form else None
    day: date = form["effective_on"].data
    return Request(
        kind=VoucherKind(kind),
        key=f"form:{by_id}:{form['key'].data}",
        fund_id=source.fund_id,
        amount=form["amount"].data if "amount" in form else source.left,
        purpose=form["purpose"].data,
        effective_on=day,
        conditions=form["conditions"].data or "",
        to_fund_id=int(to_fund) if to_fund else source.to_fund_id,
        cost_centre_id=int(round_) if round_ else source.cost_centre_id,
        payee_id=int(payee) if payee else source.payee_id,
        work_id=source.work_id,
    )
