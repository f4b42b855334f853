"""Saying of single projects, before the vote, which exclude each other and which are paid for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from budgeting.limits import RoundLimits, limits_of
from budgeting.models import Round, RoundState
from budgeting.services.freeze import ballot_projects
from core.db import lock
from core.errors import Conflict, Invalid
from core.i18n import Message, lazy_gettext
from core.types import Json
from transparency import log


def limit_projects(
    session: Session,
    round_id: int,
    groups: Mapping[int, str],
    payers: Mapping[int, str],
    now: datetime,
) -> Round:
    """Set the group of each project (of a group at most one wins) and who pays it already.

    Both are by project. Nothing is recorded when nothing changes. Raises ``Conflict`` unless the
    round is public and its vote has not opened, ``Invalid`` at ``group_<project>`` for a group
    that is none.
    """
    round_ = lock(session, Round, round_id)
    if round_.state != RoundState.PUBLISHED:
        raise Conflict(lazy_gettext("This can be said only while the vote has not opened."))
    budgets = {project.id: budget.id for project, budget in ballot_projects(session, round_)}
    members = _members({p: name for p, name in groups.items() if p in budgets})
    faults = dict(_faults(members, budgets))
    if faults:
        raise Invalid(lazy_gettext("Please look at the marked fields."), fields=faults)
    before = limits_of(round_)
    after = replace(
        before,
        exclusive=list(members.values()),
        payers={p: payer for p, payer in payers.items() if p in budgets},
    )
    if after.to_json() != before.to_json():
        round_.limits = after.to_json()
        body = {"by": "officer", "limits": {"from": _said(before), "to": _said(after)}}
        log.record(session, "round.changed", [("round", round_id)], body, now)
    return round_


def _members(groups: Mapping[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for project, name in sorted(groups.items()):
        if name:
            found.setdefault(name, []).append(project)
    return dict(sorted(found.items()))


def _faults(
    members: Mapping[str, Sequence[int]], budgets: Mapping[int, int]
) -> Iterator[tuple[str, Message]]:
    for name, projects in members.items():
        field = f"group_{projects[0]}"
        if len(projects) < 2:
            yield (
                field,
                lazy_gettext("Group %(name)s has only this project. It takes two.", name=name),
            )
        elif len({budgets[project] for project in projects}) > 1:
            yield (
                field,
                lazy_gettext(
                    "The projects of group %(name)s are paid from different budgets.", name=name
                ),
            )


def _said(limits: RoundLimits) -> Json:
    return {
        "exclusive": [list(group) for group in limits.exclusive],
        "payers": {str(project): payer for project, payer in limits.payers.items()},
    }
