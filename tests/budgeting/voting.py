"""An open vote and voters with browsers, for the tests of ballots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from budgeting.electors import person_hmac
from budgeting.keys import round_key, voter_tag
from budgeting.models import Ballot, BallotType, PhaseKind, Round, SubBudget
from budgeting.services.freeze import freeze_round
from core.db import db, transaction
from core.web import settings
from tests.factories import Factory

SECRET = "c" * 40
YUAN = 100


@dataclass(frozen=True)
class Vote:
    """A frozen round: ¥50,000 for the whole area (codes 1 to 4, ¥10,000 to ¥40,000) and
    ¥10,000 each for the communities east (code 5) and west (code 6)."""

    round_id: int
    area: int
    east: int
    west: int

    @property
    def path(self) -> str:
        return f"/rounds/{self.round_id}/ballot"


def make_vote(
    make: Factory, kind: BallotType, people: Callable[[Vote], object], **rules: Any
) -> Vote:
    """Build a vote, call ``people`` to settle residents, then seal the rules and open it."""
    area = make.area("Xinghe")
    vote = Vote(
        make.round(area, PhaseKind.VOTING, ballot_type=kind, **rules),
        area,
        make.area("East", area),
        make.area("West", area),
    )
    with transaction() as session:
        made = session.get_one(Round, vote.round_id)
        made.sub_budgets[0].amount = 50_000 * YUAN
        for community in (vote.east, vote.west):
            made.sub_budgets.append(SubBudget(area_id=community, amount=10_000 * YUAN))
    for place, cost in [(area, 1), (area, 2), (area, 3), (area, 4), (vote.east, 1), (vote.west, 1)]:
        make.project(vote.round_id, place, cost=cost * 10_000 * YUAN, shuffle=cost)
    people(vote)
    with transaction() as session:
        assert freeze_round(session, vote.round_id, settings().keys, make.at)
    return vote


def csrf_token(client: FlaskClient) -> str:
    """A token that this browser's requests may carry."""
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = SECRET
    key = client.application.config["SECRET_KEY"]
    return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(SECRET))


@dataclass
class Voter:
    """Somebody at a browser, with the ballot page open."""

    client: FlaskClient
    vote: Vote
    person: int
    token: str

    def mark(self, choice: str, item: str = "", **fields: object) -> TestResponse:
        """Press a button of the ballot."""
        data = {"csrf_token": self.token, "choice": choice, "item": item, **fields}
        return self.client.post(self.vote.path, data=data)

    def page(self) -> TestResponse:
        """Look at the ballot."""
        return self.client.get(self.vote.path)

    @property
    def tag(self) -> str:
        key = round_key(settings().keys, self.vote.round_id)
        return voter_tag(key, person_hmac(self.vote.round_id, self.person))

    def versions(self) -> list[str]:
        """The stored choices, oldest first."""
        db.session.rollback()
        mine = select(Ballot.choices).where(Ballot.voter_tag == self.tag)
        return list(db.session.scalars(mine.order_by(Ballot.version)))

    def stored(self) -> str:
        """The newest stored choices."""
        return (self.versions() or ["nothing"])[-1]


def ballots_in(round_id: int) -> int:
    """How many versions are in the box."""
    db.session.rollback()
    rows = select(func.count()).select_from(Ballot).where(Ballot.round_id == round_id)
    return db.session.scalar(rows) or 0
