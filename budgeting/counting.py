"""From sealed ballots to an outcome: one pass over the ballots, then plain arithmetic.

The same ballots and rules give the same bytes, whoever counts and however often.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting import slates
from budgeting.marking import Marks, from_text
from budgeting.models import BallotType, FinalBallot, Round
from budgeting.slates import Part, Slate
from budgeting.tally.election import Ballot, Election, Project, rank_points
from budgeting.tally.outcome import Outcome
from budgeting.tally.rules import RuleSpec, run
from budgeting.tally.ties import TieOrder
from core.canonical import digest
from core.db import in_parts
from core.types import Json

BATCH = 5000
_VOTE_TYPES = {
    BallotType.APPROVAL: "approval",
    BallotType.KNAPSACK: "knapsack",
    BallotType.POINTS: "cumulative",
    BallotType.RANKED: "ordinal",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What was sealed before the vote: the ballot, and how it is counted."""

    slate: Slate
    spec: RuleSpec
    manifest: Json
    manifest_hash: str


@dataclass(frozen=True, slots=True)
class Count:
    """A counted round: the outcome of each part, and what may be said of who voted.

    ``input_hash`` covers rules and ballots, ``result_hash`` the outcomes. ``statistics`` has no
    count of people but the ballots: shares are in thousandths.
    """

    slate: Slate
    outcomes: tuple[tuple[Part, Outcome], ...]
    ballots: int
    input_hash: str
    result_hash: str
    statistics: Json


def rules_of(session: Session, round_id: int) -> Rules:
    """The sealed rules of a round. Raises ``ValueError`` for a rule that nobody knows."""
    row = session.execute(
        select(Round.manifest, Round.manifest_hash).where(Round.id == round_id)
    ).one()
    manifest: Json = json.loads(row.manifest)
    spec = spec_of(manifest["rule"], row.manifest_hash)
    return Rules(slates.read(manifest), spec, manifest, row.manifest_hash)


def spec_of(rule: Mapping[str, Any], manifest_hash: str) -> RuleSpec:
    """The rule as the tally takes it. Ties by ``seed`` are drawn from the manifest's hash, which
    nobody could choose."""
    ties = str(rule["ties"])
    if ties.rpartition(",")[2] == "seed":
        ties = f"{ties}:{manifest_hash}"
    return RuleSpec(rule["rule"], rule["misfit"], rule["min_votes"], TieOrder(ties))


def count_round(
    session: Session, round_id: int, progress: Callable[[int], None] | None = None
) -> Count:
    """Count the sealed ballots of a round; ``progress`` is told percents on the way."""
    rules = rules_of(session, round_id)
    cast, ballots_hash = read_ballots(session, round_id)
    tell = progress or (lambda _percent: None)
    tell(40)
    marked = [(from_text(text), number) for text, number in cast.items()]
    outcomes = []
    for done, part in enumerate(rules.slate.parts, start=1):
        outcomes.append((part, run(election(rules.slate, part, marked), rules.spec)))
        tell(40 + 50 * done // len(rules.slate.parts))
    return Count(
        slate=rules.slate,
        outcomes=tuple(outcomes),
        ballots=sum(cast.values()),
        input_hash=digest_of_input(rules.manifest_hash, ballots_hash),
        result_hash=digest(_result(rules, outcomes)),
        statistics=_statistics(rules.slate, outcomes, marked),
    )


def read_ballots(session: Session, round_id: int) -> tuple[Counter[str], str]:
    """How often each ballot was cast, by its text, and the digest of all ballots in order."""
    rows = in_parts(
        session,
        select(FinalBallot.commitment, FinalBallot.choices)
        .where(FinalBallot.round_id == round_id)
        .order_by(FinalBallot.commitment),
        BATCH,
    )
    cast: Counter[str] = Counter()

    def counted() -> Iterable[tuple[str, str]]:
        for commitment, choices in rows:
            cast[choices] += 1
            yield commitment, choices

    return cast, digest_of_ballots(counted())


def digest_of_ballots(ballots: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over a line ``commitment choices`` for each ballot, in the commitments' order."""
    found = hashlib.sha256()
    for commitment, choices in ballots:
        found.update(f"{commitment} {choices}\n".encode())
    return found.hexdigest()


def digest_of_input(manifest_hash: str, ballots_hash: str) -> str:
    """One hash for all that a tally depends on."""
    return digest({"manifest_sha256": manifest_hash, "ballots_sha256": ballots_hash})


def election(slate: Slate, part: Part, marked: Iterable[tuple[Marks, int]]) -> Election:
    """One part as an election in minor units. Ballots without any choice in it are not its own.

    Raises ``KeyError`` for a ballot that names a foreign project.
    """
    grouped: Counter[Ballot] = Counter()
    for marks, number in marked:
        if codes := slate.within(marks, part):
            grouped[_ballot(slate, marks, codes)] += number
    return Election(
        projects=tuple(
            Project(e.code, e.cost) for e in slate.entries.values() if e.part_id == part.id
        ),
        ballots=grouped,
        budget=part.amount,
        vote_type=vote_type(slate),
    )


def vote_type(slate: Slate) -> str:
    """The kind of ballot as the tally and Pabulib call it."""
    if slate.kind == BallotType.APPROVAL and slate.max_choices == 1:
        return "choose-1"
    return _VOTE_TYPES[slate.kind]


def _ballot(slate: Slate, marks: Marks, codes: list[str]) -> Ballot:
    if slate.kind == BallotType.POINTS:
        return Ballot(tuple(codes), tuple(marks[code] for code in codes))
    if slate.kind == BallotType.RANKED:
        return Ballot(tuple(codes), rank_points(len(codes), slate.max_choices))
    return Ballot(tuple(sorted(codes)), (1,) * len(codes))


def _result(rules: Rules, outcomes: Sequence[tuple[Part, Outcome]]) -> Json:
    """What ``result_hash`` is the digest of."""
    return {
        "manifest_sha256": rules.manifest_hash,
        "parts": [{"sub_budget": part.id, "outcome": o.to_json()} for part, o in outcomes],
    }


def _statistics(
    slate: Slate,
    outcomes: Sequence[tuple[Part, Outcome]],
    marked: Sequence[tuple[Marks, int]],
) -> Json:
    """How well the voters were served: who got something, and how much of the money each chose."""
    won = {code for _part, outcome in outcomes for code in outcome.selected}
    spent = sum(slate.entries[code].cost for code in won)
    voters = sum(number for _marks, number in marked)
    served = sum(number for marks, number in marked if not won.isdisjoint(marks))
    chosen = sum(
        number * sum(slate.entries[code].cost for code in won.intersection(marks))
        for marks, number in marked
    )
    return {
        "projects": len(slate.entries),
        "selected": len(won),
        "spent": spent,
        "served": 1000 * served // voters if voters else None,
        "average_share": chosen * 1000 // (voters * spent) if voters and spent else None,
    }
