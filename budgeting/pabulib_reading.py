"""What a round takes from the head of a Pabulib file: money, dates, limits, language. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from babel.numbers import get_currency_precision, is_currency

from budgeting.models import BallotType
from budgeting.tally.numbers import Number, number_text
from budgeting.tally.pabulib import PabulibFile
from core.errors import Invalid
from core.i18n import lazy_gettext, normalise
from core.types import MAX_MINOR, MINOR_UNITS

KINDS = {
    "approval": BallotType.APPROVAL,
    "choose-1": BallotType.APPROVAL,
    "knapsack": BallotType.KNAPSACK,
    "cumulative": BallotType.POINTS,
    "ordinal": BallotType.RANKED,
}
_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Head:
    """A file's head as a round has it; ``budget`` is in minor units of ``currency``."""

    title: str
    summary: str
    unit: str
    language: str
    currency: str
    budget: int
    kind: BallotType
    max_choices: int
    max_points: int
    starts_at: datetime
    ends_at: datetime


def head_of(file: PabulibFile, zone: tzinfo, now: datetime) -> Head:
    """Read a file's head; its days begin in ``zone``, and its vote ends by ``now``.

    A budget is rounded down to a minor unit: costs are whole ones, so the rest could never be
    spent. Raises ``Invalid`` for what a round cannot hold.
    """
    meta = file.meta
    kind = KINDS.get(file.vote_type)
    if kind is None:
        raise Invalid(
            lazy_gettext("Rounds have no ballots of the kind “%(kind)s”.", kind=file.vote_type)
        )
    currency = _currency(meta)
    starts, ends = _voting(meta, zone, now)
    unit = meta.get("unit") or meta.get("country") or "Pabulib"
    part = meta.get("subunit") or meta.get("district")
    return Head(
        title=" ".join(filter(None, [unit, part and f"({part})", meta.get("instance")])),
        summary=meta.get("description", ""),
        unit=unit,
        language=normalise(meta.get("language")) or meta.get("language", "en")[:10],
        currency=currency,
        budget=int(_minor(file.budget, currency)),
        kind=kind,
        max_choices=max(file.max_length or max(map(len, _choices(file)), default=1), 1),
        max_points=_max_points(file),
        starts_at=starts,
        ends_at=ends,
    )


def cost_in_minor(cost: Number, currency: str, project: str) -> int:
    """A project's cost in minor units. Raises ``Invalid`` where a part of one is left."""
    amount = _minor(cost, currency)
    if amount.denominator != 1:
        message = lazy_gettext(
            "The cost of project %(project)s, %(cost)s, has parts smaller than %(currency)s has.",
            project=project,
            cost=number_text(cost),
            currency=currency,
        )
        raise Invalid(message)
    return int(amount)


def _minor(amount: Number, currency: str) -> Number:
    found = amount * MINOR_UNITS.get(currency, 100)
    if found > MAX_MINOR:
        text = number_text(amount)
        raise Invalid(lazy_gettext("%(amount)s is more than any round can hold.", amount=text))
    return found


def _currency(meta: Mapping[str, str]) -> str:
    """The file's currency, if amounts in it can be kept: one of ours, or one of two decimals."""
    code = meta.get("currency", "").strip().upper()
    if code in MINOR_UNITS or (is_currency(code) and get_currency_precision(code) == 2):
        return code
    if not code:
        raise Invalid(lazy_gettext("META does not say “%(key)s”.", key="currency"))
    raise Invalid(lazy_gettext("“%(code)s” is not a currency that a round can have.", code=code))


def _voting(meta: Mapping[str, str], zone: tzinfo, now: datetime) -> tuple[datetime, datetime]:
    """From the first day's beginning to the last day's end, which is past."""
    starts = _day(meta, "date_begin", zone)
    last = _day(meta, "date_end", zone)
    yearly = _YEAR.fullmatch(meta["date_end"].strip())
    ends = last.replace(year=last.year + 1) if yearly else last + timedelta(days=1)
    ends = min(ends, now)
    if starts >= ends:
        raise Invalid(lazy_gettext("The vote would end before it begins (date_begin, date_end)."))
    return starts, ends


def _day(meta: Mapping[str, str], key: str, zone: tzinfo) -> datetime:
    """The beginning of a day written DD.MM.YYYY, or of a year."""
    text = meta.get(key, "").strip()
    try:
        if found := _DAY.fullmatch(text):
            day, month, year = map(int, found.groups())
            return datetime(year, month, day, tzinfo=zone)
        if _YEAR.fullmatch(text):
            return datetime(int(text), 1, 1, tzinfo=zone)
    except ValueError:
        pass
    raise Invalid(lazy_gettext("“%(value)s” is not a date (%(key)s).", value=text, key=key))


def _choices(file: PabulibFile) -> list[tuple[str, ...]]:
    return [vote.choices for vote in file.votes]


def _max_points(file: PabulibFile) -> int:
    """The points each voter had: what the file says, but never less than somebody gave."""
    said = file.meta.get("max_sum_points", "")
    given = max((sum(vote.points or ()) for vote in file.votes), default=0)
    return max(int(said) if said.isdecimal() else 0, int(given), 1)
