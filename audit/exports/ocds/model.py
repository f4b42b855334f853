"""One contracting process with all that is public of it, and its steps in the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from projects.models import Bid, Contract, Criterion, Milestone, Tender, TenderQuestion


@dataclass(frozen=True, slots=True)
class Step:
    """A fact of the public record; ``number`` is its place there."""

    number: int
    type: str
    at: datetime
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Payment:
    """A line of the ledger by which a contractor was paid, or gave back: minor units, the latter
    negative. ``step`` is where it stands in the record."""

    line: int
    step: int
    on: date
    at: datetime
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation, where it is, and its number in the public register; in the reader's
    language."""

    id: int
    name: str
    area: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """A published tender. ``bids`` is empty until they were opened; ``budget`` in minor units is
    what the vote gave the project."""

    tender: Tender
    project_title: str
    project_summary: str
    budget: int | None
    department: int | None
    criteria: Sequence[Criterion] = ()
    questions: Mapping[int, TenderQuestion] = field(default_factory=dict)
    bids: Sequence[Bid] = ()
    contract: Contract | None = None
    milestones: Sequence[Milestone] = ()
    payments: Mapping[int, Sequence[Payment]] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    parties: Mapping[int, Party] = field(default_factory=dict)
