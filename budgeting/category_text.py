"""A round's categories as one text field: a line each, with a ceiling where there is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from core.forms import parse_money, texts
from core.i18n import LOCALES, gettext
from core.text import tidy_line
from core.types import MAX_MINOR, MINOR_UNITS, Texts

SPLIT = "|"
_AMOUNT = re.compile(r"[\d.,，．\s¥￥€$-]*\d[\d.,，．\s]*")


class TypedCategory(NamedTuple):
    """A category, and the most that its projects may cost together, in minor units."""

    name: Texts
    ceiling: int | None


def read_categories(typed: str | None, currency: str) -> list[TypedCategory]:
    """The categories typed one on a line: Chinese, English and a ceiling, parted by bars.

    A single name is English when all its letters are. Raises ``ValueError`` with a sentence for
    a line that is none.
    """
    lines = enumerate((typed or "").replace("｜", SPLIT).splitlines(), start=1)
    return list(_read(lines, currency))


def _read(lines: Iterator[tuple[int, str]], currency: str) -> Iterator[TypedCategory]:
    for number, line in lines:
        names = [tidy_line(part) for part in line.split(SPLIT)]
        amount = names.pop() if len(names) > 2 or _is_amount(names) else ""
        if len(names) == 1 and names[0].isascii():
            names.insert(0, "")
        if len(names) > 2 or (amount and not any(names)):
            fault = gettext("Please write 环境 | Environment | 50000, the amount only if needed.")
            raise ValueError(_at(number, fault))
        if any(names):
            name = texts(dict(zip(LOCALES, names, strict=False)))
            yield TypedCategory(name, _ceiling(amount, currency, number) if amount else None)


def _is_amount(names: Sequence[str]) -> bool:
    return len(names) == 2 and _AMOUNT.fullmatch(names[1]) is not None


def _ceiling(typed: str, currency: str, number: int) -> int:
    try:
        found = parse_money(typed, currency)
    except ValueError as error:
        raise ValueError(_at(number, str(error))) from error
    if not 0 < found <= MAX_MINOR:
        raise ValueError(_at(number, gettext("That is too little or too much.")))
    return found


def _at(number: int, fault: str) -> str:
    return gettext("Line %(number)s: %(fault)s", number=number, fault=fault)


def write_categories(
    categories: Sequence[Texts], ceilings: Mapping[int, int], currency: str
) -> str:
    """Categories as their text field shows them; ``ceilings`` are by place, from 0."""
    lines = []
    for place, name in enumerate(categories):
        parts = [name.get(locale, "") for locale in LOCALES]
        if place in ceilings:
            parts.append(_amount(ceilings[place], currency))
        lines.append(f" {SPLIT} ".join(parts))
    return "\n".join(lines)


def _amount(minor: int, currency: str) -> str:
    units = MINOR_UNITS.get(currency, 100)
    whole, rest = divmod(minor, units)
    return f"{whole}.{rest:02d}" if rest else str(whole)
