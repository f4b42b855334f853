"""Reading what residents think of a finished project: one query."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, String, Text, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from accounts.models import Person
from core.i18n import gettext
from core.text import mask_name
from core.types import UtcDateTime
from projects.models import AsPromised, Evaluation
from projects.works.views import Comment, Opinions
from projects.works.words import AS_PROMISED

COMMENTS = 30


def opinions_of(session: Session, project_id: int) -> Opinions | None:
    """How residents rate a project, with their newest comments; nothing where nobody does."""
    counted = (
        select(
            cast(null(), Integer).label("id"),
            Evaluation.rating,
            Evaluation.as_promised,
            func.count().label("number"),
            cast(null(), Text).label("comment"),
            cast(null(), String).label("name"),
            cast(null(), UtcDateTime()).label("at"),
            cast(null(), String).label("hidden"),
        )
        .where(Evaluation.project_id == project_id)
        .group_by(Evaluation.rating, Evaluation.as_promised)
    )
    written = (
        select(
            Evaluation.id,
            Evaluation.rating,
            Evaluation.as_promised,
            literal(0).label("number"),
            Evaluation.comment,
            Person.name,
            Evaluation.at,
            Evaluation.hidden_reason,
        )
        .outerjoin(Person, Person.id == Evaluation.person_id)
        .where(Evaluation.project_id == project_id, Evaluation.comment != "")
        .order_by(Evaluation.id.desc())
        .limit(COMMENTS)
        .subquery()
    )
    rows = session.execute(union_all(counted, select(written))).all()
    groups = [row for row in rows if row.number]
    if not groups:
        return None
    return _opinions(groups, [row for row in rows if not row.number])


def _opinions(groups: list[Any], written: list[Any]) -> Opinions:
    count = sum(row.number for row in groups)
    stars = sum(row.rating * row.number for row in groups)
    tenths = (stars * 20 + count) // (2 * count)  # rounded half up to one decimal
    return Opinions(
        count=count,
        average=f"{tenths // 10}.{tenths % 10}",
        ratings=[(star, _sum(groups, rating=star)) for star in range(5, 0, -1)],
        as_promised=[(AS_PROMISED[one], _sum(groups, as_promised=one)) for one in AsPromised],
        comments=sorted((_comment(row) for row in written), key=lambda one: -one.id),
    )


def _sum(groups: list[Any], **wanted: Any) -> int:
    return sum(
        row.number
        for row in groups
        if all(getattr(row, name) == value for name, value in wanted.items())
    )


def _comment(row: Any) -> Comment:
    return Comment(
        id=row.id,
        rating=row.rating,
        as_promised=AS_PROMISED[row.as_promised],
        text="" if row.hidden else row.comment,
        name=mask_name(row.name) if row.name else gettext("A resident"),
        at=row.at,
        hidden=row.hidden,
    )
