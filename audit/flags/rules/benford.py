"""First digits of many amounts, against how they fall in figures that nobody made up."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, cast, func, select

from audit.flags.rule import Hit, Look, rule
from audit.flags.rules.parts import booked
from core.i18n import gettext, lazy_gettext
from core.types import Json
from ledger.models import Voucher

FEWEST = 300
SPAN = 100  # the largest amount has to be so many times the smallest
# A mean deviation above 0.015 is "nonconformity" for first digits (M. Nigrini, Benford's Law,
# 2012, table 7.1); chance exceeds a chi-squared of 20.09 once in a hundred times (8 degrees).
DEVIATION, CHI_SQUARED = 0.015, 20.09
EXPECTED = [math.log10(1 + 1 / digit) for digit in range(1, 10)]
_CAVEAT = lazy_gettext(
    "Prices from lists, fixed fees and amounts within narrow bounds never follow this pattern. It"
    " only says where to look, never that somebody made up a figure."
)


def deviation(counts: list[int]) -> tuple[float, float]:
    """The mean absolute deviation of first digits' shares from Benford's law, and chi-squared;
    ``counts`` are of the digits 1 to 9."""
    every = sum(counts)
    shares = [count / every for count in counts]
    mean = sum(abs(s - e) for s, e in zip(shares, EXPECTED, strict=True)) / 9
    chi = sum((n - every * e) ** 2 / (every * e) for n, e in zip(counts, EXPECTED, strict=True))
    return mean, chi


def _told(params: Json) -> str:
    return gettext(
        "Of %(count)s amounts, %(share)s %% begin with %(digit)s; in figures that arise by"
        " themselves about %(expected)s %% do.",
        count=params["count"],
        share=params["share"],
        digit=params["digit"],
        expected=round(EXPECTED[params["digit"] - 1] * 100),
    )


@rule(
    "benford_fund",
    title=lazy_gettext("First digits of a fund's payments"),
    caveat=_CAVEAT,
    says=_told,
    scope="fund",
)
def benford_fund(look: Look) -> Iterator[Hit]:
    """All payments of a fund, where there are many."""
    yield from _hits(look, "fund", Voucher.fund_id)


@rule(
    "benford_payee",
    title=lazy_gettext("First digits of a payee's payments"),
    caveat=_CAVEAT,
    says=_told,
    scope="payee",
)
def benford_payee(look: Look) -> Iterator[Hit]:
    """All payments to a payee, where there are many."""
    yield from _hits(look, "payee", Voucher.payee_id)


def _hits(look: Look, kind: str, column: Any) -> Iterator[Hit]:
    digit = func.substr(cast(Voucher.amount, String), 1, 1)
    rows = (
        select(column, digit, func.count(), func.min(Voucher.amount), func.max(Voucher.amount))
        .where(*booked(), column.is_not(None), *look.at(column))
        .group_by(column, digit)
    )
    counts: dict[int, list[int]] = defaultdict(lambda: [0] * 9)
    bounds: dict[int, tuple[int, int]] = {}
    for ident, first, count, least, most in look.session.execute(rows):
        counts[ident][int(first) - 1] = count
        low, high = bounds.get(ident, (least, most))
        bounds[ident] = min(low, least), max(high, most)
    for ident, found in counts.items():
        low, high = bounds[ident]
        if sum(found) < FEWEST or high < low * SPAN:
            continue
        mean, chi = deviation(found)
        if mean > DEVIATION and chi > CHI_SQUARED:
            yield _hit(kind, ident, found, mean)


def _hit(kind: str, ident: int, counts: list[int], mean: float) -> Hit:
    every = sum(counts)
    digit = max(range(1, 10), key=lambda one: counts[one - 1] / every - EXPECTED[one - 1])
    return Hit(
        key=str(ident),
        scope=f"{kind}:{ident}",
        subject=(kind, ident),
        evidence=((kind, ident),),
        params={
            "count": every,
            "digit": digit,
            "share": round(100 * counts[digit - 1] / every),
            "deviation": round(1000 * mean),
            "digits": counts,
        },
        weight=min(35, 10 + round(200 * mean)),
    )
