"""The code by which a bank transfer is known: short, and a slip of the pen does not fit. Pure."""

from __future__ import annotations

import re
import unicodedata

from stdnum.iso7064 import mod_37_36

from sponsorship.models.pledge import pledge_number

# Crockford's base 32: no I, L, O and U, which look like other characters or make words.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE = len(ALPHABET)
_PLACES = 3
_ALIKE = str.maketrans("OIL", "011")
# What people and banks put between the parts, or leave out.
_GAP = r"[\s\-_./:·‐‑‒–—―−]{0,3}"
_CODE = re.compile(
    rf"P{_GAP}[L1I]{_GAP}([0-9OIL]{{6,12}}){_GAP}([0-9A-TV-Z]{{{_PLACES + 1}}})(?![0-9A-Z])"
)
# Odd factors: attempts at one pledge never share a code, nor do pledges whose numbers are alike.
_ATTEMPT, _PLEDGE = 12_157, 19_605


def reference_of(pledge_id: int, attempt: int) -> str:
    """What a transfer says: ``PL-000012-7K3M``, the pledge's number, three characters for the
    attempt to pay it, and a check character over all of these."""
    number = pledge_number(pledge_id)
    mixed = (attempt * _ATTEMPT + pledge_id * _PLEDGE) % _BASE**_PLACES
    return f"{number}-{_with_check(number[3:], _in_base(mixed))}"


def references_in(said: str) -> list[str]:
    """The codes with a right check character in what a transfer says, in the form of
    ``reference_of``, however they were written; each of them once."""
    plain = unicodedata.normalize("NFKC", said).upper()
    found = []
    for parts in _CODE.findall(plain):
        number, tail = (part.translate(_ALIKE) for part in parts)
        if _with_check(number, tail[:_PLACES]) == tail:
            found.append(f"PL-{number}-{tail}")
    return list(dict.fromkeys(found))


def _with_check(number: str, tail: str) -> str:
    """With one character more by which ISO 7064 (its hybrid system, for 32 characters) finds every
    wrong character and nearly every two that changed places."""
    return tail + str(mod_37_36.calc_check_digit(number + tail, ALPHABET))


def _in_base(number: int) -> str:
    return "".join(ALPHABET[number // _BASE**place % _BASE] for place in reversed(range(_PLACES)))
