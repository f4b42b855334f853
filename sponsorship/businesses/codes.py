"""Numbers under which registers know businesses: one spelling for each, and what is wrong with one
that does not fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from stdnum import lei
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from core.errors import Invalid
from core.i18n import Message, lazy_gettext
from sponsorship.models import Scheme

LONGEST = 40
_LEI_LENGTH = 20
# Company numbers have seven digits, those of companies from abroad an F before them; the Unique
# Business Identifier, which follows them since the end of 2023, has eight.
_HK = re.compile(r"F?\d{7}|\d{8}")
_OTHER = re.compile(r"[0-9A-Z][0-9A-Z./-]{2,39}")


def compact(typed: str) -> str:
    """A number in capital letters, one form per character, without spaces."""
    return "".join(unicodedata.normalize("NFKC", typed).upper().split())


def check_code(scheme: Scheme, typed: str, field: str = "code") -> str:
    """The one spelling of a register's number. Raises ``Invalid`` (``field``) that says what is
    wrong and where to look."""
    try:
        return _CHECKS[scheme](compact(typed))
    except Invalid as error:
        raise Invalid(error.message, fields={field: error.message}) from error


def check_loose(typed: str, field: str) -> str:
    """The number of a company whose register is not named, or nothing; as ``check_code`` where it
    is as long as a unified social credit code."""
    code = compact(typed)
    if not code:
        return ""
    same_length = len(uscc.compact(code)) == 18
    return check_code(Scheme.USCC if same_length else Scheme.OTHER, code, field)


def _uscc(code: str) -> str:
    code = uscc.compact(code)
    try:
        return uscc.validate(code)
    except InvalidLength:
        problem = lazy_gettext(
            "A unified social credit code has 18 characters; this has %(count)s.", count=len(code)
        )
    except InvalidChecksum:
        problem = lazy_gettext(
            "The last character does not fit the others, so one of them is mistyped. Please compare"
            " them with the business licence."
        )
    except ValidationError:
        problem = lazy_gettext(
            "A unified social credit code begins with eight digits and never has the letters I, O,"
            " S, V or Z. Please compare it with the business licence."
        )
    raise Invalid(problem)


def _lei(code: str) -> str:
    code = lei.compact(code)
    problem: Message | None = None
    if len(code) != _LEI_LENGTH or not code.isascii() or not code.isalnum():
        problem = lazy_gettext("A legal entity identifier has 20 letters and digits.")
    elif not lei.is_valid(code):
        problem = lazy_gettext(
            "The last two digits do not fit the others, so one character is mistyped. Please"
            " compare them."
        )
    if problem is not None:
        raise Invalid(problem)
    return code


def _hong_kong(code: str) -> str:
    code = code.replace("-", "")
    if not _HK.fullmatch(code):
        raise Invalid(
            lazy_gettext(
                "A company number in Hong Kong has seven digits, with an F before them for a"
                " company from abroad, or eight since 2024. Please add zeros in front if it is"
                " shorter."
            )
        )
    return code


def _other(code: str) -> str:
    if not _OTHER.fullmatch(code):
        raise Invalid(
            lazy_gettext(
                "Please write the number as the register has it: 3 to 40 letters and digits, with"
                " hyphens, points or strokes if it has any."
            )
        )
    return code


_CHECKS: dict[Scheme, Callable[[str], str]] = {
    Scheme.USCC: _uscc,
    Scheme.LEI: _lei,
    Scheme.HK: _hong_kong,
    Scheme.OTHER: _other,
}
