"""Exact numbers and how they are written."""

from __future__ import annotations

from fractions import Fraction

Number = int | Fraction
"""An exact amount: a whole number wherever possible, else a fraction. Never a float."""


def whole(value: Number) -> Number:
    """The same number, as an ``int`` where it is one."""
    return int(value) if value.denominator == 1 else value


def rounded(value: Number, places: int = 6) -> Number:
    """To the nearest decimal of so many places, for showing what has no short exact form."""
    return whole(Fraction(round(Fraction(value) * 10**places), 10**places))


def number_text(value: Number) -> str:
    """Write an exact number without loss: 12, 12.5, or 1/3 where no decimal ends."""
    top, bottom = value.numerator, value.denominator
    if bottom == 1:
        return str(top)
    places = next((k for k in range(1, 64) if 10**k % bottom == 0), 0)
    if not places:
        return f"{top}/{bottom}"
    digits = str(abs(top) * 10**places // bottom).zfill(places + 1)
    return f"{'-' if top < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def number_json(value: Number) -> int | str:
    """A whole number as such, any other as exact text, because JSON's decimals lose digits."""
    return int(value) if value.denominator == 1 else number_text(value)


def short_text(value: Number) -> str:
    """For reading: 1,234 or 1,234.50, and ≈0.33 for what has more decimals than two; small
    amounts keep two significant digits."""
    places = 2
    while 0 < abs(value) * 10**places < 10 and places < 12:
        places += 1
    near = rounded(value, places)
    digits, _, decimals = number_text(near).removeprefix("-").partition(".")
    sign = f"{'' if near == value else '≈'}{'-' if near < 0 else ''}"
    return f"{sign}{int(digits):,}" + (f".{decimals:0<2}" if value.denominator > 1 else "")
