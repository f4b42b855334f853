"""Do the lines of a statement add up, and in which order were they booked?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from core.i18n import format_money, lazy_gettext
from core.types import MAX_MINOR
from ledger.statements.file import StatementLine, refuse


class Balanced(Protocol):
    """A line and the balance after it, if the bank printed one; where it stands in the file."""

    @property
    def line(self) -> StatementLine: ...
    @property
    def balance(self) -> int | None: ...
    @property
    def where(self) -> str: ...


def in_order(
    booked: Sequence[Balanced],
) -> tuple[tuple[StatementLine, ...], int | None, int | None]:
    """The lines, oldest first, with the balance before the first and after the last.

    Many banks write the newest line first: the dates show it, and within one day the balances.
    Raises ``Invalid`` at the first balance that does not follow from the one before.
    """
    ordered = list(booked)
    if _newest_first(ordered):
        ordered.reverse()
    previous: int | None = None
    for one in ordered:
        if one.balance is None:
            previous = previous + one.line.amount if previous is not None else None
            continue
        if previous is not None and previous + one.line.amount != one.balance:
            currency = one.line.currency
            refuse(
                lazy_gettext(
                    "The balance is %(found)s; with the line before it must be %(wanted)s.",
                    found=format_money(one.balance, currency),
                    wanted=format_money(previous + one.line.amount, currency),
                ),
                one.line.row,
                one.where,
            )
        previous = one.balance
    return tuple(one.line for one in ordered), _before(ordered), previous


def _newest_first(booked: Sequence[Balanced]) -> bool:
    first, last = booked[0].line.booked_on, booked[-1].line.booked_on
    if first != last:
        return first > last
    return not _follows(booked) and _follows(booked[::-1])


def _follows(booked: Sequence[Balanced]) -> bool:
    return all(
        before.balance is None
        or after.balance is None
        or before.balance + after.line.amount == after.balance
        for before, after in pairwise(booked)
    )


def _before(booked: Iterable[Balanced]) -> int | None:
    """The balance before the first line, reckoned back from the first that is printed."""
    moved = 0
    for one in booked:
        moved += one.line.amount
        if one.balance is not None:
            return one.balance - moved
    return None


def check_sum(
    opening: int | None, lines: Iterable[StatementLine], closing: int | None, currency: str
) -> None:
    """Refuse a statement whose opening balance and lines do not give its closing balance."""
    for balance in (opening, closing):
        if balance is not None and abs(balance) > MAX_MINOR:
            refuse(lazy_gettext("The balances are too large to be real."))
    if opening is None or closing is None:
        return
    reached = opening + sum(line.amount for line in lines)
    if reached != closing:
        refuse(
            lazy_gettext(
                "The opening balance and all lines give %(reached)s, the closing balance is "
                "%(closing)s. A line is missing, or there is one too many.",
                reached=format_money(reached, currency),
                closing=format_money(closing, currency),
            )
        )
