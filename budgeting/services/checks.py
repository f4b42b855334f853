"""What is still missing before a round can be published and open its vote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session

from accounts.models import Area, Membership, Organisation, OrganisationKind, Role, in_force
from budgeting.limits import limits_of
from budgeting.models import PhaseKind, Round, RoundState
from budgeting.phases import phase_of
from budgeting.services.doubts import group_doubts, rule_doubts
from budgeting.services.freeze import ballot_projects
from core.clock import local_date
from core.i18n import LOCALES, Message, format_money, lazy_gettext, localize, ngettext
from projects.models import Project
from projects.services import eligible_for_ballot
from projects.states import State


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to see to. ``stops`` says that it cannot go on without it."""

    text: Message
    url: str
    stops: bool


def missing(session: Session, round_: Round, now: datetime) -> list[Check]:
    """Everything still missing for the next step, what stops it first."""
    if round_.state not in {RoundState.DRAFT, RoundState.PUBLISHED}:
        return []
    found = [*_dates(round_, now), *_texts(round_), *_money(round_), *_people(session, round_, now)]
    found += [Check(text, _edit(round_), stops=False) for text in rule_doubts(round_)]
    if round_.state == RoundState.PUBLISHED:
        found += _projects(session, round_)
    return sorted(found, key=lambda check: not check.stops)


def can_open(session: Session, round_: Round, now: datetime) -> bool:
    """Whether the vote of a public round could open, as far as it is known now."""
    voting = phase_of(round_.phases, PhaseKind.VOTING)
    ahead = voting is not None and voting.ends_at > now
    return ahead and bool(ballot_projects(session, round_))


def _dates(round_: Round, now: datetime) -> Iterator[Check]:
    voting = phase_of(round_.phases, PhaseKind.VOTING)
    begun = voting is not None and voting.starts_at <= now
    if voting is None or voting.ends_at <= now:
        text = lazy_gettext("The time for voting is over. Please move the dates.")
        yield Check(text, _edit(round_), stops=True)
    elif begun and round_.state == RoundState.DRAFT:
        text = lazy_gettext("The vote would already have begun. Please move the dates.")
        yield Check(text, _edit(round_), stops=True)


def _texts(round_: Round) -> Iterator[Check]:
    if any(not round_.title.get(lang) or not round_.summary.get(lang) for lang in LOCALES):
        text = lazy_gettext(
            "Title or summary is missing in one language; readers are shown the other."
        )
        yield Check(text, _edit(round_), stops=False)


def _money(round_: Round) -> Iterator[Check]:
    largest = max((budget.amount for budget in round_.sub_budgets), default=0)
    if round_.cost_max > largest:
        text = lazy_gettext(
            "Projects may cost up to %(most)s, but the largest budget is %(largest)s.",
            most=format_money(round_.cost_max, round_.currency),
            largest=format_money(largest, round_.currency),
        )
        yield Check(text, _edit(round_), stops=False)


def _people(session: Session, round_: Round, now: datetime) -> Iterator[Check]:
    path = round_.area.path
    departments = (
        select(func.count())
        .select_from(Organisation)
        .join(Area, Area.id == Organisation.area_id)
        .where(Organisation.kind == OrganisationKind.DEPARTMENT)
        .where(
            or_(Area.path.startswith(path, autoescape=True), literal(path).startswith(Area.path))
        )
    )
    if not session.scalar(departments):
        text = lazy_gettext("There is no department here that could review proposals.")
        yield Check(text, _page_of_area(round_), stops=False)
    if _officers(session, path, now) < 2:
        text = lazy_gettext(
            "Only one officer can run this round. Nobody decides on their own proposals, so a "
            "second one is of use."
        )
        yield Check(text, _page_of_area(round_), stops=False)


def _officers(session: Session, path: str, now: datetime) -> int:
    today = local_date(now)
    rows = (
        select(func.count(Membership.person_id.distinct()))
        .join(Area, Area.id == Membership.area_id)
        .where(Membership.role == Role.OFFICER, literal(path).startswith(Area.path))
        .where(in_force(today))
    )
    return session.scalar(rows) or 0


def _projects(session: Session, round_: Round) -> Iterator[Check]:
    ready = {project.id for project, _budget in ballot_projects(session, round_)}
    if not ready:
        text = lazy_gettext("No project has passed the review yet.")
        yield Check(text, _review(round_), stops=True)
    for doubt in group_doubts(limits_of(round_), ready):
        page = url_for("budgeting_officer.limits", round_id=round_.id)
        yield Check(doubt, page, stops=False)
    for project in eligible_for_ballot(session, round_.id):
        if project.id not in ready:
            text = lazy_gettext(
                "“%(title)s” cannot be on the ballot: it has no cost yet, or costs more than its "
                "budget.",
                title=localize(project.title).text,
            )
            page = url_for("projects_officer.review", project_id=project.id)
            yield Check(text, page, stops=False)
    waiting = session.scalar(
        select(func.count()).where(
            Project.round_id == round_.id, Project.state.in_([State.SUBMITTED, State.IN_REVIEW])
        )
    )
    if waiting:
        count = ngettext(
            "%(num)s proposal still waits for its review.",
            "%(num)s proposals still wait for their review.",
            waiting,
        )
        yield Check(count, _review(round_), stops=False)


def _review(round_: Round) -> str:
    return url_for("projects_officer.queue", round=round_.id)


def _edit(round_: Round) -> str:
    return url_for("budgeting_officer.edit", round_id=round_.id)


def _page_of_area(round_: Round) -> str:
    return url_for("accounts_public.area", area_id=round_.area_id)
