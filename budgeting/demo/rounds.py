"""The demo's rounds: prepared, published, voted on and closed as real ones are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.ballots import flush_commitments
from budgeting.closing import close
from budgeting.demo.content import texts
from budgeting.demo.pictures import Album
from budgeting.demo.plan import KINDS, Plan
from budgeting.demo.stories import Act, Story
from budgeting.demo.votes import Appeal, cast
from budgeting.demo.world import World
from budgeting.models import BallotType, Round
from budgeting.plans import RoundPlan
from budgeting.rule_settings import settle
from budgeting.services.freeze import freeze_round
from budgeting.services.rounds import create_round, publish_round
from budgeting.slates import slate_of
from core.i18n import LOCALES
from core.web import settings
from projects.models import Category

PREPARED = timedelta(days=12)  # before submission begins
ANNOUNCED = timedelta(days=5)
LATELY = timedelta(days=3)
A_MINUTE = timedelta(minutes=1)
FEN = 100


@dataclass(slots=True)
class RoundStory:
    """One round as its content file tells it, with its projects."""

    world: World
    album: Album
    plan: Plan
    rng: Random
    names: dict[str, list[str]]  # of categories, by key
    projects: list[Story] = field(default_factory=list)

    @property
    def closing(self) -> datetime:
        """When the worker of a real city would have closed the vote."""
        return self.plan.phase("voting")[1] + A_MINUTE

    def turns(self) -> tuple[datetime, datetime]:
        """When votes are counted, and when the result is published."""
        return self.closing, self.plan.phase("results")[0] + A_MINUTE

    def events(self) -> Iterator[tuple[datetime, Act]]:
        """What happens to the round and its projects, and when, up to the present."""
        opens, _ = self.plan.phase("submission")
        yield min(opens - PREPARED, self.plan.now - LATELY), self._create
        if not self.plan.content.get("published", True):
            return
        yield opens - ANNOUNCED, self._publish
        for row in self.plan.content["projects"]:
            story = Story(self.world, self.album, self.plan, self.rng, row)
            self.projects.append(story)
            yield from story.events()
        if self.plan.begun("voting"):
            yield self.plan.phase("voting")[0] + A_MINUTE, self._vote
            if self.closing < self.plan.now:
                yield self.closing, self._close

    def _create(self, session: Session, at: datetime) -> None:
        ground = self.world.areas[self.plan.content.get("ground", "wide")]
        made = create_round(session, self.world.staff["officer"], ground.id, self._rules(), at)
        self.plan.round_id = made.id
        rows = select(Category.id).where(Category.round_id == made.id).order_by(Category.position)
        keys = self.plan.content["categories"]
        self.plan.categories = dict(zip(keys, session.scalars(rows), strict=True))

    def _rules(self) -> RoundPlan:
        content: dict[str, Any] = self.plan.content
        least, most = content["bounds"]
        return RoundPlan(
            title=texts(content["title"], year=self.plan.year),
            summary=texts(content["summary"]),
            languages=list(LOCALES),
            currency="CNY",
            ballot_type=BallotType(content["ballot"]),
            max_choices=content.get("max_choices", 5),
            max_points=10,
            cost_min=least * FEN,
            cost_max=most * FEN,
            min_age=18,
            verified_only=True,
            rule=settle(content["rule"], content["ballot"]),
            categories=[texts(self.names[key]) for key in content["categories"]],
            phases={kind: self.plan.phase(kind) for kind in KINDS},
            sub_budgets={
                self.world.areas[key].id: amount * FEN for key, amount in content["budgets"].items()
            },
        )

    def _publish(self, session: Session, at: datetime) -> None:
        publish_round(session, self.plan.round_id, at)

    def _vote(self, session: Session, at: datetime) -> None:
        """Open the ballot box and let residents vote; nobody can tell when each of them did."""
        freeze_round(session, self.plan.round_id, settings().keys, at)
        sealed = session.get_one(Round, self.plan.round_id).manifest_hash or ""
        appeals = {
            story.project_id: Appeal(story.row["category"], story.row["appeal"])
            for story in self.projects
        }
        slate = slate_of(session, self.plan.round_id, sealed)
        number = self.plan.content["ballots"]
        cast(session, self.world, slate, appeals, number=number, rng=self.rng)
        flush_commitments(session, self.plan.round_id, at)

    def _close(self, session: Session, at: datetime) -> None:
        close(session, self.plan.round_id, at)
