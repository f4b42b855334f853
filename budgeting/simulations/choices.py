"""What an officer can try the rules on, and on whose behalf."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from accounts.actor import SignedIn
from accounts.models import Area
from accounts.queries import within
from budgeting.models import Outcome, Round, RoundState, SubBudget
from budgeting.phases import allows
from budgeting.policies import OFFICERS
from core.i18n import format_money, gettext, localize
from core.types import Texts

MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class PartChoice:
    """One budget of a decided round; ``key`` names it in a form.

    The ``title`` is the round's, with the place where it has several budgets.
    """

    round_id: int
    sub_budget_id: int
    area_id: int
    title: Texts
    currency: str
    label: str

    @property
    def key(self) -> str:
        """Round and budget as one word."""
        return f"{self.round_id}-{self.sub_budget_id}"


def parts(session: Session, actor: SignedIn, now: datetime) -> list[PartChoice]:
    """The budgets of the decided rounds in the actor's areas, newest first.

    A result that may not be read yet cannot be tried either: its figures would tell it.
    """
    voted = select(Outcome.sub_budget_id).distinct()
    rows = session.scalars(
        select(Round)
        .join(Round.area)
        .where(Round.state == RoundState.DECIDED, within(grounds(actor)))
        .order_by(Round.id.desc())
        .limit(MOST_ROUNDS)
        .options(
            defer(Round.manifest),
            selectinload(Round.phases),
            selectinload(Round.sub_budgets.and_(SubBudget.id.in_(voted))).options(
                joinedload(SubBudget.area)
            ),
        )
    ).all()
    readable = [round_ for round_ in rows if allows(round_, "read_result", now)]
    return [_choice(round_, part) for round_ in readable for part in round_.sub_budgets]


def _choice(round_: Round, part: SubBudget) -> PartChoice:
    label = gettext(
        "%(round)s: %(amount)s for %(area)s",
        round=localize(round_.title).text,
        amount=format_money(part.amount, round_.currency),
        area=localize(part.area.name).text,
    )
    title = round_.title
    if len(round_.sub_budgets) > 1:
        title = {k: f"{text} · {localize(part.area.name, k).text}" for k, text in title.items()}
    return PartChoice(round_.id, part.id, round_.area_id, title, round_.currency, label)


def areas(session: Session, actor: SignedIn) -> list[tuple[int, str]]:
    """The areas in which the actor is an officer by name, in the reader's language."""
    rows = select(Area.id, Area.name).where(Area.path.in_(grounds(actor))).order_by(Area.path)
    return [(area, localize(name).text) for area, name in session.execute(rows)]


def grounds(actor: SignedIn) -> tuple[str, ...]:
    """The paths of the areas in which the actor is an officer."""
    return tuple(grant.area_path for grant in actor.grants if grant.role in OFFICERS)
