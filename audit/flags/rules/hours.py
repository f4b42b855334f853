"""Approvals at hours when offices are closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from sqlalchemy import select

from audit.flags.rule import MOST_EVIDENCE, Hit, Look, Ref, first, rule
from core.clock import is_working_day, local_zone
from core.i18n import gettext, lazy_gettext
from ledger.models import Approval, Fund, Voucher

NIGHT_FROM, NIGHT_TO = 22, 6
PART = 10_000


@dataclass(slots=True)
class _Month:
    """What somebody approved in a month, of it at night and on days off."""

    every: int = 0
    night: int = 0
    off: int = 0
    area: int | None = None
    vouchers: list[Ref] = field(default_factory=list)


def month_key(person: int, at: datetime) -> str:
    """A person's month, where this installation is, as the rule's scope names it."""
    return f"{person}@{at.astimezone(local_zone()):%Y-%m}"


@rule(
    "odd_hours",
    title=lazy_gettext("Approved at night or on a day off?"),
    caveat=lazy_gettext(
        "Flood, snow and the end of the year keep people at work, and some read on the way home."
        " It says more where the same person also approved unusual sums."
    ),
    says=lambda params: gettext(
        "Of %(every)s approvals by one person in %(month)s, %(night)s were given between 22:00 and"
        " 6:00 and %(off)s on days off.",
        **params,
    ),
    scope="month",
)
def odd_hours(look: Look) -> Iterator[Hit]:
    """What each person approved in each month at night or on days off."""
    working, zone = cache(is_working_day), local_zone()
    rows = (
        select(Approval.person_id, Approval.at, Approval.voucher_id, Fund.area_id)
        .join(Voucher, Voucher.id == Approval.voucher_id)
        .join(Fund, Fund.id == Voucher.fund_id)
        .where(Approval.approved)
    )
    if look.only is not None:
        people = {int(one.partition("@")[0]) for one in look.only}
        rows = rows.where(Approval.person_id.in_(people), Approval.at >= _begin(look.only))
    found: dict[tuple[int, int, int], _Month] = defaultdict(_Month)
    streamed = look.session.execute(rows.order_by(Approval.id).execution_options(yield_per=PART))
    for person, at, voucher, area in streamed:
        local = at.astimezone(zone)
        night = local.hour >= NIGHT_FROM or local.hour < NIGHT_TO
        _count(found[person, local.year, local.month], voucher, area, night, working(local.date()))
    for (person, year, month), one in found.items():
        key = f"{person}@{date(year, month, 1):%Y-%m}"
        if one.vouchers and (look.only is None or key in look.only):
            yield _hit(key, person, one)


def _begin(months: Collection[str]) -> datetime:
    """When the first of these months begins here."""
    year, month = min(one.partition("@")[2] for one in months).split("-")
    return datetime(int(year), int(month), 1, tzinfo=local_zone())


def _count(month: _Month, voucher: int, area: int, night: bool, works: bool) -> None:
    month.every += 1
    if works and not night:
        return
    month.night += night
    month.off += not works
    month.area = month.area or area
    if len(month.vouchers) < MOST_EVIDENCE:
        month.vouchers.append(("voucher", voucher))


def _hit(key: str, person: int, month: _Month) -> Hit:
    return Hit(
        key=key,
        scope=f"month:{key}",
        subject=("person", person),
        evidence=first(month.vouchers),
        params={
            "month": key.partition("@")[2],
            "every": month.every,
            "night": month.night,
            "off": month.off,
        },
        weight=min(50, 15 + 2 * month.night + month.off),
        area_id=month.area,
    )
