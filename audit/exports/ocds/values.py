"""Amounts, dates, texts and addresses as OCDS writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, TypeAlias

from audit.exports.values import plain, units
from core.clock import local_zone
from core.i18n import localize
from core.types import Texts

Json: TypeAlias = dict[str, Any]
SCHEME = "CN-USCC"  # of the unified social credit code, GB 32100


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: ``base`` is the address of the site, ``prefix`` that of all contracting
    identifiers, ``language`` that of texts."""

    name: str
    base: str
    prefix: str
    language: str

    def url(self, path: str) -> str:
        """A page of the site."""
        return self.base.rstrip("/") + path

    def ocid(self, tender_number: str) -> str:
        """What a contracting process is called all over the world."""
        return f"{self.prefix}-{tender_number}"


def value(amount: int, currency: str) -> Json:
    """Minor units as a number of the currency's units, exactly."""
    exact = units(amount, currency)
    whole = exact == exact.to_integral_value()
    return {"amount": int(exact) if whole else float(exact), "currency": currency}


def moment(at: datetime) -> str:
    """An instant, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def begin_of(day: date) -> str:
    """The first instant of a day where this installation is."""
    return datetime.combine(day, time(), local_zone()).isoformat()


def end_of(day: date) -> str:
    """The last second of a day where this installation is."""
    return datetime.combine(day, time(23, 59, 59), local_zone()).isoformat()


def said(texts: Texts | None) -> str:
    """A text in the language in force."""
    return plain(localize(texts).text)


def without_empty(found: Json) -> Json:
    """The same without what is not known."""
    return {name: one for name, one in found.items() if one not in (None, "", [], {})}
