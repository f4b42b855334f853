"""The demo's pledges, each from its offer as far as it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import local_date
from projects.models import DeliveryPlan, Milestone
from projects.works.services.reporting import SentPhoto
from sponsorship.demo.money import contest, give_back, pay, returned
from sponsorship.demo.stage import Event, Stage
from sponsorship.models import Opening, Pledge, PledgeKind, ValuationMethod
from sponsorship.pledges.rules import Offer
from sponsorship.pledges.services import deciding, ending, offering, receiving, releasing, signing
from sponsorship.pledges.services.falling_due import fall_due, falling_due
from sponsorship.pledges.services.receiving import Received
from sponsorship.pledges.services.releasing import AskedRelease

MEANT = 30  # days from the offer to the day by which a pledge is paid or delivered


def tell_pledges(stage: Stage) -> Iterator[Event]:
    """Everything that happens to pledges."""
    for row in stage.content["pledges"]:
        yield from PledgeStory(stage, row).events()
    yield stage.xinghe.hour(-1, 8), _fall_due


def _fall_due(session: Session, at: datetime) -> None:
    for ident in falling_due(session, at):
        fall_due(session, ident, at)


@dataclass(slots=True)
class PledgeStory:
    """One pledge."""

    stage: Stage
    row: dict[str, Any]

    def events(self) -> Iterator[Event]:
        """What happens, with its times."""
        at, row = self.stage.xinghe.hour, self.row
        if "draft" in row:
            yield at(row["draft"], 10), self._draft
            return
        steps: list[Callable[[Session, datetime], object]] = [self._offer]
        steps += [self._accept, self._sign]
        for hour, (days, step) in enumerate(zip(row["at"], steps, strict=False), 12):
            yield at(days, hour), step
        yield from self._endings()
        for number, (days, way) in enumerate(row.get("pay", ()), 1):
            yield at(days, 15), partial(pay, story=self, number=number, way=way)
        if told := row.get("received"):
            yield at(told["at"], 10), partial(self._receive, told=told)
        if told := row.get("release"):
            yield at(told["at"], 11), partial(self._release, told=told)

    def _endings(self) -> Iterator[Event]:
        at, row = self.stage.xinghe.hour, self.row
        if days := row.get("withdrawn"):
            yield at(days, 10), self._withdraw
        if told := row.get("declined"):
            yield at(told[0], 10), self._decline
        if told := row.get("cancelled"):
            yield at(told[0], 10), self._cancel
        if days := row.get("returned"):
            yield at(days, 16), partial(returned, story=self)
        if days := row.get("disputed"):
            yield at(days, 16), partial(contest, story=self)
        if told := row.get("refund"):
            yield at(told["at"], 10), partial(give_back, story=self, reason=told["reason"])

    @property
    def ident(self) -> int | None:
        """The pledge, once it was offered."""
        return self.stage.pledges.get(self.row["key"])

    @property
    def giver(self) -> int:
        """Who speaks for the sponsor."""
        person = self.row.get("person")
        return self.stage.person(person) if person else self.stage.manager(self.row["by"])

    def _offered(self, session: Session, at: datetime) -> Offer | None:
        row, opening = self.row, self.stage.openings.get(self.row["for"])
        if opening is None:
            return None
        amount = row.get("amount", 0) * 100
        if share := row.get("share"):
            target = session.get_one(Opening, opening).target or 0
            amount = target * share // 100
        day = self.stage.xinghe.day
        due = day(row["due"]) if "due" in row else self._later(at)
        parts = [(part * 100, day(days)) for part, days in row.get("parts", ())]
        kind = PledgeKind(row.get("kind", "money"))
        return Offer(
            key=f"demo-{row['key']}",
            opening_id=opening,
            business_id=self.stage.businesses[row["by"]] if "by" in row else None,
            kind=kind,
            amount=amount,
            due_on=due,
            parts=parts or ([(amount, due)] if kind == PledgeKind.MONEY else ()),
            what=row.get("what", ""),
            valuation=row.get("valuation", ""),
            message=row.get("message", ""),
            only_if_met=row.get("only", False),
            anonymous=row.get("anonymous", False),
        )

    def _later(self, at: datetime) -> date:
        return date.fromordinal(local_date(at).toordinal() + MEANT)

    def _draft(self, session: Session, at: datetime) -> None:
        if offer := self._offered(session, at):
            offering.save_draft(session, offer, self.giver, at)

    def _offer(self, session: Session, at: datetime) -> None:
        offer = self._offered(session, at)
        if offer is None:
            return
        give = offering.offer if offer.business_id else offering.give_small
        self.stage.pledges[self.row["key"]] = give(session, offer, self.giver, at).id

    def _accept(self, session: Session, at: datetime) -> None:
        if self.ident:
            reason = self.stage.content["reasons"]["accepted"]
            deciding.accept(session, self.ident, reason, self.stage.officers[0], at)

    def _sign(self, session: Session, at: datetime) -> None:
        if self.ident:
            signing.sign_for_sponsor(session, self.ident, self.giver, at)
            signing.sign_for_office(session, self.ident, self.stage.officers[1], at)

    def _withdraw(self, session: Session, at: datetime) -> None:
        offering.withdraw(session, self.ident or 0, self.giver, at)

    def _decline(self, session: Session, at: datetime) -> None:
        reason = self.row["declined"][1]
        deciding.decline(session, self.ident or 0, reason, self.stage.officers[0], at)

    def _cancel(self, session: Session, at: datetime) -> None:
        ending.cancel(session, self.ident or 0, self.giver, self.row["cancelled"][1], at)

    def _receive(self, session: Session, at: datetime, told: dict[str, Any]) -> None:
        found = Received(
            key=f"demo-receipt-{self.row['key']}",
            text=told["text"],
            value=told["value"] * 100,
            method=ValuationMethod(told["method"]),
            basis=told["basis"],
            received_on=local_date(at),
            complete=not told.get("part"),
            photos=(SentPhoto(self.stage.xinghe.album.picture("market", "wide"), "收到的东西"),),
        )
        first, second = self.stage.officers
        made = receiving.report(session, self.ident or 0, found, first, at)
        receiving.confirm(session, made.id, second, at)

    def _release(self, session: Session, at: datetime, told: dict[str, Any]) -> None:
        first, second = self.stage.officers
        project = self._project(session, told)
        amount = releasing.releasable(session, session.get_one(Pledge, self.ident))
        milestone = None
        if project and "milestone" in told:
            rows = select(Milestone.id).join(DeliveryPlan).where(DeliveryPlan.project_id == project)
            found = session.scalars(rows.order_by(Milestone.position)).all()
            milestone = found[told["milestone"]] if found else None
        asked = AskedRelease(f"demo-{self.row['key']}", amount, project, milestone)
        made = releasing.ask(session, self.ident or 0, asked, first, at)
        releasing.approve(session, made.id, second, at)

    def _project(self, session: Session, told: dict[str, Any]) -> int | None:
        if told.get("own"):
            return session.get_one(Opening, self.stage.openings[self.row["for"]]).project_id
        return self.stage.xinghe.project(told["project"]) if "project" in told else None
