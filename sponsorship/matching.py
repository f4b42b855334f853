"""How much public money doubles a pledge, and what limits it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sponsorship.terms import Terms


class Limit(StrEnum):
    """Why a match is less than the call's percentage."""

    NONE = "none"
    NO_MATCH = "no_match"  # the call doubles nothing
    TOO_LATE = "too_late"
    SPONSOR = "sponsor"
    PROJECT = "project"
    POOL = "pool"


@dataclass(frozen=True, slots=True)
class Match:
    """What is added, in minor units, and what keeps it from being more."""

    amount: int
    limit: Limit


@dataclass(frozen=True, slots=True)
class Matched:
    """What is reserved already in this call, for this project, for this sponsor and in all, and
    what money was set aside for it and is still free; minor units."""

    project: int
    sponsor: int
    total: int
    free: int


def match_for(amount: int, terms: Terms, already: Matched, on: date) -> Match:
    """What is added to a pledge of ``amount`` minor units that is accepted ``on`` a day: the call's
    percentage, rounded down to whole minor units, within every limit; of equal limits the first of
    sponsor, project and pool is named."""
    if not terms.match_percent or not terms.match_pool:
        return Match(0, Limit.NO_MATCH)
    if terms.match_until is not None and on > terms.match_until:
        return Match(0, Limit.TOO_LATE)
    limits = [(amount * terms.match_percent // 100, Limit.NONE)]
    if terms.match_sponsor_most is not None:
        limits.append((terms.match_sponsor_most - already.sponsor, Limit.SPONSOR))
    if terms.match_project_most is not None:
        limits.append((terms.match_project_most - already.project, Limit.PROJECT))
    limits.append((min(terms.match_pool - already.total, already.free), Limit.POOL))
    most, limit = min(limits, key=lambda one: one[0])
    return Match(max(most, 0), limit)
