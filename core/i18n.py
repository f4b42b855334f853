"""Languages: choosing one, texts kept in several, dates and money as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TypeAlias

from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, get_translations
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from core.clock import local_zone, now
from core.types import MINOR_UNITS, Texts

Message: TypeAlias = str | LazyString

LOCALES = ("zh_Hans", "en")
TAGS = {"zh_Hans": "zh-Hans", "en": "en"}
LANGUAGE_NAMES = {"zh_Hans": "中文", "en": "English"}
LOCALE_COOKIE = "locale"

babel = Babel()
_catalogs: dict[str, NullTranslations] = {}


@dataclass(frozen=True, slots=True)
class Localized:
    """A text in the reader's language, or in another one, which is then said."""

    text: str
    lang: str
    fallback: bool

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> str:
        if not self.fallback:
            return escape(self.text)
        return Markup('<span lang="{}">{}</span>').format(TAGS.get(self.lang, self.lang), self.text)


def register(app: Flask) -> None:
    """Set up translations, and the filters with which templates show values."""
    settings = app.config["SETTINGS"]
    app.config["BABEL_DEFAULT_LOCALE"] = settings.default_locale
    app.config["BABEL_DEFAULT_TIMEZONE"] = settings.timezone
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(app.root_path) + "/translations"
    babel.init_app(app, locale_selector=choose_locale, timezone_selector=lambda: settings.timezone)
    app.jinja_env.globals.update(_=_say, gettext=_say, ngettext=_say_number)
    app.jinja_env.filters.update(
        localize=localize,
        money=format_money,
        number=format_number,
        datetime_long=datetime_long,
        date_long=date_long,
        date_short=date_short,
        time_short=time_short,
        days_left=days_left,
    )


def normalise(tag: str | None) -> str | None:
    """The locale of ours that a language tag means, or ``None``.

    Every Chinese tag is Simplified Chinese here; Babel's own negotiation answers English
    for ``zh-CN``.
    """
    tag = (tag or "").strip().replace("_", "-").lower()
    if tag == "zh" or tag.startswith("zh-"):
        return "zh_Hans"
    return "en" if tag == "en" or tag.startswith("en-") else None


def choose_locale() -> str:
    """The reader's language: chosen before, else the browser's, else the site's."""
    default: str = current_app.config["SETTINGS"].default_locale
    if not has_request_context():
        return default
    chosen = normalise(request.cookies.get(LOCALE_COOKIE))
    if chosen:
        return chosen
    for tag, _quality in request.accept_languages:
        if found := normalise(tag):
            return found
    return default


def current_locale() -> str:
    """The locale in force, one of ``LOCALES``."""
    return normalise(str(get_locale() or "")) or current_app.config["SETTINGS"].default_locale


def _catalog() -> NullTranslations:
    """The reader's translations, asked for a hundred times a page: Flask-Babel's way is slow."""
    locale = str(get_locale())  # comparing locales themselves is slower
    found = _catalogs.get(locale)
    if found is None:
        found = _catalogs[locale] = get_translations()
    return found


def gettext(message: str, /, **values: object) -> str:
    """``message`` in the reader's language, its placeholders filled."""
    said: str = _catalog().ugettext(message)
    return said % values if values else said


def ngettext(one: str, many: str, /, num: int, **values: object) -> str:
    """The form of a message that fits ``num``, in the reader's language."""
    said: str = _catalog().ungettext(one, many, num)
    return said % {"num": num, **values}


def _say(message: str, /, **values: object) -> Markup:
    """``gettext`` for templates, many times on each page: values are escaped, messages are not."""
    said = Markup(_catalog().ugettext(message))  # nosec B704  # our own words
    return said % values if values or "%" in said else said


def _say_number(one: str, many: str, /, num: int, **values: object) -> Markup:
    """``ngettext`` for templates."""
    said = Markup(_catalog().ungettext(one, many, num))  # nosec B704  # our own words
    return said % {"num": num, **values}


def lazy_gettext(message: str, /, **values: object) -> LazyString:
    """``message``, to be translated when it is shown."""
    return LazyString(gettext, message, **values)


def localize(texts: Texts | None, locale: str | None = None) -> Localized:
    """Pick the text in ``locale`` (default: the reader's), else the first there is."""
    wanted = locale or current_locale()
    texts = texts or {}
    if texts.get(wanted):
        return Localized(texts[wanted], wanted, fallback=False)
    for lang, text in texts.items():
        if text:
            return Localized(text, lang, fallback=True)
    return Localized("", wanted, fallback=False)


