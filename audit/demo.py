"""What auditors do in the demo: the rules look, findings are issued, answered and closed, and
residents ask about lines of the books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.desk.drafts import Draft, write
from audit.desk.findings import Said, answer, close, follow_up, issue
from audit.desk.models import SampleKind, Severity, Verdict, Visibility
from audit.desk.sampling import Wish
from audit.desk.sampling import ask as ask_sample
from audit.flags.dismissing import dismiss
from audit.flags.models import Flag, FlagEvidence, FlagState
from audit.flags.rule import Ref
from audit.flags.runs import ask as ask_run
from audit.questions import answer as answer_question
from audit.questions import ask as ask_question
from budgeting.demo.chapters import Event, Xinghe
from core.clock import local_date
from ledger.models import Transfer

RUNS = (-33, -1)  # days on which the rules look
SAMPLED = -12
A_QUARTER = timedelta(days=91)


def auditors(xinghe: Xinghe) -> Iterator[Event]:
    """Everything that the audit office and those who ask do."""
    office = xinghe.world.organisations["audit"].id
    desk = _Desk(xinghe, office, xinghe.world.staff["auditor"])
    for days in RUNS:
        yield xinghe.hour(days, 9), desk.look
        # The rules look before anybody goes on.
        xinghe.pauses.append(xinghe.hour(days, 10))
    yield xinghe.hour(RUNS[0] + 1, 9), desk.dismiss
    for key, told in xinghe.content["findings"].items():
        yield from desk.finding(key, told)
    yield xinghe.hour(SAMPLED, 10), desk.sample
    for row in xinghe.content["questions"]:
        yield from desk.question(row)


@dataclass(slots=True)
class _Desk:
    """The audit office at work; ``made`` are its findings by name."""

    xinghe: Xinghe
    office: int
    auditor: int
    made: dict[str, int] = field(default_factory=dict)

    def look(self, session: Session, at: datetime) -> None:
        """Let the rules look at what is new."""
        ask_run(session, self.auditor, at)

    def dismiss(self, session: Session, at: datetime) -> None:
        """The banks list only days on which something moved; nothing is behind that."""
        rows = select(Flag.id).where(Flag.rule == "statement_gap", Flag.state == FlagState.OPEN)
        ids = list(session.scalars(rows))
        if ids:
            by = (self.auditor, [self.xinghe.world.areas["wide"].path])
            dismiss(session, ids, self.xinghe.content["dismissed"], by, at)

    def sample(self, session: Session, at: datetime) -> None:
        """Ask for a sample of a quarter's payments; it is drawn once the record is signed."""
        today = local_date(at)
        area = self.xinghe.world.areas["wide"].id
        wish = Wish(SampleKind.RANDOM, area, 20, today - A_QUARTER, today)
        ask_sample(session, wish, self.office, self.auditor, at)

    def finding(self, key: str, told: dict[str, Any]) -> Iterator[Event]:
        """From its draft to its end, as far as it has come."""
        hour = self.xinghe.hour
        yield hour(told["issued"], 11), partial(self._issue, key=key)
        if "answered" in told:
            yield hour(told["answered"], 16), partial(self._answer, key=key)
        if "proof" in told:
            yield hour(told["closed"] - 1, 16), partial(self._prove, key=key)
        if "closed" in told:
            yield hour(told["closed"], 10), partial(self._close, key=key)

    def _told(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self.xinghe.content["findings"][key]
        return found

    def _issue(self, session: Session, at: datetime, *, key: str) -> None:
        told = self._told(key)
        flags = self._flags(session, told)
        draft = Draft(
            department_id=self.xinghe.world.organisations[told["department"]].id,
            severity=Severity(told["severity"]),
            visibility=Visibility.START,
            title=told["title"],
            text=told["text"],
            answer_days=told["days"],
            evidence=self._evidence(session, key, told),
            payee_id=self.xinghe.treasury.payees.get(told.get("payee", "")),
            flags=flags,
        )
        self.made[key] = write(session, draft, self.office, self.auditor, at).id
        issue(session, self.made[key], self.auditor, at)

    def _flags(self, session: Session, told: dict[str, Any]) -> list[int]:
        """The open flag of the rule that led to the finding, about its payee's vouchers."""
        if "rule" not in told:
            return []
        rows = (
            select(Flag.id)
            .join(FlagEvidence, FlagEvidence.flag_id == Flag.id)
            .where(Flag.rule == told["rule"], FlagEvidence.kind == "voucher")
            .where(FlagEvidence.ref.in_(self.xinghe.marks[told["mark"]]))
        )
        return sorted(set(session.scalars(rows)))[:1]

    def _evidence(self, session: Session, key: str, told: dict[str, Any]) -> list[Ref]:
        if "mark" in told:
            return [("voucher", one) for one in self.xinghe.marks[told["mark"]]]
        return [("project", self.xinghe.project(told["project"]))]

    def _said(self, text: str, at: datetime, by: str) -> Said:
        return Said(text, self.xinghe.world.staff[by], at)

    def _answer(self, session: Session, at: datetime, *, key: str) -> None:
        told = self._told(key)
        answer(session, self.made[key], self._said(told["answer"], at, told["department"]))

    def _prove(self, session: Session, at: datetime, *, key: str) -> None:
        told = self._told(key)
        said = self._said(told["proof"], at, told["department"])
        follow_up(session, self.made[key], said, by_department=True)

    def _close(self, session: Session, at: datetime, *, key: str) -> None:
        told = self._told(key)
        said = self._said(told["verdict"], at, "auditor")
        close(session, self.made[key], Verdict(told["ends"]), said)

    def question(self, row: dict[str, Any]) -> Iterator[Event]:
        """A resident asks about the newest payment to somebody; finance answers."""
        asked: list[int] = []

        def ask(session: Session, at: datetime) -> None:
            payee = self.xinghe.treasury.payees[row["payee"]]
            rows = select(Transfer.id).where(Transfer.payee_id == payee, Transfer.code == "pay")
            line = session.scalars(rows.order_by(Transfer.id.desc())).first() or 0
            person = self.xinghe.world.people[row["by"]]
            asked.append(ask_question(session, line, row["text"], person, at).id)

        def reply(session: Session, at: datetime) -> None:
            staff = self.xinghe.world.staff["finance"]
            answer_question(session, asked[0], row["answer"], staff, at)

        yield self.xinghe.hour(row["asked"], 20), ask
        if "answer" in row:
            yield self.xinghe.hour(row["answered"], 11), reply
