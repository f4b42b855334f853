"""Projects that cost far more, or less, than others of their kind."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from sqlalchemy import select

from audit.flags.rule import ALL, Hit, Look, first, rule
from audit.flags.rules.parts import amount, money
from core.i18n import gettext, lazy_gettext
from core.types import Json, Texts
from projects.models import Category, Project
from projects.states import State

FEWEST = 8
FAR, TIMES = 3.5, 2  # robust deviations (Iglewicz and Hoaglin, 1993), and at least so many times
# What a median deviation is taken for at least: where all but one cost the same it would be 0.
LEAST_SPREAD = 0.05
SIMILAR = 10


@dataclass(frozen=True, slots=True)
class _Priced:
    id: int
    area: int
    cost: int
    currency: str


def _told(params: Json) -> str:
    return gettext(
        "It costs %(amount)s; half of the %(count)s similar projects cost at most %(usual)s.",
        amount=amount(params),
        count=params["count"],
        usual=amount(params, "usual"),
    )


@rule(
    "unusual_price",
    title=lazy_gettext("A price far from similar projects?"),
    caveat=lazy_gettext(
        "Projects under one heading differ in size. Compare what is built, and where: per metre,"
        " per lamp, per place."
    ),
    says=_told,
)
def unusual_price(look: Look) -> Iterator[Hit]:
    """The cost of a project against others under headings of the same name, on a logarithmic
    scale: how many median deviations it lies from the median."""
    for group in _groups(look).values():
        if len(group) < FEWEST:
            continue
        logs = [math.log(one.cost) for one in group]
        middle = median(logs)
        spread = max(median(abs(one - middle) for one in logs), LEAST_SPREAD)
        for one, value in zip(group, logs, strict=True):
            far = 0.6745 * abs(value - middle) / spread
            if far > FAR and abs(value - middle) >= math.log(TIMES):
                yield _hit(one, group, round(median(other.cost for other in group)), far)


def _groups(look: Look) -> dict[tuple[str, str], list[_Priced]]:
    rows = (
        select(Project.id, Project.area_id, Project.cost, Project.currency, Category.name)
        .join(Category, Category.id == Project.category_id)
        .where(Project.cost > 0, Project.state != State.DRAFT)
        .order_by(Project.id)
    )
    found: dict[tuple[str, str], list[_Priced]] = defaultdict(list)
    for ident, area, cost, currency, name in look.session.execute(rows):
        found[_heading(name), currency].append(_Priced(ident, area, cost or 0, currency))
    return found


def _heading(name: Texts) -> str:
    """Rounds name their headings anew: the same word is taken for the same heading."""
    return (name.get("zh_Hans") or name.get("en") or "").strip().casefold()


def _hit(one: _Priced, group: list[_Priced], usual: int, far: float) -> Hit:
    others = [other for other in reversed(group) if other.id != one.id][:SIMILAR]
    return Hit(
        key=str(one.id),
        scope=ALL,
        subject=("project", one.id),
        evidence=first([("project", one.id), *(("project", other.id) for other in others)]),
        params=money(one.cost, one.currency, count=len(group), usual=usual),
        weight=min(60, 20 + round(4 * far)),
        area_id=one.area,
    )
