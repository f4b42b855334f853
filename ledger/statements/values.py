"""Amounts and dates as banks write them. Each raises ``Unreadable`` with a sentence."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from core.i18n import Message, lazy_gettext
from core.types import MAX_MINOR, MINOR_UNITS
from ledger.statements.file import EARLIEST

_FIGURE = re.compile(
    r"([+-]?)([0-9]{1,30}|[0-9]{1,3}(?:,[0-9]{3}){1,9})(?:\.([0-9]{0,20}))?([+-]?)"
)
_SIGNS = str.maketrans({"−": "-", "–": "-", "¥": "", "￥": "", "$": "", "€": "", " ": "", "'": ""})
_CURRENCY_NAMES = {"RMB": "CNY", "人民币": "CNY", "人民币元": "CNY", "元": "CNY", "CNH": "CNY"}
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Unreadable(ValueError):
    """What is wrong with a value; whoever reads the file knows where it stands."""

    def __init__(self, problem: Message) -> None:
        super().__init__(problem)
        self.problem = problem


def amount_of(typed: str, currency: str, decimal: str = ".") -> int:
    """Minor units in an amount such as "1,234.50", "-12", "12-" or "¥12"."""
    plain = unicodedata.normalize("NFKC", typed).translate(_SIGNS)
    if decimal == ",":
        plain = plain.translate(str.maketrans(".,", ",."))
    found = _FIGURE.fullmatch(plain)
    if not found or (found[1] and found[4]):
        raise Unreadable(lazy_gettext("“%(typed)s” is not an amount.", typed=_short(typed)))
    digits = len(str(MINOR_UNITS.get(currency, 100))) - 1
    fraction = (found[3] or "").rstrip("0")
    if len(fraction) > digits:
        raise Unreadable(
            lazy_gettext("“%(typed)s” has parts of a cent. Banks do not.", typed=_short(typed))
        )
    minor = int(found[2].replace(",", "") + fraction.ljust(digits, "0"))
    if minor > MAX_MINOR:
        raise Unreadable(lazy_gettext("“%(typed)s” is too large to be real.", typed=_short(typed)))
    return -minor if "-" in (found[1], found[4]) else minor


def currency_of(typed: str) -> str:
    """The ISO 4217 code of a currency as banks name it."""
    name = unicodedata.normalize("NFKC", typed).strip().upper()
    return _CURRENCY_NAMES.get(name, name)


def same_currency(typed: str, currency: str) -> None:
    """Refuse another currency than the account's."""
    if currency_of(typed) != currency:
        raise Unreadable(
            lazy_gettext(
                "This is in %(found)s, the account is in %(wanted)s.",
                found=_short(typed),
                wanted=currency,
            )
        )


def day_of(typed: str, pattern: str, latest: date) -> date:
    """A day written by a ``strptime`` pattern; a time of day after it is left out."""
    cell = unicodedata.normalize("NFKC", typed).strip()
    words = cell.replace("T", " ").split()
    try:
        day = datetime.strptime(words[0] if words else "", pattern).date()  # noqa: DTZ007 - a day
    except ValueError:
        raise Unreadable(
            lazy_gettext("“%(typed)s” is not a date of the chosen form.", typed=_short(typed))
        ) from None
    return believable(day, latest)


def iso_day(typed: str, latest: date) -> date:
    """The day of an ISO 8601 date or date and time, as the bank wrote it."""
    found = _ISO_DAY.match(typed.strip())
    try:
        day = date.fromisoformat(found[0] if found else "")
    except ValueError:
        raise Unreadable(lazy_gettext("“%(typed)s” is not a date.", typed=_short(typed))) from None
    return believable(day, latest)


def believable(day: date, latest: date) -> date:
    """The same day, if a bank may have booked something on it."""
    if not EARLIEST <= day <= latest:
        raise Unreadable(
            lazy_gettext(
                "%(day)s lies in the future, or before the year 2000.", day=day.isoformat()
            )
        )
    return day


def _short(typed: str) -> str:
    return typed.strip()[:40]
