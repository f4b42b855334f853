"""Forms about transfers: it has arrived, it was sent, it is not so; what payers are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, RadioField
from wtforms.validators import InputRequired, Optional

from accounts.code_form import code_fields
from core.forms import XForm, options, text
from core.i18n import Message, date_long, format_money, lazy_gettext
from ledger.models import BankLine
from projects.tenders.forms.fields import CHOOSE, bind
from sponsorship.payments.references import references_in

WITHOUT = "0"
DETAILS_LENGTH = 1000


def moved_form(lines: Sequence[BankLine], chosen: int | None = None, reference: str = "") -> XForm:
    """By which line of the bank money has moved, or on which day without one. The line with the
    number ``chosen``, or else the one that names ``reference``, is marked beforehand; any other
    may be of another payment of the same amount."""
    said: list[tuple[str, Message]] = [(str(line.id), _line(line)) for line in lines]
    said.append((WITHOUT, lazy_gettext("None of these: by the day below")))
    marked = [line.id for line in lines if line.id == chosen] or [
        line.id for line in lines if reference in references_in(f"{line.reference} {line.text}")
    ]
    fields: dict[str, Any] = {
        "line": RadioField(
            lazy_gettext("Line of the bank"),
            [InputRequired(CHOOSE)],
            choices=options(said),
        ),
        "on": DateField(
            lazy_gettext("Day in the statement"),
            [Optional()],
            description=lazy_gettext("Only without a line: the day on which the bank booked it."),
        ),
    }
    first = str(marked[0]) if marked else None if lines else WITHOUT
    return bind("MovedForm", fields, {"line": first})


def _line(line: BankLine) -> Message:
    amount = format_money(abs(line.amount), line.currency, decimals=True)
    parts = (date_long(line.booked_on), amount, line.counterparty, line.reference, line.text)
    return " · ".join(str(part) for part in parts if part)


def confirm_form() -> XForm:
    """A weighty yes: with the code of the app, where it has to be shown again."""
    return bind("ConfirmForm", code_fields())


def drop_form() -> XForm:
    """Why something is not confirmed."""
    fields = {
        "reason": text(
            lazy_gettext("Why?"),
            500,
            description=lazy_gettext("Whoever entered it reads this. It is on public record."),
        )
    }
    return bind("DropForm", fields)


def details_form(now: str) -> XForm:
    """What those who transfer money to an account are told."""
    details = text(
        lazy_gettext("Payment details"),
        DETAILS_LENGTH,
        description=lazy_gettext(
            "Holder, whole number, bank and branch, each on a line of its own, as a payer needs"
            " them. This is public. Money sent to a wrong number is hard to get back: have"
            " somebody read it again."
        ),
        default=now,
        render_kw={"rows": 6},
    )
    return bind("DetailsForm", {"details": details} | code_fields())
