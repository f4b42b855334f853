"""A round as one person finds it when they come to vote: one query, for checks and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Area
from budgeting.electors import person_hmac
from budgeting.keys import voter_tag
from budgeting.models import Elector, Phase, PhaseKind, Round, RoundState
from budgeting.phases import allows
from core.errors import NotFound
from core.i18n import lazy_gettext
from core.policy import Actor
from core.types import Texts


@dataclass(frozen=True, slots=True)
class Booth:
    """A round's vote and whether this person is one of its electors.

    ``elector`` is their keyed hash and ``elector_path`` the path of the residence they were
    entered with; both are ``None`` for everybody else.
    """

    id: int
    state: str
    title: Texts
    area_name: Texts
    area_path: str
    min_age: int
    verified_only: bool
    manifest_hash: str | None
    phases: Sequence[Phase]
    elector: str | None
    elector_path: str | None

    @property
    def starts_at(self) -> datetime | None:
        """When voting begins, where that is set."""
        return self.phases[0].starts_at if self.phases else None

    @property
    def ends_at(self) -> datetime | None:
        """When voting ends, where that is set."""
        return self.phases[0].ends_at if self.phases else None

    def open(self, now: datetime) -> bool:
        """Whether votes are taken at ``now``."""
        return allows(self, "vote", now)

    def over(self, now: datetime) -> bool:
        """Whether the vote has ended for good."""
        closed = self.state in {RoundState.CLOSED, RoundState.DECIDED}
        return closed or (self.ends_at is not None and self.ends_at <= now)

    def tag(self, key: bytes) -> str:
        """The name under which this elector's ballots are kept."""
        if self.elector is None:
            raise ValueError("only an elector has a ballot")
        return voter_tag(key, self.elector)


def find_booth(session: Session, actor: Actor, round_id: int) -> Booth:
    """The vote of a round that the public may know of. Raises ``NotFound``."""
    name = person_hmac(round_id, actor.id) if actor.id is not None else ""
    row = session.execute(_BOOTH, {"round": round_id, "elector": name}).one_or_none()
    if row is None:
        raise NotFound(lazy_gettext("There is no such round."))
    return _booth(row)


def _booth(row: Any) -> Booth:
    phases = [Phase(kind=PhaseKind.VOTING, starts_at=row.starts_at, ends_at=row.ends_at)]
    return Booth(
        id=row.id,
        state=row.state,
        title=row.title,
        area_name=row.name,
        area_path=row.path,
        min_age=row.min_age,
        verified_only=row.verified_only,
        manifest_hash=row.manifest_hash,
        phases=phases if row.starts_at else (),
        elector=row.person_hmac,
        elector_path=row.elector_path,
    )


_home = aliased(Area)
_BOOTH = (
    select(
        Round.id,
        Round.state,
        Round.title,
        Round.min_age,
        Round.verified_only,
        Round.manifest_hash,
        Area.name,
        Area.path,
        Phase.starts_at,
        Phase.ends_at,
        Elector.person_hmac,
        _home.path.label("elector_path"),
    )
    .join(Area, Area.id == Round.area_id)
    .outerjoin(Phase, and_(Phase.round_id == Round.id, Phase.kind == PhaseKind.VOTING))
    .outerjoin(
        Elector,
        and_(Elector.round_id == Round.id, Elector.person_hmac == bindparam("elector")),
    )
    .outerjoin(_home, _home.id == Elector.area_id)
    .where(Round.id == bindparam("round"), Round.state != RoundState.DRAFT)
)
