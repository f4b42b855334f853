"""How the demo's work is put out to tender: notices, sealed bids, points, awards, contracts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.demo.chapters import Event, Xinghe
from core.clock import local_date
from core.web import settings
from projects.models import Bid, Contract, Criterion, CriterionKind, DeliveryPlan, Milestone, Tender
from projects.tenders.envelopes import Offer
from projects.tenders.notice import Asked, Direct, Notice
from projects.tenders.services.asking import answer_question, ask_question
from projects.tenders.services.awarding import award
from projects.tenders.services.bidding import NewBid, submit_bid
from projects.tenders.services.contracting import (
    Terms,
    agree,
    draw_contract,
    sign_contract,
    suggested_prices,
)
from projects.tenders.services.drafting import draft_direct, draft_tender
from projects.tenders.services.judging import (
    Given,
    appoint,
    declare,
    hand_in,
    save_scores,
    to_score,
)
from projects.tenders.services.objecting import object_to
from projects.tenders.services.opening import open_tender
from projects.tenders.services.publishing import award_directly, publish

WRITER, SIGNER = "officer", "works_officer"
REASONS = {
    True: "写得具体，办法可行，有过同样的工程。",
    False: "大体可行，细节不够，维修的承诺偏弱。",
}
GOOD = 80


@dataclass(slots=True)
class TenderStory:
    """One tender, as the content file tells it, for all milestones of a project's plan."""

    xinghe: Xinghe
    project: str
    told: dict[str, Any]
    direct: bool
    tender: int = 0

    def events(self) -> Iterator[Event]:
        """From the notice as far as it has come."""
        at = self.xinghe.hour
        if self.direct:
            yield at(self.told["at"], 9), self._ask_directly
            yield at(self.told["at"] + 1, 11), self._award_directly
        else:
            yield from self._open_tender()
        if signed := self.told.get("signed"):
            yield at(signed - 2, 10), self._draw
            yield at(signed - 1, 10), self._agree
            yield at(signed, 10), self._sign

    def _open_tender(self) -> Iterator[Event]:
        at, told = self.xinghe.hour, self.told
        yield at(told["written"], 11), self._write
        yield at(told["approved"], 14), self._publish
        for place in range(len(told["asked"])):
            yield from self._question(place)
        for row in told["bids"]:
            yield at(row["at"], 10), self._bid(row)
        if told["deadline"] > 0:
            return
        yield self._deadline() + timedelta(minutes=1), self._open
        judged = told.get("judged", -1)
        for name in told["reviewers"]:
            yield at(judged, 9), self._declare(name)
            yield at(judged, 11), self._judge(name)
        if awarded := told.get("awarded"):
            yield at(awarded, 15), self._award
        if "objection" in told:
            yield at(told["objection"]["at"], 9), self._object

    def _deadline(self) -> datetime:
        return self.xinghe.hour(self.told["deadline"], 17)

    def _staff(self, name: str) -> int:
        return self.xinghe.world.staff[name]

    def _parts(self, session: Session) -> tuple[int, tuple[int, ...]]:
        """The project, and the milestones of its plan."""
        project = self.xinghe.project(self.project)
        rows = select(Milestone.id).join(DeliveryPlan).where(DeliveryPlan.project_id == project)
        return project, tuple(session.scalars(rows.order_by(Milestone.position)))

    def _ask_directly(self, session: Session, at: datetime) -> None:
        project, milestones = self._parts(session)
        direct = Direct(
            title=self.told["title"],
            scope=self.told["scope"],
            organisation_id=self.xinghe.world.organisations[self.told["to"]].id,
            amount=self.told["price"] * 100,
            reason=self.told["reason"],
            milestones=milestones,
            warranty_months=self.told["warranty"],
        )
        self.tender = draft_direct(session, project, direct, self._staff(WRITER), at).id

    def _award_directly(self, session: Session, at: datetime) -> None:
        award_directly(session, self.tender, self._staff(SIGNER), at)

    def _write(self, session: Session, at: datetime) -> None:
        project, milestones = self._parts(session)
        notice = Notice(
            title=self.told["title"],
            scope=self.told["scope"],
            ceiling=self.told["ceiling"] * 100,
            milestones=milestones,
            criteria=tuple(
                Asked(CriterionKind(kind), name, weight, about)
                for kind, name, weight, about in self.told["criteria"]
            ),
            questions_until=self.xinghe.hour(self.told["questions"], 17),
            deadline=self._deadline(),
            min_bids=min(3, len(self.told["bids"]) + 1),
            warranty_months=self.told.get("warranty", 12),
        )
        self.tender = draft_tender(session, project, notice, self._staff(WRITER), at).id

    def _publish(self, session: Session, at: datetime) -> None:
        publish(session, self.tender, self._staff(SIGNER), settings().keys, at)
        for name in self.told["reviewers"]:
            appoint(session, self.tender, self._staff(name), self._staff(WRITER), at)

    def _question(self, place: int) -> Iterator[Event]:
        row = self.told["asked"][place]
        asked: list[int] = []

        def ask(session: Session, at: datetime) -> None:
            asked.append(
                ask_question(session, self.tender, row["text"], self._staff(row["by"]), at).id
            )

        def answer(session: Session, at: datetime) -> None:
            answer_question(session, asked[0], row["answer"], self._staff(WRITER), at)

        yield self.xinghe.hour(row["at"], 10), ask
        if "answer" in row:
            yield self.xinghe.hour(row["answered"], 15), answer

    def _bid(self, row: dict[str, Any]) -> Any:
        def bid(session: Session, at: datetime) -> None:
            new = NewBid(
                tender_id=self.tender,
                organisation_id=self.xinghe.world.organisations[row["by"]].id,
                person_id=self._staff(row["by"]),
                key=f"demo-{self.tender}-{row['by']}",
                offer=Offer(row["price"] * 100, row["days"], row["offer"], row["relations"]),
            )
            submit_bid(session, new, at)

        return bid

    def _open(self, session: Session, at: datetime) -> None:
        open_tender(session, self.tender, settings().keys, at)

    def _declare(self, name: str) -> Any:
        relation = self.told.get("excused", {}).get(name, "")
        return lambda session, at: declare(session, self.tender, self._staff(name), relation, at)

    def _judge(self, name: str) -> Any:
        """Points around those of the content file; in a tender that is being judged only some
        have handed theirs in."""
        place = self.told["reviewers"].index(name)

        def judge(session: Session, at: datetime) -> None:
            scores = {
                (bid, criterion): self._given(session, bid, criterion, place)
                for bid, criterion in to_score(session, self.tender)
            }
            done = name in self.told.get("handed_in", self.told["reviewers"])
            (hand_in if done else save_scores)(session, self.tender, self._staff(name), scores, at)

        quiet = name in self.told.get("excused", {})
        return (lambda _session, _at: None) if quiet else judge

    def _given(self, session: Session, bid_id: int, criterion_id: int, place: int) -> Given:
        by = session.get_one(Bid, bid_id).organisation_id
        organisations = self.xinghe.world.organisations
        row = next(row for key, row in self.told["points"].items() if organisations[key].id == by)
        quality = [
            one.id
            for one in session.scalars(
                select(Criterion)
                .where(Criterion.tender_id == self.tender, Criterion.kind == CriterionKind.QUALITY)
                .order_by(Criterion.position)
            )
        ]
        points = max(0, min(100, row[quality.index(criterion_id)] + (place - 1) * 3))
        return Given(points, REASONS[points >= GOOD])

    def _award(self, session: Session, at: datetime) -> None:
        award(session, self.tender, self.told["award"], self._staff(WRITER), at)

    def _object(self, session: Session, at: datetime) -> None:
        row = self.told["objection"]
        organisation = self.xinghe.world.organisations[row["by"]].id
        object_to(
            session,
            self.tender,
            row["text"],
            self._staff(row["by"]),
            at,
            organisation_id=organisation,
        )

    def _days(self) -> int:
        """How long the work takes, as the winner offered."""
        if self.direct:
            return int(self.told["days"])
        won = max(self.told["points"], key=lambda key: sum(self.told["points"][key]))
        return int(next(row["days"] for row in self.told["bids"] if row["by"] == won))

    def _draw(self, session: Session, at: datetime) -> None:
        tender = session.get_one(Tender, self.tender)
        starts = local_date(at) + timedelta(days=2)
        terms = Terms(
            text=self.told["terms"],
            starts_on=starts,
            ends_on=starts + timedelta(days=self._days()),
            prices=suggested_prices(session, tender),
        )
        draw_contract(session, self.tender, terms, self._staff(WRITER), at)

    def _agree(self, session: Session, at: datetime) -> None:
        rows = select(Contract.organisation_id).where(Contract.tender_id == self.tender)
        winner = session.scalar(rows)
        organisations = self.xinghe.world.organisations
        name = next(key for key, one in organisations.items() if one.id == winner)
        agree(session, self.tender, self._staff(name), at)

    def _sign(self, session: Session, at: datetime) -> None:
        sign_contract(session, self.tender, self._staff(SIGNER), at)
