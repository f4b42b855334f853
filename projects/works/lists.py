"""Reading all projects that are carried out: what is built, what is late, what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.i18n import Localized, Message, lazy_gettext, localize
from projects.labels import STATE_LABELS, STATE_TONES
from projects.models import DeliveryPlan, Milestone, Project
from projects.states import MilestoneState, State
from projects.works.services.site import OPEN

PER_PAGE = 30
_DIGITS = 18
SHOWN: dict[str, tuple[Message, frozenset[State]]] = {
    "": (lazy_gettext("All that is being carried out"), frozenset({State.DELIVERING})),
    "late": (lazy_gettext("Late"), frozenset({State.DELIVERING})),
    "on_time": (lazy_gettext("On time"), frozenset({State.DELIVERING})),
    "done": (lazy_gettext("Finished"), frozenset({State.COMPLETED, State.CLOSED})),
    "cancelled": (lazy_gettext("Given up"), frozenset({State.CANCELLED})),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of the page asks for."""

    show: str = ""
    area_id: int | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A project in the list: how far it is, when it was promised and what comes next."""

    id: int
    title: Localized
    area: Localized
    label: Message
    tone: str
    done: int
    planned: int
    promised_on: date
    ends_on: date
    late: bool
    next_title: str | None
    next_on: date | None
    waits: bool

    @property
    def url(self) -> str:
        """The project's page."""
        return f"/projects/{self.id}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One page of the list, and how many there are of each kind."""

    rows: list[Row]
    total: int
    number: int
    pages: int
    going: int
    late: int
    done: int


def read_wanted(args: Mapping[str, str]) -> Wanted:
    """What an address asks for; what makes no sense is left out."""
    show = args.get("show", "")
    return Wanted(
        show=show if show in SHOWN else "",
        area_id=_number(args.get("area", "")),
        page=_number(args.get("page", "")) or 1,
    )


def _number(typed: str) -> int | None:
    typed = typed.strip()
    fits = typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS
    return int(typed) if fits and int(typed) else None


def _late(today: date) -> ColumnElement[bool]:
    """Later than promised: as it is planned now, or because something promised is not done."""
    missed = (
        select(Milestone.id)
        .where(
            Milestone.plan_id == DeliveryPlan.id,
            Milestone.state.in_(OPEN),
            or_(Milestone.promised_on < today, Milestone.due_on < today),
        )
        .exists()
    )
    return or_(DeliveryPlan.ends_on > DeliveryPlan.promised_ends_on, missed)


def _count(*states: MilestoneState) -> Any:
    return (
        select(func.count())
        .select_from(Milestone)
        .where(Milestone.plan_id == DeliveryPlan.id, Milestone.state.in_(states))
        .scalar_subquery()
    )


def _next(column: Any) -> Any:
    return (
        select(column)
        .where(Milestone.plan_id == DeliveryPlan.id, Milestone.state.in_(OPEN))
        .order_by(Milestone.due_on, Milestone.position)
        .limit(1)
        .scalar_subquery()
    )


def _rows(today: date) -> Select[*tuple[Any, ...]]:
    done, open_ = MilestoneState.ACCEPTED, (MilestoneState.PLANNED, MilestoneState.REPORTED)
    return (
        select(
            Project.id,
            Project.title,
            Project.state,
            Area.name.label("area"),
            DeliveryPlan.promised_ends_on,
            DeliveryPlan.ends_on,
            _late(today).label("late"),
            _count(done).label("done"),
            _count(done, *open_).label("planned"),
            _next(Milestone.title).label("next_title"),
            _next(Milestone.due_on).label("next_on"),
            _count(MilestoneState.REPORTED).label("waits"),
        )
        .join(DeliveryPlan, DeliveryPlan.project_id == Project.id)
        .join(Area, Area.id == Project.area_id)
        .where(DeliveryPlan.promised_ends_on.is_not(None))
    )


def _narrowed(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Project.state.in_(SHOWN[wanted.show][1])]
    if wanted.show in {"late", "on_time"}:
        late = _late(today)
        found.append(late if wanted.show == "late" else ~late)
    return found


def _inside(area_id: int | None) -> list[ColumnElement[bool]]:
    if area_id is None:
        return []
    path = select(Area.path).where(Area.id == area_id).scalar_subquery()
    inner = select(Area.id).where(Area.path.startswith(path))
    return [Project.area_id.in_(inner)]


def delivery(session: Session, wanted: Wanted, today: date) -> Delivery:
    """The page of projects that ``wanted`` asks for, the late ones and those due first: three
    queries. A page past the last one is the last one."""
    inside = _inside(wanted.area_id)
    counted = session.execute(_counts(today).where(*inside)).one()
    rows = _rows(today).where(*inside, *_narrowed(wanted, today))
    total = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(wanted.page, pages)
    ordered = rows.order_by(_late(today).desc(), DeliveryPlan.ends_on, Project.id).limit(PER_PAGE)
    found = session.execute(ordered.offset((number - 1) * PER_PAGE)).all() if total else []
    return Delivery(
        [_row(one) for one in found],
        total,
        number,
        pages,
        going=counted.going or 0,
        late=counted.late or 0,
        done=counted.done or 0,
    )


def _counts(today: date) -> Select[*tuple[Any, ...]]:
    going = Project.state == State.DELIVERING
    ended = Project.state.in_({State.COMPLETED, State.CLOSED})
    return (
        select(
            func.sum(case((going, 1), else_=0)).label("going"),
            func.sum(case((and_(going, _late(today)), 1), else_=0)).label("late"),
            func.sum(case((ended, 1), else_=0)).label("done"),
        )
        .select_from(Project)
        .join(DeliveryPlan, DeliveryPlan.project_id == Project.id)
        .where(DeliveryPlan.promised_ends_on.is_not(None))
    )


def _row(row: Any) -> Row:
    state = State(row.state)
    return Row(
        id=row.id,
        title=localize(row.title),
        area=localize(row.area),
        label=STATE_LABELS[state],
        tone=STATE_TONES[state],
        done=row.done,
        planned=row.planned,
        promised_on=row.promised_ends_on,
        ends_on=row.ends_on,
        late=bool(row.late),
        next_title=row.next_title,
        next_on=row.next_on,
        waits=bool(row.waits),
    )


def on_home(session: Session, today: date) -> Delivery | None:
    """What is being carried out, as the first page tells; nothing when nothing is."""
    counted = session.execute(_counts(today)).one()
    if not counted.going and not counted.done:
        return None
    rows = _rows(today).where(Project.state == State.DELIVERING)
    ordered = rows.order_by(_late(today).desc(), DeliveryPlan.ends_on, Project.id).limit(3)
    found = [_row(one) for one in session.execute(ordered)]
    return Delivery(
        found, len(found), 1, 1, going=counted.going, late=counted.late, done=counted.done
    )
