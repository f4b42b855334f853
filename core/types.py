"""Value and column types that every room shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

# One text in several languages: {"zh_Hans": "...", "en": "..."}; never empty.
Texts = dict[str, str]
Json = dict[str, Any]

BigId = Annotated[int, "a 64-bit identity"]
Minor = Annotated[int, "an amount of money in minor units"]
LongText = Annotated[str, "text without a length limit in the database"]

JSON_TYPE = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Takes aware datetimes only and always gives back UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


TYPE_MAP: dict[Any, Any] = {
    # SQLite only numbers rows by itself in a column declared exactly INTEGER.
    BigId: BigInteger().with_variant(Integer(), "sqlite"),
    Minor: BigInteger(),
    LongText: Text(),
    datetime: UtcDateTime(),
    Texts: JSON_TYPE,
    Json: JSON_TYPE,
    list[str]: JSON_TYPE,
    list[int]: JSON_TYPE,
}

# Minor units in one unit, for the currencies a round may use.
MINOR_UNITS = {"CNY": 100, "EUR": 100, "USD": 100, "PLN": 100, "HUF": 100, "CHF": 100, "JPY": 1}
MAX_MINOR = 10**15


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (fen, cents) of an ISO 4217 currency."""

    amount: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Share out by ``weights``; what does not divide goes to the first parts, one each.

        Raises ``ValueError`` when the weights are negative or all zero.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must be positive")
        parts = [self.amount * weight // total for weight in weights]
        for i in range(self.amount - sum(parts)):
            parts[i] += 1
        return [Money(part, self.currency) for part in parts]
