"""What is odd about a photo, in words. Nothing of it is refused: whoever looks may judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from core.i18n import format_number, gettext

FAR = 1000  # metres
OLD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Taken:
    """When and how far from the project's place a photo was taken, as far as it says."""

    on: date | None
    metres: int | None


def flags(taken: Taken, *, begun: date, reported: date, placed: bool) -> list[str]:
    """What to know about a photo of a report of the day ``reported``; the work began on ``begun``,
    and ``placed`` says that the project has a place to compare with."""
    return [*_of_day(taken.on, begun, reported), *(_of_place(taken.metres) if placed else ())]


def _of_day(taken: date | None, begun: date, reported: date) -> list[str]:
    if taken is None:
        return [gettext("The photo does not say when it was taken.")]
    if taken > reported + timedelta(days=1):
        return [gettext("The photo's date lies after the report.")]
    if taken < begun:
        return [gettext("Taken before the work began.")]
    if reported - taken > OLD:
        days = format_number((reported - taken).days)
        return [gettext("Taken %(days)s days before the report.", days=days)]
    return []


def _of_place(metres: int | None) -> list[str]:
    if metres is None:
        return [gettext("The photo does not say where it was taken.")]
    if metres > FAR:
        return [gettext("Taken %(km)s km from the project's place.", km=f"{metres / 1000:.1f}")]
    return []
