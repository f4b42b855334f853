"""The unified social credit code of organisations in China, by GB 32100-2015. Pure."""

from __future__ import annotations

LENGTH = 18
# Without letters that are taken for others: I, O, S, V, Z.
_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BASE = len(_CHARACTERS)


def tidy_code(typed: str) -> str:
    """A code as it is kept: capital letters, without spaces and hyphens."""
    return "".join(c for c in typed.upper() if not c.isspace() and c != "-")


def code_fits(code: str) -> bool:
    """Whether a tidy code has 18 characters of the standard and the right check character,
    which is 31 less the sum of values times powers of 3, modulo 31."""
    if len(code) != LENGTH or any(c not in _CHARACTERS for c in code):
        return False
    *body, check = (_CHARACTERS.index(c) for c in code)
    total = sum(value * pow(3, place, _BASE) for place, value in enumerate(body))
    return (_BASE - total % _BASE) % _BASE == check