def format_money(amount: int, currency: str = "CNY", *, decimals: bool = False) -> str:
    """``amount`` minor units as people write it; decimals only where there are some, or always."""
    locale = "zh_Hans_CN" if currency == "CNY" else str(get_locale() or "en")
    return _money(amount, currency, locale, decimals)


@lru_cache(maxsize=4096)
def _money(amount: int, currency: str, locale: str, decimals: bool) -> str:
    units = MINOR_UNITS.get(currency, 100)
    whole = units == 1 or (amount % units == 0 and not decimals)
    pattern = "¤#,##0" if whole else "¤#,##0.00"
    value = amount // units if whole else amount / units
    return format_currency(value, currency, pattern, locale=locale, currency_digits=False)


def format_number(value: int) -> str:
    """A count with thousands separators."""
    return format_decimal(value, locale=str(get_locale() or "en"))


_WEEKDAYS_ZH = "一二三四五六日"


def date_long(day: date | datetime) -> str:
    """ "11 月 29 日（周日）" or "Sunday 29 November", with the year when it is another one."""
    local = day.astimezone(local_zone()) if isinstance(day, datetime) else day
    other_year = local.year != now().astimezone(local_zone()).year
    if current_locale() == "zh_Hans":
        text = f"{local.month} 月 {local.day} 日（周{_WEEKDAYS_ZH[local.weekday()]}）"
        return f"{local.year} 年 {text}" if other_year else text
    return f"{local:%A} {local.day} {local:%B}" + (f" {local.year}" if other_year else "")


def date_full(day: date | datetime) -> str:
    """ "2026 年 11 月 29 日" or "29 November 2026", for papers that are kept."""
    local = day.astimezone(local_zone()) if isinstance(day, datetime) else day
    if current_locale() == "zh_Hans":
        return f"{local.year} 年 {local.month} 月 {local.day} 日"
    return f"{local.day} {local:%B} {local.year}"


def date_short(day: date | datetime) -> str:
    """ "11 月 29 日" or "29 Nov", with the year when it is another one."""
    local = day.astimezone(local_zone()) if isinstance(day, datetime) else day
    other_year = local.year != now().astimezone(local_zone()).year
    if current_locale() == "zh_Hans":
        return (f"{local.year} 年 " if other_year else "") + f"{local.month} 月 {local.day} 日"
    return f"{local.day} {local:%b}" + (f" {local.year}" if other_year else "")


def time_short(at: datetime) -> str:
    """The time of day where this installation is, as 20:41."""
    return f"{at.astimezone(local_zone()):%H:%M}"


def datetime_long(at: datetime) -> str:
    """A day and its time: "11 月 29 日（周日）20:00" or "Sunday 29 November, 20:00"."""
    glue = "" if current_locale() == "zh_Hans" else ", "
    return f"{date_long(at)}{glue}{time_short(at)}"


def days_left(until: datetime | date) -> str:
    """How long until then, in words: days, then hours, then "closes within the hour"."""
    today = now().astimezone(local_zone())
    if not isinstance(until, datetime):
        until = datetime(until.year, until.month, until.day, 23, 59, 59, tzinfo=local_zone())
    seconds = (until - today).total_seconds()
    if seconds <= 0:
        return gettext("It is over")
    if seconds < 3600:
        return gettext("Less than an hour left")
    if seconds < 48 * 3600:
        hours = int(seconds // 3600)
        return ngettext("%(num)s hour left", "%(num)s hours left", hours)
    days = int(seconds // 86400)
    return ngettext("%(num)s day left", "%(num)s days left", days)


def both(message: LazyString, **values: object) -> Texts:
    """A lazy message in every language, to be kept and shown later.

    ``values`` fill its placeholders and may themselves be texts in several languages.
    """
    texts = {}
    for locale in LOCALES:
        with force_locale(locale):
            own = {
                k: str(localize(v, locale) if isinstance(v, dict) else v) for k, v in values.items()
            }
            texts[locale] = str(message) % own if own else str(message)
    return texts


def language_name(locale: str) -> str:
    """A language's name in that language."""
    return LANGUAGE_NAMES.get(locale, locale)


__all__ = [
    "LOCALES",
    "Localized",
    "Message",
    "both",
    "current_locale",
    "format_money",
    "gettext",
    "lazy_gettext",
    "localize",
    "ngettext",
]
