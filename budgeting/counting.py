"""From sealed ballots to an outcome: one pass over the ballots, then budget by budget.

The same ballots and rules give the same bytes, whoever counts and however often.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting import slates
from budgeting.marking import Marks, from_text
from budgeting.models import BallotType, FinalBallot, Round
from budgeting.reporting import Counted, count_part
from budgeting.slates import Part, Slate
from budgeting.tally.election import Ballot, Election, Project, rank_points
from budgeting.tally.limits import Limits
from budgeting.tally.numbers import Number
from budgeting.tally.rules import RuleSpec
from budgeting.tally.ties import TieOrder
from core.canonical import digest
from core.db import in_parts
from core.types import MINOR_UNITS, Json

BATCH = 5000
READ, COUNTED = 20, 95
"""Percent of a count when the ballots are read, and when every budget is counted."""
Work = Callable[[], Counted]
Resume = Callable[[str, Part, Work], Counted]
"""Gives what an earlier count of the same input (by its hash) found for a part, else works."""
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
    """A counted round: what was found for each part, and what may be said of who voted.

    ``input_hash`` covers rules and ballots, ``result_hash`` the outcomes. ``statistics`` has no
    count of people but the ballots: shares are in thousandths.
    """

    slate: Slate
    parts: tuple[tuple[Part, Counted], ...]
    ballots: int
    input_hash: str
    result_hash: str
    statistics: Json

    @property
    def selected(self) -> set[str]:
        """The codes of all winners."""
        return _winners(self.parts)


def rules_of(session: Session, round_id: int) -> Rules:
    """The sealed rules of a round. Raises ``ValueError`` for a rule that nobody knows."""
    row = session.execute(
        select(Round.manifest, Round.manifest_hash).where(Round.id == round_id)
    ).one()
    manifest: Json = json.loads(row.manifest)
    step = MINOR_UNITS.get(manifest["currency"], 100)
    spec = spec_of(manifest["rule"], row.manifest_hash, step)
    return Rules(slates.read(manifest), spec, manifest, row.manifest_hash)


def spec_of(rule: Mapping[str, Any], manifest_hash: str, step: Number) -> RuleSpec:
    """The rule as the tally takes it; what a round does not say is as the tally has it.

    Ties by ``seed`` are drawn from the manifest's hash, which nobody could choose. ``step`` is one
    unit of the currency, in the unit of the budget.
    """
    return RuleSpec(**{**rule, "ties": tie_order(rule["ties"], manifest_hash), "step": step})


def tie_order(ties: str, manifest_hash: str) -> TieOrder:
    """The order of equal projects that a round states. Raises ``ValueError`` for none."""
    return TieOrder(f"{ties}:{manifest_hash}" if ties.rpartition(",")[2] == "seed" else ties)


def count_round(
    session: Session,
    round_id: int,
    progress: Callable[[int], None] | None = None,
    resume: Resume | None = None,
) -> Count:
    """Count the sealed ballots of a round; ``progress`` is told percents on the way.

    Each budget is counted through ``resume``, so that whoever is stopped need not start anew.
    """
    rules = rules_of(session, round_id)
    cast, ballots_hash = read_ballots(session, round_id)
    input_hash = digest_of_input(rules.manifest_hash, ballots_hash)
    marked = [(from_text(text), number) for text, number in cast.items()]
    parts = _count(rules, marked, progress or _ignore, partial(resume or _anew, input_hash))
    return Count(
        slate=rules.slate,
        parts=parts,
        ballots=sum(cast.values()),
        input_hash=input_hash,
        result_hash=digest(_result(rules, parts)),
        statistics=_statistics(rules.slate, _winners(parts), marked),
    )


def _count(
    rules: Rules,
    marked: Sequence[tuple[Marks, int]],
    progress: Callable[[int], None],
    resume: Callable[[Part, Work], Counted],
) -> tuple[tuple[Part, Counted], ...]:
    progress(READ)
    number, found = len(rules.slate.parts), []
    for place, part in enumerate(rules.slate.parts):
        counted = election(rules.slate, part, marked)
        tell = partial(_tell, progress, place, number)
        found.append((part, resume(part, partial(count_part, counted, rules.spec, tell))))
        tell(100)
    return tuple(found)


def _tell(progress: Callable[[int], None], place: int, number: int, percent: int) -> None:
    """Percents of one part of several as percents of the whole."""
    progress(READ + (COUNTED - READ) * (100 * place + percent) // (100 * number))


def _ignore(_percent: int) -> None:
    pass


def _anew(_input_hash: str, _part: Part, work: Work) -> Counted:
    return work()


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
        limits=limits_of(slate, part),
    )


def limits_of(slate: Slate, part: Part) -> Limits:
    """The limits as they concern the projects of one part; amounts in minor units."""
    here = {entry.code for entry in slate.entries.values() if entry.part_id == part.id}
    groups = [group & here for group in slate.limits.exclusive]
    ceilings = [replace(c, projects=c.projects & here) for c in slate.limits.ceilings]
    return Limits(
        ceilings=tuple(ceiling for ceiling in ceilings if ceiling.projects),
        exclusive=tuple(group for group in groups if len(group) > 1),
        funded=slate.limits.funded & here,
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


def _result(rules: Rules, parts: Sequence[tuple[Part, Counted]]) -> Json:
    """What ``result_hash`` is the digest of."""
    return {
        "manifest_sha256": rules.manifest_hash,
        "parts": [{"sub_budget": part.id, "outcome": found.outcome} for part, found in parts],
    }


def _winners(parts: Iterable[tuple[Part, Counted]]) -> set[str]:
    return {code for _part, found in parts for code in found.outcome["selected"]}


def _statistics(slate: Slate, won: set[str], marked: Sequence[tuple[Marks, int]]) -> Json:
    """How well the voters were served: who got something, and how much of the money each chose."""
    paid = {code: slate.entries[code].cost for code in won - slate.limits.funded}
    spent = sum(paid.values())
    voters = sum(number for _marks, number in marked)
    served = sum(number for marks, number in marked if not won.isdisjoint(marks))
    chosen = sum(
        number * sum(paid[code] for code in marks if code in paid) for marks, number in marked
    )
    return {
        "projects": len(slate.entries),
        "selected": len(won),
        "spent": spent,
        "served": 1000 * served // voters if voters else None,
        "average_share": chosen * 1000 // (voters * spent) if voters and spent else None,
    }
