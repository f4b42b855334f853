"""Amounts and texts as files hold them."""

from __future__ import annotations

import re
from decimal import Decimal

from core.i18n import localize
from core.types import MINOR_UNITS, Texts

# Characters that act rather than say something: control, and override of the direction.
_ACTING = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
# What makes a spreadsheet compute instead of show, full-width as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def decimals(currency: str) -> int:
    """How many digits a currency has after the point."""
    return len(str(MINOR_UNITS.get(currency, 100))) - 1


def units(amount: int, currency: str) -> Decimal:
    """``amount`` minor units in units of the currency, exactly, with all its decimals."""
    return Decimal(amount).scaleb(-decimals(currency))


def plain(text: str) -> str:
    """A text that every file can hold: nothing in it that acts, no half characters."""
    return _ACTING.sub("", text.encode("utf-8", "replace").decode())


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(plain(text).split())


def unarmed(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before it where needed."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def say(texts: Texts | None) -> str:
    """A text in the reader's language, as ``plain`` gives it."""
    return plain(localize(texts).text)
