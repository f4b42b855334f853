"""An office that writes, publishes and closes calls, and opens projects under them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.db import db, transaction
from projects.models import Project
from projects.states import State
from sponsorship.guidance import services
from sponsorship.guidance.services import Said, Wanted
from sponsorship.models import GuidanceCall, GuidanceVersion, Opening
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square

TEXTS = {"en": "Words.", "zh_Hans": "文字。"}


@dataclass
class Office(Square):
    """Adds the verbs of guidance to a square; ``author`` writes and ``officer`` publishes."""

    def said(self, *, reason: str = "", title: str = "Green corners", **terms: Any) -> Said:
        """What a call may say."""
        return Said(
            title={"en": title, "zh_Hans": "口袋花园"},
            text=TEXTS,
            terms=replace(self.usual_terms(), **terms),
            matching_fund_id=self.matching_fund,
            reason=reason,
        )

    def draft(self, said: Said | None = None) -> int:
        """A new call, written by the author."""
        with transaction() as session:
            said = said or self.said()
            return services.draft_call(session, self.fund, said, self.author, self.at).id

    def redraft(
        self, call: int, said: Said, by: int | None = None, *, seen: str | None = None
    ) -> None:
        """The next version of a call, or a change of its draft."""
        with transaction() as session:
            by_id = by or self.author
            services.redraft(session, call, said, by_id, self.at, seen=seen)

    def publish(self, call: int, by: int | None = None, *, seen: str | None = None) -> int:
        """Publish what waits, by the officer; gives the number of the version."""
        with transaction() as session:
            by_id = by or self.officer
            return services.publish(session, call, by_id, self.at, seen=seen).number

    def published(self, **terms: Any) -> int:
        """A call that was written by one and published by another."""
        call = self.draft(self.said(**terms))
        self.publish(call)
        return call

    def close(self, call: int, reason: str = "The money is used up.") -> None:
        """Close a call."""
        with transaction() as session:
            services.close_call(session, call, reason, self.officer, self.at)

    def look(self, project: int | None = None, call: int | None = None, **wanted: Any) -> int:
        """Look for partners, by the author, for thirty days."""
        row = {"deadline": self.deadline, "project_id": project} | wanted
        with transaction() as session:
            of_call = call or self.call
            return services.open_opening(session, of_call, Wanted(**row), self.author, self.at).id

    def end(self, opening: int, reason: str = "The works were dropped.") -> None:
        """Stop looking for partners."""
        with transaction() as session:
            services.close_opening(session, opening, reason, self.officer, self.at)

    def runner_up(self, state: State = State.NOT_SELECTED, **about: Any) -> int:
        """A project of ¥40,000 that was not chosen."""
        row = {"cost": 40_000 * YUAN, "title": {"en": "A quiet square", "zh_Hans": "安静广场"}}
        return self.add_project(state, **row | about)

    def move(self, project: int, state: State) -> None:
        """Put a project into a state, as time does."""
        with transaction() as session:
            session.get_one(Project, project).state = state

    @property
    def deadline(self) -> datetime:
        """In thirty days."""
        return self.at.replace(month=4, day=1)

    def call_row(self, call: int) -> GuidanceCall:
        """A call as it is now."""
        db.session.rollback()
        return db.session.get_one(GuidanceCall, call)

    def versions(self, call: int) -> list[GuidanceVersion]:
        """Its versions, the first one first."""
        db.session.rollback()
        rows = select(GuidanceVersion).where(GuidanceVersion.call_id == call)
        return list(db.session.scalars(rows.order_by(GuidanceVersion.number)))

    def opening_row(self, opening: int) -> Opening:
        """An opening as it is now."""
        db.session.rollback()
        return db.session.get_one(Opening, opening)
