"""Eight projects on their way from a promise to what was built: plans, tenders,
reports, neighbours' words, acceptances, invoices, final accounts and evaluations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.demo.chapters import Event, Xinghe
from budgeting.demo.tendering import SIGNER, WRITER, TenderStory
from core.clock import local_date
from ledger.models import AcceptedWork, Voucher, VoucherKind
from projects.models import (
    AsPromised,
    ChangeKind,
    Contract,
    DeliveryPlan,
    Milestone,
    MilestoneReport,
    Project,
)
from projects.works.services.accepting import accept
from projects.works.services.changes import AskedChange, Verdict, ask_change, decide_change
from projects.works.services.confirming import confirm
from projects.works.services.ending import retention_of
from projects.works.services.evaluating import Opinion, evaluate
from projects.works.services.final_account import approve_account, draw_account
from projects.works.services.plans import (
    PlanDraft,
    PlannedMilestone,
    plan_digest,
    publish_plan,
    write_plan,
)
from projects.works.services.reporting import SentPhoto, SentReport, report

SEEN = "现场看过，和合同一致。"
CAPTION = "完工后的现场"


def delivery(xinghe: Xinghe) -> Iterator[Event]:
    """What happens to every project that the content file follows."""
    for key, told in xinghe.content["projects"].items():
        story = WorkStory(xinghe, key, told)
        yield from story.events()
        if "direct" in told:
            yield from TenderStory(xinghe, told["at"], told["direct"], True).events()
        elif "tender" in told:
            yield from TenderStory(xinghe, told["at"], told["tender"], False).events()


@dataclass(slots=True)
class WorkStory:
    """One project from its plan to its evaluation, as far as it has come."""

    xinghe: Xinghe
    key: str
    told: dict[str, Any]
    vouchers: dict[str, Voucher] = field(default_factory=dict)

    def events(self) -> Iterator[Event]:
        """Everything but procurement."""
        at = self.xinghe.hour
        yield at(self.told["published"], 8), self._write
        yield at(self.told["published"], 9), self._publish
        for row in self.told.get("works", []):
            yield from self._work(row)
        for row in self.told.get("changes", []):
            yield from self._change(row)
        if when := self.told.get("retention"):
            yield from self._retention(when)
        if final := self.told.get("final"):
            yield at(final["at"], 10), self._draw_account
            yield at(final["at"] + 1, 14), self._approve_account
        for place, row in enumerate(self.told.get("evaluations", [])):
            yield at(-14 + 2 * place, 19), self._evaluate(place, row)

    @property
    def project(self) -> int:
        """The project's identity."""
        return self.xinghe.project(self.told["at"])

    def _staff(self, name: str) -> int:
        return self.xinghe.world.staff[name]

    def _responsible(self) -> int:
        return self._staff(self.told["department"])

    def _write(self, session: Session, at: datetime) -> None:
        day = self.xinghe.day
        draft = PlanDraft(
            organisation_id=self.xinghe.world.organisations[self.told["department"]].id,
            responsible_id=self._responsible(),
            summary=self.told["summary"],
            starts_on=day(self.told["published"]),
            ends_on=day(self.told["ends"]),
            milestones=tuple(
                PlannedMilestone(row["title"], row["about"], day(row["due"]), row["budget"] * 100)
                for row in self.told["milestones"]
            ),
        )
        write_plan(session, self.project, draft, self._staff(WRITER), at)

    def _plan(self, session: Session) -> tuple[DeliveryPlan, list[Milestone]]:
        rows = select(DeliveryPlan).where(DeliveryPlan.project_id == self.project)
        plan = session.scalars(rows).one()
        own = select(Milestone).where(Milestone.plan_id == plan.id)
        return plan, list(session.scalars(own.order_by(Milestone.position)))

    def _publish(self, session: Session, at: datetime) -> None:
        seen = plan_digest(*self._plan(session))
        publish_plan(session, self.project, seen, self._staff(SIGNER), at)

    def _work(self, row: dict[str, Any]) -> Iterator[Event]:
        at = self.xinghe.hour
        yield at(row["reported"], 11), lambda session, when: self._report(session, when, row)
        yield (
            at(row["reported"] + 1, 18),
            lambda session, when: self._neighbours(session, when, row),
        )
        if "accepted" in row:
            yield at(row["accepted"], 15), lambda session, when: self._accept(session, when, row)
        if "invoiced" in row:
            yield from self._invoice(f"milestone:{row['milestone']}", row["invoiced"])

    def _report(self, session: Session, at: datetime, row: dict[str, Any]) -> None:
        milestone = self._plan(session)[1][row["milestone"]]
        contract = session.get_one(Contract, milestone.contract_id)
        organisations = self.xinghe.world.organisations
        name = next(k for k, one in organisations.items() if one.id == contract.organisation_id)
        area = "wide" if self.told["at"].startswith("results") else self._area(session)
        sent = SentReport(
            key=f"demo-{milestone.id}",
            text=row["text"],
            organisation_id=contract.organisation_id,
            photos=tuple(
                SentPhoto(
                    self.xinghe.album.picture(scene, area),
                    f"{CAPTION} {number}",
                    # One photo says neither where nor when it was taken.
                    taken_on=local_date(at) - timedelta(days=1) if number == 1 else None,
                    distance=12 if number == 1 else None,
                )
                for number, scene in enumerate(row["photos"], 1)
            ),
        )
        report(session, milestone.id, sent, self._staff(name), at)

    def _area(self, session: Session) -> str:
        area = session.get_one(Project, self.project).area_id
        return next(k for k, one in self.xinghe.world.areas.items() if one.id == area)

    def _latest(self, session: Session, place: int) -> MilestoneReport:
        milestone = self._plan(session)[1][place]
        rows = select(MilestoneReport).where(MilestoneReport.milestone_id == milestone.id)
        return session.scalars(rows.order_by(MilestoneReport.number.desc())).first() or _missing()

    def _people(self, session: Session, count: int) -> list[int]:
        """Residents of the project's area, always the same."""
        area = self._area(session)
        crowd = [one.person_id for one in self.xinghe.world.crowd if area in {one.area, "wide"}]
        return crowd[:count]

    def _neighbours(self, session: Session, at: datetime, row: dict[str, Any]) -> None:
        found = self._latest(session, row["milestone"])
        disputes = row.get("disputes", [])
        people = self._people(session, row["confirms"] + len(disputes))
        for person, text in zip(people, disputes, strict=False):
            confirm(session, found.id, person, holds=False, text=text, now=at)
        for person in people[len(disputes) :]:
            confirm(session, found.id, person, holds=True, text="", now=at)

    def _accept(self, session: Session, at: datetime, row: dict[str, Any]) -> None:
        found = self._latest(session, row["milestone"])
        for person in (self._responsible(), self._staff(WRITER)):
            accept(session, found.id, person, accepted=True, reason=SEEN, now=at)

    def _work_of(self, session: Session, ref: str) -> AcceptedWork:
        kind, _, place = ref.partition(":")
        ident = (
            self._plan(session)[1][int(place)].id
            if kind == "milestone"
            else self._contract(session)
        )
        rows = select(AcceptedWork).where(AcceptedWork.ref == f"{kind}:{ident}")
        return session.scalars(rows).one()

    def _contract(self, session: Session) -> int:
        rows = select(Contract.id).where(Contract.project_id == self.project)
        return session.scalars(rows).one()

    def _invoice(self, ref: str, days: float) -> Iterator[Event]:
        """An invoice for accepted work: asked for, approved and paid within three days."""
        yield self.xinghe.at(days, 10), partial(self._ask, ref=ref)
        yield self.xinghe.at(days + 1, 11), partial(self._approve, ref=ref)
        yield self.xinghe.at(days + 2, 14), partial(self._pay, ref=ref)

    def _ask(self, session: Session, at: datetime, ref: str) -> None:
        work = self._work_of(session, ref)
        where = self.xinghe.treasury.fund_of(session, work.cost_centre_id)
        self.vouchers[ref] = self.xinghe.treasury.ask(
            session,
            at,
            VoucherKind.DISBURSE,
            where,
            work.amount,
            purpose=next(iter(work.title.values())),
            cost_centre_id=work.cost_centre_id,
            payee_id=work.payee_id,
            work_id=work.id,
        )

    def _approve(self, session: Session, at: datetime, ref: str) -> None:
        self.xinghe.treasury.approve(session, at, self.vouchers[ref], "wide")

    def _pay(self, session: Session, at: datetime, ref: str) -> None:
        self.xinghe.treasury.pay(session, at, self.vouchers[ref], "wide")

    def _change(self, row: dict[str, Any]) -> Iterator[Event]:
        asked: list[int] = []

        def ask(session: Session, at: datetime) -> None:
            change = self._asked(session, row)
            asked.append(ask_change(session, self.project, change, self._responsible(), at).id)

        def decide(session: Session, at: datetime) -> None:
            verdict = Verdict(True, row["answer"])
            decide_change(session, asked[0], verdict, self._staff(WRITER), at)

        yield self.xinghe.hour(row["asked"], 10), ask
        yield self.xinghe.hour(row["decided"], 16), decide

    def _asked(self, session: Session, row: dict[str, Any]) -> AskedChange:
        """A dearer milestone, a later one, or the end of the project."""
        kind = ChangeKind(row["kind"])
        if kind == ChangeKind.CANCEL:
            return AskedChange(kind, row["reason"], {"state": "cancelled"})
        milestone = self._plan(session)[1][row["milestone"]]
        after: dict[str, Any] = (
            {"price": (milestone.price or 0) + row["more"] * 100}
            if kind == ChangeKind.COST
            else {"due_on": self.xinghe.day(row["until"]).isoformat()}
        )
        return AskedChange(kind, row["reason"], after, milestone.id)

    def _retention(self, days: float) -> Iterator[Event]:
        asked: list[int] = []

        def ask(session: Session, at: datetime) -> None:
            contract = session.get_one(Contract, self._contract(session))
            kept = retention_of(self._plan(session)[1], contract)
            told = AskedChange(
                ChangeKind.RETENTION,
                "质保期满，雨棚、灯和排水都没有出问题。",
                {"release": kept},
                contract_id=contract.id,
            )
            asked.append(ask_change(session, self.project, told, self._responsible(), at).id)

        def decide(session: Session, at: datetime) -> None:
            verdict = Verdict(True, "同意退还质保金，请财务付款。")
            decide_change(session, asked[0], verdict, self._staff(WRITER), at)

        yield self.xinghe.hour(days, 9), ask
        yield self.xinghe.hour(days, 16), decide
        yield from self._invoice("retention:", days + 1)

    def _draw_account(self, session: Session, at: datetime) -> None:
        text = self.told["final"]["text"]
        draw_account(session, self.project, text, self._staff(WRITER), at)

    def _approve_account(self, session: Session, at: datetime) -> None:
        approve_account(session, self.project, self._staff("approver"), at)

    def _evaluate(self, place: int, row: list[Any]) -> Any:
        def say(session: Session, at: datetime) -> None:
            person = self._people(session, place + 1)[place]
            rating, as_promised, comment = row
            opinion = Opinion(rating, AsPromised(as_promised), comment)
            evaluate(session, self.project, opinion, person, at)

        return say


def _missing() -> MilestoneReport:
    raise LookupError("a milestone of the demo is accepted before it is reported")
