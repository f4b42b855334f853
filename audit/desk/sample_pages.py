"""Samples as pages show them: to auditors with their notes, to everybody with the recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from accounts.models import Area, Person
from accounts.queries import within
from audit.desk.models import Sample, SampleItem, sample_number
from audit.desk.words import SAMPLE_KINDS
from core.errors import NotFound
from core.i18n import Localized, Message, lazy_gettext, localize
from ledger.models import CostCentre, Fund, Payee, Voucher, voucher_number
from transparency.models import Leaf

SIZE = 20


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A sample in a list: how far it is."""

    id: int
    number: str
    kind: Message
    area: Localized
    size: int
    drawn: int
    looked: int
    asked_at: datetime
    drawn_at: datetime | None

    @property
    def unfinished(self) -> bool:
        """Whether there is something left to look at."""
        return self.drawn_at is None or self.looked < self.drawn


@dataclass(frozen=True, slots=True)
class ItemView:
    """A drawn voucher, and whether it was looked at."""

    id: int
    position: int
    voucher_id: int
    number: str
    purpose: str
    payee: Localized | None
    project: Localized | None
    amount: int
    currency: str
    looked_by: str
    looked_at: datetime | None
    note: str
    finding_id: int | None


@dataclass(frozen=True, slots=True)
class SampleView:
    """A sample in full. ``asked_entry`` is its place in the public log, once it has one."""

    row: SampleRow
    kind: str
    since: date
    until: date
    fund: Localized | None
    population: int
    population_sha256: str
    total: int
    checkpoint_size: int | None
    seed: str | None
    asked_entry: int | None
    items: list[ItemView]


def list_samples(
    session: Session, paths: Sequence[str] | None, most: int = SIZE
) -> list[SampleRow]:
    """Samples of an auditor's areas (``None``: all), the newest first."""
    drawn = (
        select(SampleItem.sample_id, func.count().label("drawn"))
        .add_columns(func.count(SampleItem.looked_at).label("looked"))
        .group_by(SampleItem.sample_id)
        .subquery()
    )
    rows = (
        select(Sample, Area.name, drawn.c.drawn, drawn.c.looked)
        .join(Area, Area.id == Sample.area_id)
        .outerjoin(drawn, drawn.c.sample_id == Sample.id)
        .order_by(Sample.id.desc())
        .limit(most)
    )
    if paths is not None:
        rows = rows.where(within(tuple(paths)))
    return [_row(one, area, n or 0, looked or 0) for one, area, n, looked in session.execute(rows)]


def _row(one: Sample, area: dict[str, str], drawn: int, looked: int) -> SampleRow:
    return SampleRow(
        one.id,
        sample_number(one.id),
        SAMPLE_KINDS[one.kind],
        localize(area),
        one.size,
        drawn,
        looked,
        one.asked_at,
        one.drawn_at,
    )


def sample_view(session: Session, sample: Sample) -> SampleView:
    """A sample in full."""
    items = _items(session, SampleItem.sample_id == sample.id)
    fund_id = sample.params["fund"]
    fund = session.get(Fund, fund_id) if fund_id else None
    looked = sum(1 for one in items if one.looked_at)
    return SampleView(
        row=_row(sample, session.get_one(Area, sample.area_id).name, len(items), looked),
        kind=sample.kind,
        since=date.fromisoformat(sample.params["since"]),
        until=date.fromisoformat(sample.params["until"]),
        fund=localize(fund.name) if fund else None,
        population=sample.population,
        population_sha256=sample.population_sha256,
        total=sample.total,
        checkpoint_size=sample.checkpoint_size,
        seed=sample.seed,
        asked_entry=session.scalar(select(Leaf.seq).where(Leaf.id == sample.leaf_id)),
        items=items,
    )


def item_view(session: Session, item: SampleItem) -> tuple[ItemView, int]:
    """One drawn voucher, and how many were drawn along with it."""
    drawn = select(func.count(SampleItem.id)).where(SampleItem.sample_id == item.sample_id)
    (found,) = _items(session, SampleItem.id == item.id)
    return found, session.scalar(drawn) or 0


def _items(session: Session, which: ColumnElement[bool]) -> list[ItemView]:
    rows = (
        select(SampleItem, Voucher.purpose, Voucher.currency)
        .add_columns(
            Payee.name.label("payee"),
            CostCentre.title.label("project"),
            Person.name.label("looked_by"),
        )
        .join(Voucher, Voucher.id == SampleItem.voucher_id)
        .outerjoin(Payee, Payee.id == Voucher.payee_id)
        .outerjoin(CostCentre, CostCentre.id == Voucher.cost_centre_id)
        .outerjoin(Person, Person.id == SampleItem.looked_by_id)
        .where(which)
        .order_by(SampleItem.position)
    )
    return [
        ItemView(
            id=one.SampleItem.id,
            position=one.SampleItem.position,
            voucher_id=one.SampleItem.voucher_id,
            number=voucher_number(one.SampleItem.voucher_id),
            purpose=one.purpose,
            payee=localize(one.payee) if one.payee else None,
            project=localize(one.project) if one.project else None,
            amount=one.SampleItem.amount,
            currency=one.currency,
            looked_by=one.looked_by or "",
            looked_at=one.SampleItem.looked_at,
            note=one.SampleItem.note,
            finding_id=one.SampleItem.finding_id,
        )
        for one in session.execute(rows)
    ]


def load_item(session: Session, ident: int) -> SampleItem:
    """A drawn voucher with its sample. Raises ``NotFound``."""
    found = session.scalar(
        select(SampleItem)
        .options(joinedload(SampleItem.sample).joinedload(Sample.area))
        .where(SampleItem.id == ident)
    )
    if found is None:
        raise NotFound(lazy_gettext("There is no such voucher in a sample."))
    return found
