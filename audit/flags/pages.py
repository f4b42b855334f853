"""Flags as the desk shows them: lists under a filter, one in full, and how far the rules are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts.models import Area, Person
from accounts.queries import within
from audit.desk.evidence import RefView, views
from audit.desk.words import FLAG_STATES, FLAG_TONES
from audit.flags.models import Flag, FlagEvidence, FlagRun, FlagState, FlagStep, RunState
from audit.flags.rule import REGISTRY, Ref
from core.errors import NotFound
from core.i18n import Message, lazy_gettext
from core.types import Texts

SIZE = 30


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """Which flags: of a rule, in a state, about something."""

    rule: str = ""
    state: str = FlagState.OPEN
    about: Ref | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag in a list."""

    id: int
    title: Message
    sentence: str
    subject: RefView | None
    weight: int
    state: str
    label: Message
    tone: str
    found_at: datetime


@dataclass(frozen=True, slots=True)
class FlagPage:
    """A page of flags, the heaviest first."""

    rows: list[FlagRow]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class FlagView:
    """A flag in full: its evidence, how its rule may be mistaken, and what became of it."""

    row: FlagRow
    caveat: Message
    evidence: list[RefView]
    refs: list[Ref]
    area: Texts | None
    dismissed_by: str
    dismissed_at: datetime | None
    dismissed_reason: str
    dismissed_before: str
    finding_id: int | None


@dataclass(frozen=True, slots=True)
class RunView:
    """How far a run is, or how the last one ended."""

    id: int
    state: str
    going: bool
    done: int
    total: int
    rule: Message | None
    asked_at: datetime
    ended_at: datetime | None
    error: Texts
    hits: int
    new: int


def seen_by(paths: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a flag is of an area that an auditor sees, or of none."""
    areas = select(Area.id).where(within(tuple(paths)))
    return or_(Flag.area_id.is_(None), Flag.area_id.in_(areas))


def heaviest(session: Session, paths: Sequence[str], most: int) -> list[FlagRow]:
    """The open flags with the most weight."""
    found = (
        select(Flag)
        .where(Flag.state == FlagState.OPEN, seen_by(paths))
        .order_by(Flag.weight.desc(), Flag.id.desc())
        .limit(most)
    )
    return rows(session, session.scalars(found).all())


def list_flags(session: Session, paths: Sequence[str], where: FlagFilter) -> FlagPage:
    """Flags under a filter."""
    conditions = [seen_by(paths)]
    if where.rule:
        conditions.append(Flag.rule == where.rule)
    if where.state:
        conditions.append(Flag.state == where.state)
    if where.about is not None:
        kind, ref = where.about
        ids = select(FlagEvidence.flag_id).where(FlagEvidence.kind == kind, FlagEvidence.ref == ref)
        conditions.append(Flag.id.in_(ids))
    total = session.scalar(select(func.count(Flag.id)).where(*conditions)) or 0
    pages = max(1, -(-total // SIZE))
    number = min(max(where.page, 1), pages)
    found = session.scalars(
        select(Flag)
        .where(*conditions)
        .order_by(Flag.weight.desc(), Flag.id.desc())
        .offset((number - 1) * SIZE)
        .limit(SIZE)
    ).all()
    return FlagPage(rows(session, found), total, number, pages)


def rows(session: Session, flags: Sequence[Flag]) -> list[FlagRow]:
    """Flags in words: a query for each kind of subject."""
    named = views(session, {_subject(one) for one in flags})
    return [_row(one, named.get(_subject(one))) for one in flags]


def _subject(flag: Flag) -> Ref:
    return flag.subject_kind, int(flag.subject_ref)


def _row(flag: Flag, subject: RefView | None) -> FlagRow:
    rule = REGISTRY.rules.get(flag.rule)
    return FlagRow(
        id=flag.id,
        title=rule.title if rule else lazy_gettext("A rule that there is no longer"),
        sentence=rule.says(flag.params) if rule else "",
        subject=subject,
        weight=flag.weight,
        state=flag.state,
        label=FLAG_STATES[flag.state],
        tone=FLAG_TONES[flag.state],
        found_at=flag.found_at,
    )


def load(session: Session, ident: int) -> Flag:
    """A flag with its area. Raises ``NotFound``."""
    found = session.scalar(select(Flag).options(joinedload(Flag.area)).where(Flag.id == ident))
    if found is None:
        raise NotFound(lazy_gettext("There is no such flag."))
    return found


def flag_view(session: Session, flag: Flag) -> FlagView:
    """A flag in full."""
    refs = evidence_of(session, [flag.id])
    named = views(session, refs)
    who = session.get(Person, flag.dismissed_by_id) if flag.dismissed_by_id else None
    rule = REGISTRY.rules.get(flag.rule)
    return FlagView(
        row=rows(session, [flag])[0],
        caveat=rule.caveat if rule else "",
        evidence=[named[ref] for ref in refs if ref in named],
        refs=refs,
        area=flag.area.name if flag.area else None,
        dismissed_by=who.name if who else "",
        dismissed_at=flag.dismissed_at,
        dismissed_reason=flag.dismissed_reason or "",
        dismissed_before=flag.params.get("dismissed_before", ""),
        finding_id=flag.finding_id,
    )


def evidence_of(session: Session, flags: Sequence[int]) -> list[Ref]:
    """What flags rest on, each once."""
    found = session.execute(
        select(FlagEvidence.kind, FlagEvidence.ref)
        .where(FlagEvidence.flag_id.in_(flags))
        .order_by(FlagEvidence.flag_id, FlagEvidence.position)
    )
    return list(dict.fromkeys((kind, ref) for kind, ref in found))


def counts(session: Session, paths: Sequence[str]) -> dict[str, int]:
    """How many open flags there are, by rule."""
    found = session.execute(
        select(Flag.rule, func.count())
        .where(Flag.state == FlagState.OPEN, seen_by(paths))
        .group_by(Flag.rule)
    )
    return dict(iter(found))


def newest_run(session: Session) -> RunView | None:
    """The run that is going, or the last one."""
    run = session.scalar(select(FlagRun).order_by(FlagRun.id.desc()).limit(1))
    if run is None:
        return None
    hits, new = session.execute(
        select(
            func.coalesce(func.sum(FlagStep.hits), 0), func.coalesce(func.sum(FlagStep.new), 0)
        ).where(FlagStep.run_id == run.id)
    ).one()
    rule = REGISTRY.rules.get(run.rule or "")
    return RunView(
        id=run.id,
        state=run.state,
        going=run.state in {RunState.WAITING, RunState.RUNNING},
        done=run.done,
        total=run.total,
        rule=rule.title if rule else None,
        asked_at=run.asked_at,
        ended_at=run.ended_at,
        error={k: v for k, v in run.error.items() if v},
        hits=int(hits),
        new=int(new),
    )


def rule_choices(found: dict[str, int]) -> list[tuple[str, str]]:
    """The rules with the number of their open flags, for a filter."""
    return [
        (rule.id, f"{rule.title} ({found[rule.id]})" if rule.id in found else str(rule.title))
        for rule in REGISTRY.rules.values()
    ]
