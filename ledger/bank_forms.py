"""Forms about bank accounts: entering one, sending a statement, choosing the line that fits."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from core.forms import MoneyField, XForm, line, options
from core.i18n import Message, lazy_gettext
from core.types import MAX_MINOR, MINOR_UNITS
from ledger.statements import DATE_FORMATS, CsvMapping
from ledger.statements.mapping import COLUMNS, DECIMALS

NAME_LENGTH = 80
_DELIMITERS: dict[str, Message] = {
    ",": lazy_gettext("comma ,"),
    ";": lazy_gettext("semicolon ;"),
    "tab": lazy_gettext("tab"),
    "|": lazy_gettext("bar |"),
}
_ENCODINGS: dict[str, Message] = {
    "auto": lazy_gettext("find out (UTF-8, else GB18030)"),
    "utf-8": "UTF-8",
    "utf-8-sig": lazy_gettext("UTF-8 with a mark"),
    "gb18030": "GBK / GB18030",
}


class BankAccountForm(XForm):
    """A bank account."""

    area = SelectField(lazy_gettext("Whose account is it?"), coerce=int)
    name_zh = line(lazy_gettext("Name in Chinese"), NAME_LENGTH, required=False)
    name_en = line(lazy_gettext("Name in English"), NAME_LENGTH, required=False)
    number = line(
        lazy_gettext("Account number"),
        40,
        description=lazy_gettext("Only the last four characters are kept."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    currency = SelectField(
        lazy_gettext("Currency"), choices=options((code, code) for code in MINOR_UNITS)
    )


class FundsForm(XForm):
    """Which funds' money lies at an account."""

    funds = SelectMultipleField(
        lazy_gettext("Whose money lies here?"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def _column(label: Message, description: Message = "") -> object:
    return line(label, 60, required=False, description=description)


class UploadForm(XForm):
    """A statement, and for a CSV file how to read it."""

    file = FileField(
        lazy_gettext("Statement"),
        [FileRequired(lazy_gettext("Please choose a file."))],
        description=lazy_gettext("CSV or camt.053 (XML), at most 20 MB and 50,000 lines."),
        render_kw={"accept": ".csv,.txt,.xml"},
    )
    date = _column(lazy_gettext("Column of the date"))
    amount = _column(
        lazy_gettext("Column of the amount"), lazy_gettext("Money out has a minus there.")
    )
    paid_out = _column(lazy_gettext("Or: column of money out"))
    paid_in = _column(lazy_gettext("and column of money in"))
    balance = _column(lazy_gettext("Column of the balance"))
    currency = _column(lazy_gettext("Column of the currency"))
    reference = _column(lazy_gettext("Column of the reference"))
    counterparty = _column(lazy_gettext("Column of the other party's name"))
    text = _column(lazy_gettext("Column of the text"))
    bank_id = _column(lazy_gettext("Column of the bank's own number"))
    delimiter = SelectField(
        lazy_gettext("Between the columns"), choices=options(_DELIMITERS.items())
    )
    encoding = SelectField(lazy_gettext("Encoding"), choices=options(_ENCODINGS.items()))
    date_format = SelectField(
        lazy_gettext("How dates are written"), choices=options((k, k) for k in DATE_FORMATS)
    )
    decimal = SelectField(
        lazy_gettext("Before the cents"), choices=options((sign, sign) for sign in DECIMALS)
    )
    skip = IntegerField(lazy_gettext("Lines before the headings"), [Optional()], default=0)
    opening = MoneyField(
        lazy_gettext("Opening balance"),
        [Optional()],
        at_least=-MAX_MINOR,
        description=lazy_gettext("Only if the file has no column of balances."),
    )
    closing = MoneyField(lazy_gettext("Closing balance"), [Optional()], at_least=-MAX_MINOR)
    twins = BooleanField(
        lazy_gettext("Lines of the same day and amount, but other words, are two.")
    )

    def mapping(self) -> CsvMapping:
        """How to read a CSV file, as it was filled in."""
        columns = {name: self[name].data or "" for name in COLUMNS}
        return CsvMapping(
            **columns,
            delimiter=self.delimiter.data,
            encoding=self.encoding.data,
            date_format=self.date_format.data,
            decimal=self.decimal.data,
            skip=self.skip.data or 0,
        )


class MatchForm(XForm):
    """The line of the ledger that a line of the bank is."""

    transfer = IntegerField(lazy_gettext("Line of the ledger"), [InputRequired()])
