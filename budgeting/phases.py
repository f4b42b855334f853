"""What each phase of a round allows. Nobody else compares dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from budgeting.models import Phase, PhaseKind, RoundState

FEATURES: dict[PhaseKind, frozenset[str]] = {
    PhaseKind.SUBMISSION: frozenset({"propose", "review", "revise"}),
    PhaseKind.DISCUSSION: frozenset({"review", "revise", "discuss"}),
    PhaseKind.REVIEW: frozenset({"review", "revise"}),
    PhaseKind.VOTING: frozenset({"vote"}),
    PhaseKind.RESULTS: frozenset({"read_result"}),
    PhaseKind.DELIVERY: frozenset({"read_result", "deliver"}),
}
# What the round's state must be for a feature that something has to be done for first.
NEEDS: dict[str, frozenset[str]] = {
    "vote": frozenset({RoundState.FROZEN}),
    "read_result": frozenset({RoundState.DECIDED}),
}
LIVE = frozenset(RoundState) - {RoundState.DRAFT, RoundState.CANCELLED}


class HasPhases(Protocol):
    """A round, or a view of one."""

    @property
    def state(self) -> str: ...

    @property
    def phases(self) -> Sequence[Phase]: ...


def running(phases: Sequence[Phase], now: datetime) -> Phase | None:
    """The phase in which ``now`` lies; its end is no longer in it."""
    return next((p for p in phases if p.starts_at <= now < p.ends_at), None)


def phase_of(phases: Sequence[Phase], kind: PhaseKind) -> Phase | None:
    """The phase of a kind, where the round has one."""
    return next((p for p in phases if p.kind == kind), None)


def features(round_: HasPhases, now: datetime) -> frozenset[str]:
    """Everything the round allows at ``now``."""
    if round_.state not in LIVE:
        return frozenset()
    phase = running(round_.phases, now)
    found = FEATURES[PhaseKind(phase.kind)] if phase else frozenset()
    if round_.state == RoundState.DECIDED and _past_voting(round_, now):
        found |= {"read_result"}
    return frozenset(f for f in found if round_.state in NEEDS.get(f, LIVE))


def _past_voting(round_: HasPhases, now: datetime) -> bool:
    """Results are read from their phase's beginning, for ever."""
    results = phase_of(round_.phases, PhaseKind.RESULTS)
    return results is None or results.starts_at <= now


def allows(round_: HasPhases, feature: str, now: datetime) -> bool:
    """Whether the round allows ``feature`` at ``now``."""
    return feature in features(round_, now)
