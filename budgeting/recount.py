"""How anybody counts a published round again: the command's options, and the file of limits."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from budgeting.counting import limits_of, spec_of
from budgeting.results import Head
from budgeting.rule_settings import HEEDED
from budgeting.slates import slate_of
from budgeting.tally.limits import NO_LIMITS
from budgeting.tally.rules import RuleSpec

_SETTINGS = ("misfit", "utility", "completion", "until", "compare")


def recount_options(session: Session, head: Head) -> dict[int, str]:
    """The options with which the command counts a round's files by the round's own rule, by the
    area of the budget. Files have whole units of the currency, by which the command steps too."""
    slate = slate_of(session, head.id, head.manifest_hash)
    common = " ".join(_options(spec_of(head.rule, head.manifest_hash, 1)))
    return {
        part.area_id: common
        if limits_of(slate, part) == NO_LIMITS
        else f"{common} --limits limits-{head.id}-{part.area_id}.json"
        for part in slate.parts
    }


def _options(spec: RuleSpec) -> Iterator[str]:
    yield f"--rule {spec.rule}"
    for name in _SETTINGS:
        if spec.rule in HEEDED[name]:
            yield f"--{name} {getattr(spec, name)}"
    if spec.min_votes:
        yield f"--min-votes {spec.min_votes}"
    yield f"--ties {spec.ties.text}"
