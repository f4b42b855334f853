"""What may win together, as it is sealed: by the numbers of projects on the ballot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from budgeting.limits import RoundLimits, limits_of
from budgeting.models import Round, SubBudget
from core.i18n import LOCALES
from core.types import Json, Texts
from projects.models import Project

# A project under its code, with the budget that would pay it.
Coded: TypeAlias = tuple[str, Project, SubBudget]


def sealed_limits(round_: Round, coded: Sequence[Coded]) -> Json:
    """The limits among the projects on the ballot; empty when none of them matters.

    Each budget is counted by itself, so every ceiling and every group stays within one.
    """
    limits = limits_of(round_)
    found: Json = {
        "ceilings": [*_category_ceilings(limits, coded), *_area_ceilings(limits, coded)],
        "exclusive": list(_groups(limits, coded)),
        "funded": [code for code, project, _budget in coded if project.id in limits.payers],
        "payers": {
            code: limits.payers[project.id]
            for code, project, _budget in coded
            if project.id in limits.payers
        },
    }
    return {name: value for name, value in found.items() if value}


def _category_ceilings(limits: RoundLimits, coded: Sequence[Coded]) -> Iterator[Json]:
    for position, amount in sorted(limits.categories.items()):
        within = [c for c in coded if c[1].category and c[1].category.position == position]
        for codes in _by_budget(within):
            category = within[0][1].category
            yield {
                "name": both_names(category.name if category else {}),
                "projects": codes,
                "amount": amount,
            }


def _area_ceilings(limits: RoundLimits, coded: Sequence[Coded]) -> Iterator[Json]:
    for area_id, amount in sorted(limits.areas.items()):
        within = [c for c in coded if c[1].area_id == area_id and c[2].area_id != area_id]
        for codes in _by_budget(within):
            name = both_names(within[0][1].area.name)
            yield {"name": name, "projects": codes, "amount": amount}


def _groups(limits: RoundLimits, coded: Sequence[Coded]) -> Iterator[list[str]]:
    for group in limits.exclusive:
        for codes in _by_budget([c for c in coded if c[1].id in group]):
            if len(codes) > 1:
                yield codes


def _by_budget(coded: Sequence[Coded]) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for code, _project, budget in coded:
        found.setdefault(budget.id, []).append(code)
    return list(found.values())


def both_names(name: Texts) -> str:
    """A name in every language that it has."""
    return " / ".join(dict.fromkeys(name[locale] for locale in LOCALES if name.get(locale)))
