"""What a contract's parts were called and when they were due, at each of its steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from audit.exports.ocds import sections
from audit.exports.ocds.model import Process, Step
from audit.exports.ocds.values import Json
from projects.models import ChangeKind

CHANGED = "delivery.change_approved"


class Terms:
    """The parts of a contract, from before its first change on; ``ends`` is its last day.

    Rows say what holds now, steps what was before: so the changes are undone from the last one
    back, and then done again one by one.
    """

    def __init__(self, process: Process) -> None:
        self._rows = {one.id: one for one in process.milestones}
        self._due = {ident: one.due_on for ident, one in self._rows.items()}
        self._said = {ident: (one.title, one.about) for ident, one in self._rows.items()}
        self.ends = process.contract.ends_on if process.contract else date.max
        for step in reversed(process.steps):
            if step.type == CHANGED:
                self._set(step, step.body["before"])

    def change(self, step: Step) -> Json | None:
        """Let a change hold; gives the part as it is then, None where none is changed."""
        self._set(step, step.body["after"])
        ident = step.body.get("milestone")
        if ident not in self._rows:
            return None
        if step.body["kind"] == ChangeKind.DELAY:
            self.ends = max(self.ends, self._due[ident])
        found = self.part(ident)
        if step.body["kind"] == ChangeKind.CANCEL:
            found["status"] = "notMet"
        return found

    def part(self, ident: int) -> Json:
        """A part as it is at this step."""
        return sections.milestone(self._rows[ident], self._due[ident], *self._said[ident])

    def parts(self) -> list[Json]:
        """All parts as they are at this step."""
        return [self.part(ident) for ident in self._rows]

    def _set(self, step: Step, values: Mapping[str, Any]) -> None:
        ident = step.body.get("milestone")
        if ident not in self._rows:
            return
        if step.body["kind"] == ChangeKind.DELAY:
            self._due[ident] = date.fromisoformat(values["due_on"])
        elif step.body["kind"] == ChangeKind.SCOPE:
            self._said[ident] = (values["title"], values["about"])
