"""Where money came from and where it went, as flows between a few places: what comes in is what
goes out at each of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import AreaKind
from audit.filters import Filter
from audit.levels import ORDER, Levels
from audit.sums import Figure, figure, sums
from audit.words import LEVELS, SOURCES, TONES, label
from core.i18n import Localized, Message, lazy_gettext, localize
from ledger.models import FundKind, Payee

TOP_PAYEES = 6
# What is left at a level, by how far it is decided what becomes of it.
LEFT = (
    "open_commitments",
    "for_purposes",
    "match_kept",
    "uncommitted",
    "available",
    "carried_out",
    "provider_fees",
)
OTHERS: Message = lazy_gettext("Other payees")


@dataclass(frozen=True, slots=True)
class Place:
    """Where money comes from or goes to."""

    key: str
    name: Localized | Message
    tone: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Money from one place to another."""

    source: Place
    target: Place
    figure: Figure


def flows(session: Session, year: Levels, where: Filter) -> list[Flow]:
    """The flows of a year, from the sources down to who was paid and what is left."""
    found = [flow for level in year.levels for flow in _into(year, where, level)]
    found += _to_payees(session, year, where)
    for level in year.levels:
        found += [
            _flow(_level(level), _left(name), name, year.of(name, level), where, level=level)
            for name in LEFT
        ]
        if _below(level) not in year.levels:
            below = Place("below", lazy_gettext("Levels below"), "blue")
            passed = year.of("passed_on", level)
            found.append(_flow(_level(level), below, "passed_on", passed, where, level=level))
    return [flow for flow in found if flow.figure.amount > 0]


def _below(level: str) -> str | None:
    at = ORDER.index(AreaKind(level)) + 1
    return ORDER[at] if at < len(ORDER) else None


def _flow(
    source: Place, target: Place, name: str, amount: int, where: Filter, **more: object
) -> Flow:
    return Flow(source, target, figure(name, amount, where, **more))


def _level(level: str) -> Place:
    return Place(f"level-{level}", LEVELS[level], "blue")


def _left(name: str) -> Place:
    return Place(f"left-{name}", label(name), "jade-soft")


def _into(year: Levels, where: Filter, level: str) -> list[Flow]:
    """What came to a level: from outside, from the year before, from the level above."""
    here = _level(level)
    found = []
    for kind in FundKind:
        source = Place(f"source-{kind}", SOURCES[kind], TONES[kind])
        amount = year.of("received", level, kind)
        found.append(_flow(source, here, "received", amount, where, level=level, kind=kind.value))
    source = Place(f"source-{FundKind.SPONSOR}", SOURCES[FundKind.SPONSOR], TONES[FundKind.SPONSOR])
    given = year.of("from_sponsors", level)
    found.append(_flow(source, here, "from_sponsors", given, where, level=level))
    before = Place("source-before", label("carried_in"), "blue")
    carried = year.of("carried_in", level)
    found.append(_flow(before, here, "carried_in", carried, where, level=level))
    if at := ORDER.index(AreaKind(level)):
        given = year.of("from_above", level)
        found.append(_flow(_level(ORDER[at - 1]), here, "from_above", given, where, level=level))
    return found


def _to_payees(session: Session, year: Levels, where: Filter) -> list[Flow]:
    """To those who were paid most, and to all the others together."""
    paid: dict[int, int] = {}
    of_level: dict[tuple[str, int], int] = {}
    for (area, payee), row in sums(session, ("spent",), where, by=("area", "payee")).items():
        paid[payee] = paid.get(payee, 0) + row["spent"]
        key = (year.level_of[area], payee)
        of_level[key] = of_level.get(key, 0) + row["spent"]
    top = sorted(paid, key=lambda one: (-paid[one], one))[:TOP_PAYEES]
    named = dict(session.execute(select(Payee.id, Payee.name).where(Payee.id.in_(top))).all())
    found = []
    for level in year.levels:
        rest = year.of("spent", level)
        for payee in top:
            amount = of_level.get((level, payee), 0)
            place = Place(f"payee-{payee}", localize(named[payee]), "jade")
            found.append(
                _flow(_level(level), place, "spent", amount, where, level=level, payee=payee)
            )
            rest -= amount
        others = Place("payee-others", OTHERS, "jade")
        left_out = tuple(top)
        found.append(
            _flow(_level(level), others, "spent", rest, where, level=level, others=left_out)
        )
    return found
