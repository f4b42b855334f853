"""The lives of the demo's projects, told through the services that residents and staff use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.demo.content import texts
from budgeting.demo.pictures import Album
from budgeting.demo.plan import Plan
from budgeting.demo.world import World
from core.i18n import LOCALES
from projects.calls import get_call
from projects.models import Photo, Project
from projects.proposal import TEXT_FIELDS, Proposal
from projects.services.drafts import SHUFFLE_BELOW, create_draft, save_draft
from projects.services.photos import add_photo
from projects.services.proposing import submit, withdraw
from projects.services.reviews import (
    Answer,
    Decision,
    answer_review,
    ask_reviews,
    publish_review,
    submission_reviews,
)
from projects.services.translations import translate

Act = Callable[[Session, datetime], None]
GOES_ON = ["各部门都认为可以做，进入下一步。", "The departments find that it can be done."]


@dataclass(slots=True)
class Story:
    """One project as a content file tells it; its ``project_id`` is known once it is begun."""

    world: World
    album: Album
    plan: Plan
    rng: Random
    row: dict[str, Any]
    project_id: int = 0
    last: datetime | None = field(default=None)

    def events(self) -> Iterator[tuple[datetime, Act]]:
        """What happens to the project, and when, until the ballot or the present."""
        verdict = self.row.get("verdict", "eligible")
        if verdict == "draft":
            yield self._at("submission", 0.5, 0.9), self._draft
            return
        again = verdict == "resubmitted"
        yield self._at("submission", 0.05, 0.1 if again else 0.7), self._submit
        yield self._at("submission", 0.12, 0.75), self._translate
        if again:
            yield from self._review("submission", self.row["reviews"], ends="ineligible")
            yield self._at("submission", 0.85, 0.95), self._submit
            yield self._at("submission", 0.96, 0.99), self._translate
            yield from self._review("review", self.row["again"])
        elif verdict == "withdrawn":
            yield self._at("review", 0.1, 0.4), self._withdraw
        elif verdict != "submitted":
            phase = "review" if self.plan.begun("review") else "submission"
            ends = verdict if verdict in {"eligible", "ineligible"} else None
            yield from self._review(phase, self.row["reviews"], ends=ends)

    def _at(self, phase: str, earliest: float, latest: float) -> datetime:
        """An hour of the day within a part of a phase, later than what was before."""
        at = self.plan.moment(phase, self.rng.uniform(earliest, latest), self.rng)
        self.last = at if self.last is None else max(at, self.last + timedelta(minutes=40))
        return self.last

    def _review(
        self, phase: str, rows: list[dict[str, Any]], *, ends: str | None = None
    ) -> Iterator[tuple[datetime, Act]]:
        """Ask, take the answers that are written, and publish unless the story stops before."""
        late = 0.4 if phase == "submission" else 0.0
        yield self._at(phase, 0.02 + late, 0.12 + late), partial(self._ask, rows=rows)
        for row in rows:
            if "reason" in row:
                yield self._at(phase, 0.2 + late, 0.4 + late), partial(self._answer, row=row)
        if ends:
            yield self._at(phase, 0.43 + late, 0.45 + late), partial(self._publish, verdict=ends)

    @property
    def _language(self) -> str:
        return "en" if self.row.get("by") == "resident:maria" else "zh_Hans"

    def _text(self, language: str) -> dict[str, str]:
        """The project's texts in one language, by field."""
        return {name: texts(self.row[name]).get(language, "") for name in TEXT_FIELDS}

    def _proposal(self, estimate: int | None) -> Proposal:
        kind, _, key = self.row.get("by", "").partition(":")
        organisation = self.world.organisations[key].id if kind == "org" else None
        latitude, longitude = self.row.get("place", (None, None))
        return Proposal(
            language=self._language,
            **self._text(self._language),
            category_id=self.plan.categories[self.row["category"]],
            area_id=self.world.areas[self.row["area"]].id,
            latitude=latitude,
            longitude=longitude,
            estimate=estimate and estimate * 100,
            organisation_id=organisation,
        )

    def _proposer(self) -> int:
        kind, _, key = self.row.get("by", "").partition(":")
        if kind:
            return self.world.staff[key] if kind == "org" else self.world.people[key]
        place = self.row["area"]
        neighbours = [p for p in self.world.crowd if place in {"wide", p.area}]
        return self.rng.choice(neighbours).person_id

    def _begin(self, session: Session, at: datetime) -> None:
        call = get_call(session, self.plan.round_id, at)
        project = create_draft(session, call, self._proposer(), self._language, at)
        project.shuffle = self.rng.randrange(SHUFFLE_BELOW)
        self.project_id = project.id
        add_photo(session, project.id, self.album.picture(self.row["picture"], self.row["area"]))
        photo = session.scalars(select(Photo).where(Photo.project_id == project.id)).one()
        photo.alt = {"en": "An illustration", "zh_Hans": "示意图"}[self._language]

    def _draft(self, session: Session, at: datetime) -> None:
        self._begin(session, at)
        save_draft(session, self.project_id, self._proposal(self.row.get("estimate")), 0, at)

    def _submit(self, session: Session, at: datetime) -> None:
        """Hand it in, for less money the first time where the story says so."""
        first = not self.project_id
        if first:
            self._begin(session, at)
        estimate = self.row.get("first_estimate" if first else "estimate", self.row["estimate"])
        call = get_call(session, self.plan.round_id, at)
        version = session.get_one(Project, self.project_id).draft_version
        proposal = self._proposal(estimate)
        submit(session, call, self.project_id, at, proposal=proposal, version=version)

    def _translate(self, session: Session, at: datetime) -> None:
        other = next(locale for locale in LOCALES if locale != self._language)
        translate(session, self.project_id, other, self._text(other), at)

    def _withdraw(self, session: Session, at: datetime) -> None:
        withdraw(session, self.project_id, at)

    def _ask(self, session: Session, at: datetime, rows: list[dict[str, Any]]) -> None:
        ask_reviews(
            session,
            get_call(session, self.plan.round_id, at),
            self.project_id,
            at,
            organisation_ids=[self.world.organisations[row["by"]].id for row in rows],
            working_days=self.row.get("working_days", 10),
            officer_id=self.world.staff["officer"],
        )

    def _answer(self, session: Session, at: datetime, row: dict[str, Any]) -> None:
        project = session.get_one(Project, self.project_id)
        asked = self.world.organisations[row["by"]].id
        review = next(r for r in submission_reviews(session, project) if r.organisation_id == asked)
        answer = Answer(
            feasible=row.get("feasible", True),
            reason=row["reason"],
            cost=row["cost"] * 100 if "cost" in row else None,
            conditions=row.get("conditions", ""),
        )
        answer_review(session, review.id, answer, self.world.staff[row["by"]], at)

    def _publish(self, session: Session, at: datetime, verdict: str) -> None:
        reason = self.row.get("decision", GOES_ON)
        decision = Decision(
            eligible=verdict == "eligible",
            reason=reason[0] if self._language == "zh_Hans" else reason[1],
            cost=None,
            without_missing=False,
        )
        call = get_call(session, self.plan.round_id, at)
        publish_review(session, call, self.project_id, decision, at)
