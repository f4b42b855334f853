"""What may be changed in a plan, and to what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.clock import local_date
from core.errors import Conflict, DomainError
from core.i18n import format_money, lazy_gettext
from core.types import MAX_MINOR
from ledger.services.contracting import standing
from projects.models import ChangeKind, Contract, Milestone, Tender
from projects.states import TO_BEGIN, ContractState, MilestoneState, State
from projects.works.services.ending import LIVE_TENDERS, retention_of
from projects.works.services.site import (
    OPEN,
    Site,
    Target,
    check_delivering,
    milestones_of,
    wrong,
)

K = ChangeKind
After = dict[str, Any]
_RELEASABLE = frozenset({ContractState.SIGNED, ContractState.TERMINATED})
_GIVEN_UP_FROM = TO_BEGIN | {State.DELIVERING}


@dataclass(frozen=True, slots=True)
class Asked:
    """A change being looked at: of what, to what, when."""

    session: Session
    target: Target
    after: After
    now: datetime

    @property
    def site(self) -> Site:
        """The project and its plan."""
        return self.target.site

    @property
    def milestone(self) -> Milestone | None:
        """The milestone that it is about, if any."""
        return self.target.milestone

    @property
    def contract(self) -> Contract | None:
        """The contract that it is about, if any."""
        return self.target.contract


def current(session: Session, kind: ChangeKind, target: Target) -> After:
    """What a change of this kind would change, as it is now, by field."""
    milestone, contract, plan = target.milestone, target.contract, target.site.plan
    if kind == K.RETENTION and contract:
        return {"retention": retention_of(milestones_of(session, plan), contract)}
    if milestone is None:
        on_delay = {"ends_on": plan.ends_on.isoformat()}
        return on_delay if kind == K.DELAY else {"state": target.site.project.state}
    known: dict[ChangeKind, After] = {
        K.DELAY: {"due_on": milestone.due_on.isoformat()},
        K.SCOPE: {"title": milestone.title, "about": milestone.about},
        K.COST: {"price": milestone.price} if contract else {"budget": milestone.budget},
    }
    return known.get(kind, {"state": milestone.state})


def check_change(
    session: Session, kind: ChangeKind, target: Target, after: After, now: datetime
) -> None:
    """Raise ``Invalid`` or ``Conflict`` for a change that cannot be made."""
    if target.milestone is not None:
        check_delivering(target.site.project)
        if target.milestone.state not in OPEN:
            raise Conflict(lazy_gettext("This milestone is accepted or cancelled already."))
        if kind != K.DELAY:
            _check_not_tendered(session, target.milestone)
    _CHECKS[kind](Asked(session, target, after, now))


def _check_not_tendered(session: Session, milestone: Milestone) -> None:
    tender = session.get(Tender, milestone.tender_id) if milestone.tender_id else None
    if tender is not None and tender.state in LIVE_TENDERS:
        raise Conflict(lazy_gettext("A tender for this work is running. Please cancel it first."))


def _day(field: str, value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise wrong(field, lazy_gettext("Please choose a day.")) from error


def _check_delay(about: Asked) -> None:
    check_delivering(about.site.project)
    field = "due_on" if about.milestone else "ends_on"
    day = _day(field, about.after.get(field))
    now = about.milestone.due_on if about.milestone else about.site.plan.ends_on
    if not now < day <= date(local_date(about.now).year + 20, 12, 31):
        raise wrong(field, lazy_gettext("Please choose a later day than the one that holds now."))


def _check_scope(about: Asked) -> None:
    title, text = str(about.after.get("title", "")), str(about.after.get("about", ""))
    if about.milestone is None or not 0 < len(title) <= 120 or len(text) > 4000:
        raise wrong("title", lazy_gettext("Please say what will be done instead."))
    if (title, text) == (about.milestone.title, about.milestone.about):
        raise wrong("title", lazy_gettext("Nothing would change."))


def _check_cost(about: Asked) -> None:
    milestone, contract = about.milestone, about.contract
    field = "price" if contract else "budget"
    amount = about.after.get(field)
    if milestone is None or type(amount) is not int or not 0 < amount <= MAX_MINOR:
        raise wrong(field, lazy_gettext("Please give an amount above zero, within bounds."))
    if contract and contract.state != ContractState.SIGNED:
        raise Conflict(lazy_gettext("The contract for this work is not in force."))
    now = milestone.price if contract else milestone.budget
    if amount == now:
        raise wrong(field, lazy_gettext("Nothing would change."))
    if amount > (now or 0):
        _check_money(about, field, amount - (now or 0))


def _check_money(about: Asked, field: str, more: int) -> None:
    """A dearer contract needs money that is free in the books; a dearer plan stays within what is
    committed."""
    money = standing(about.session, about.site.project.id)
    left = money.free
    if about.contract is None:
        planned = sum(expected(one) for one in milestones_of(about.session, about.site.plan))
        left = money.committed - money.returned - planned
    if more > left:
        raise wrong(field, _too_dear(left, money.currency))


def _too_dear(left: int, currency: str) -> Any:
    return lazy_gettext(
        "That is more than what is committed to this project: %(left)s is left.",
        left=format_money(max(0, left), currency),
    )


def expected(milestone: Milestone) -> int:
    """What a milestone costs as things stand: by its contract, else as planned."""
    if milestone.state == MilestoneState.CANCELLED:
        return 0
    return milestone.price if milestone.price is not None else milestone.budget


def _check_cancel(about: Asked) -> None:
    if about.milestone is None:
        if about.site.project.state not in _GIVEN_UP_FROM:
            raise Conflict(lazy_gettext("This project is finished or given up already."))
        return
    rest = [
        one for one in milestones_of(about.session, about.site.plan) if one is not about.milestone
    ]
    if all(one.state == MilestoneState.CANCELLED for one in rest):
        raise _last_one()


def _last_one() -> DomainError:
    return Conflict(
        lazy_gettext("Nothing would be left to do. Please ask to give up the whole project.")
    )


def _check_retention(about: Asked) -> None:
    contract, site = about.contract, about.site
    if contract is None or contract.state not in _RELEASABLE or contract.retention_released_at:
        raise Conflict(lazy_gettext("There is no retention to release."))
    milestones = milestones_of(about.session, site.plan)
    own = [one for one in milestones if one.contract_id == contract.id]
    if any(one.state in OPEN for one in own):
        raise Conflict(lazy_gettext("Not all work under this contract is accepted yet."))
    if local_date(about.now) <= contract.warranty_until:
        raise Conflict(lazy_gettext("The warranty has not ended yet."))
    kept, release = retention_of(milestones, contract), about.after.get("release")
    if not kept:
        raise Conflict(lazy_gettext("There is no retention to release."))
    if type(release) is not int or not 0 <= release <= kept:
        most = format_money(kept, contract.currency)
        problem = lazy_gettext("Please give an amount from zero to %(most)s.", most=most)
        raise wrong("release", problem)


_CHECKS: dict[ChangeKind, Callable[[Asked], None]] = {
    K.DELAY: _check_delay,
    K.SCOPE: _check_scope,
    K.COST: _check_cost,
    K.CANCEL: _check_cancel,
    K.RETENTION: _check_retention,
}
