"""Releases of a process: one for each of its steps in the record, with what was known then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit.exports.ocds.merge import compiled
from audit.exports.ocds.model import Process, Step
from audit.exports.ocds.steps import HANDLERS, POSTED
from audit.exports.ocds.story import Story
from audit.exports.ocds.values import Json, Publisher


def releases(process: Process, site: Publisher) -> list[Json]:
    """All releases of a process, oldest first."""
    story = Story(process, site)
    found = []
    for step in _steps(process):
        handler = HANDLERS.get(step.type)
        said = handler(story, step) if handler else None
        if said:
            found.append(story.release(step, *said))
    return found


def records(found: Iterable[Process], site: Publisher) -> Iterator[Json]:
    """Each process with all its releases, and what they come to; one of which nothing stands in
    the public record yet has none and is left out."""
    for process in found:
        if every := releases(process, site):
            yield {
                "ocid": site.ocid(process.tender.number),
                "releases": every,
                "compiledRelease": compiled(every),
            }


def _steps(process: Process) -> list[Step]:
    """The steps of the tender and its contract, and the payments, in the order of the record."""
    paid = [Step(number, POSTED, lines[0].at, {}) for number, lines in process.payments.items()]
    return sorted([*process.steps, *paid], key=lambda step: step.number)
