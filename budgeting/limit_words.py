"""A round's limits in plain words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from budgeting.limits import RoundLimits, limits_of
from budgeting.models import Round
from core.i18n import Message, format_money, lazy_gettext, localize
from projects.models import Category, Project
from projects.states import WINNING, State

STANDING = (State.ELIGIBLE, State.ON_BALLOT, *sorted(WINNING), State.NOT_SELECTED)


def limits_in_words(session: Session, round_: Round) -> list[str]:
    """What may win together, one sentence each; no query where there are no limits."""
    limits = limits_of(round_)
    said = [
        *_categories(session, round_, limits),
        *_areas(session, round_, limits),
        *_projects(session, limits),
    ]
    return [str(sentence) for sentence in said]


def _categories(session: Session, round_: Round, limits: RoundLimits) -> Iterator[Message]:
    if not limits.categories:
        return
    rows = select(Category.position, Category.name).where(Category.round_id == round_.id)
    for position, name in session.execute(rows.order_by(Category.position)):
        if position in limits.categories:
            amount = format_money(limits.categories[position], round_.currency)
            text = localize(name).text
            yield (
                lazy_gettext(
                    "All winners in “%(name)s” together may cost at most %(amount)s, in each "
                    "budget.",
                    name=text,
                    amount=amount,
                )
                if len(round_.sub_budgets) > 1
                else lazy_gettext(
                    "All winners in “%(name)s” together may cost at most %(amount)s.",
                    name=text,
                    amount=amount,
                )
            )


def _areas(session: Session, round_: Round, limits: RoundLimits) -> Iterator[Message]:
    if not limits.areas:
        return
    rows = select(Area.id, Area.name).where(Area.id.in_(limits.areas)).order_by(Area.path)
    for area, name in session.execute(rows):
        yield lazy_gettext(
            "All winners in %(area)s together may cost at most %(amount)s.",
            area=localize(name).text,
            amount=format_money(limits.areas[area], round_.currency),
        )


def _projects(session: Session, limits: RoundLimits) -> Iterator[Message]:
    named = titles(session, [*limits.payers, *(p for group in limits.exclusive for p in group)])
    for group in limits.exclusive:
        if len(among := [named[project] for project in group if project in named]) > 1:
            yield lazy_gettext(
                "At most one of these can win: %(titles)s.", titles=" / ".join(among)
            )
    for project, payer in limits.payers.items():
        if project in named:
            yield lazy_gettext(
                "“%(title)s” is already paid for by %(payer)s: it wins without a vote and takes "
                "nothing from the budget.",
                title=named[project],
                payer=payer,
            )


def titles(session: Session, projects: Iterable[int]) -> Mapping[int, str]:
    """What those of the projects are called that passed the review."""
    wanted = set(projects)
    if not wanted:
        return {}
    rows = select(Project.id, Project.title).where(
        Project.id.in_(wanted), Project.state.in_(STANDING)
    )
    return {ident: localize(title).text for ident, title in session.execute(rows)}
