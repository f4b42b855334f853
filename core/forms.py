"""What all forms share: tidy input, bounds, money and dates as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.form import BaseForm
from wtforms.i18n import messages_path
from wtforms.validators import DataRequired, Length, Optional, StopValidation
from wtforms.widgets import TextInput

from core.clock import local_zone
from core.errors import DomainError
from core.i18n import Message, gettext, lazy_gettext
from core.text import tidy, tidy_line
from core.types import MAX_MINOR, MINOR_UNITS

_AMOUNT = re.compile(r"-?\d{1,20}(\.\d{1,6})?")


@lru_cache
def _messages(locale: str) -> NullTranslations:
    return Translations.load(messages_path(), [locale], domain="wtforms")


class XForm(FlaskForm):
    """Root of every form. A refused service call is shown on it, with what was typed kept."""

    class Meta(FlaskForm.Meta):
        """Says WTForms' own messages in the reader's language."""

        def get_translations(self, form: BaseForm) -> NullTranslations:
            """The messages, which Flask-WTF would read from their file for each form."""
            return _messages(str(get_locale()))

    def absorb(self, error: DomainError) -> None:
        """Show a domain error at its fields, or above the form when it names none of ours."""
        unplaced = [text for name, text in error.fields.items() if name not in self]
        for name, text in error.fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, text]
        if unplaced or not error.fields:
            self.form_errors.extend(unplaced or [error.message])


def line(label: Message, most: int, *, required: bool = True, **options: Any) -> StringField:
    """A one-line text of at most ``most`` characters."""
    return StringField(label, [*_presence(required), _bound(most)], [tidy_line], **options)


def text(label: Message, most: int, *, required: bool = True, **options: Any) -> TextAreaField:
    """A text of several lines of at most ``most`` characters."""
    return TextAreaField(label, [*_presence(required), _bound(most)], [tidy], **options)


def _presence(required: bool) -> list[Any]:
    message = lazy_gettext("Please fill this in.")
    # Asked of what is left when it was tidied: blanks are no answer.
    return [DataRequired(message)] if required else [Optional()]


def _bound(most: int) -> Length:
    return Length(max=most, message=lazy_gettext("At most %(most)s characters, please.", most=most))


def options(pairs: Iterable[tuple[Any, Message]], group: Message | None = None) -> list[Any]:
    """The ``choices`` of a select, radio or checkbox list from (value, label) pairs; those of a
    select may stand under the name of a group."""
    return [SelectChoice(value, label, optgroup=group) for value, label in pairs]


class MoneyField(Field):
    """An amount typed as people write it ("12,000.50"); its data is minor units.

    ``currency`` sets how many decimals are right; ``at_least`` and ``at_most`` are minor units.
    """

    widget = TextInput()

    def __init__(
        self,
        label: Message,
        validators: Iterable[Any] = (),
        *,
        currency: str = "CNY",
        at_least: int = 1,
        at_most: int = MAX_MINOR,
        **options: Any,
    ) -> None:
        super().__init__(label, list(validators), **options)
        self.currency, self.at_least, self.at_most = currency, at_least, at_most

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        units = MINOR_UNITS.get(self.currency, 100)
        whole, rest = divmod(self.data, units)
        return f"{whole}.{rest:02d}" if rest else str(whole)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = tidy_line(valuelist[0] if valuelist else "")
        self.data = parse_money(typed, self.currency) if typed else None

    def pre_validate(self, form: object) -> None:
        if self.data is None:
            return
        from core.i18n import format_money  # noqa: PLC0415 - only for the message

        if self.data < self.at_least:
            least = format_money(self.at_least, self.currency)
            raise StopValidation(gettext("This must be at least %(least)s.", least=least))
        if self.data > self.at_most:
            most = format_money(self.at_most, self.currency)
            raise StopValidation(gettext("This must be at most %(most)s.", most=most))


def parse_money(typed: str, currency: str) -> int:
    """Minor units in ``typed``. Raises ``ValueError`` with a sentence saying what is wrong."""
    cleaned = typed.translate(str.maketrans("．", ".", " ,，¥￥€$"))
    if not _AMOUNT.fullmatch(cleaned):
        raise ValueError(gettext("Please write an amount in figures, such as 12000."))
    minor = Decimal(cleaned) * MINOR_UNITS.get(currency, 100)
    if minor != minor.to_integral_value():
        raise ValueError(gettext("There are too many digits after the point."))
    return int(minor)


class LocalDateTimeField(DateTimeLocalField):
    """A date and time typed in the installation's zone; its data is an aware datetime."""

    def __init__(self, label: Message, validators: Iterable[Any] = (), **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
        super().__init__(label, list(validators), format=formats, **options)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(local_zone()).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(gettext("Please choose a date and a time.")) from error
        naive: datetime | None = self.data
        self.data = naive.replace(tzinfo=local_zone()) if naive else None


def texts(values: Mapping[str, str | None]) -> dict[str, str]:
    """Several languages' inputs as one text; empty ones are left out."""
    return {lang: value for lang, value in values.items() if value}
