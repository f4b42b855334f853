"""The time, from one place, so that tests and jobs may set it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from flask import current_app


def now() -> datetime:
    """The present instant, in UTC; a test fixes it through ``app.extensions["clock"]``."""
    clock = current_app.extensions.get("clock")
    return clock() if clock else datetime.now(UTC)


@lru_cache
def zone(name: str) -> ZoneInfo:
    """The time zone called ``name``."""
    return ZoneInfo(name)


def local_zone() -> ZoneInfo:
    """The installation's time zone, in which people read and type dates."""
    return zone(current_app.config["SETTINGS"].timezone)


def local_date(at: datetime) -> date:
    """The calendar day of ``at`` where this installation is."""
    return at.astimezone(local_zone()).date()


@lru_cache
def _calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")


def add_working_days(day: date, count: int) -> date:
    """The day ``count`` working days after ``day``: holidays out, make-up days in."""
    return _calendar().get_nth_working_day(day, count)


def is_working_day(day: date) -> bool:
    """Whether offices are open on ``day``: no weekend, no holiday, or a make-up day."""
    return _calendar().is_working_day(day)


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after ``start`` up to and including ``end`` (0 if none)."""
    return (
        _calendar().get_working_days_count(start, end) - _calendar().is_working_day(start)
        if (end > start)
        else 0
    )
