"""Samples: asked for in the public record, drawn by a seed that came after, worked through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from accounts.models import Area
from audit.desk.drawing import Unit, at_random, by_amount, by_risk, population_sha256
from audit.desk.models import Sample, SampleItem, SampleKind
from audit.flags.models import Flag, FlagEvidence, FlagState
from core.clock import local_date
from core.db import lock
from core.errors import Conflict, Invalid, NotFound
from core.i18n import lazy_gettext
from core.types import Json
from ledger.models import Fund, Voucher, VoucherKind
from ledger.states import BOOKED
from transparency import log
from transparency.models import Leaf, SignedCheckpoint

MOST = 500  # vouchers in a sample
MOST_AT_RISK = 5_000  # looked through by weight


@dataclass(frozen=True, slots=True)
class Wish:
    """What auditors ask for: payments booked from ``since`` to ``until`` in an area and below, or
    in one fund of it."""

    kind: SampleKind
    area_id: int
    size: int
    since: date
    until: date
    fund_id: int | None = None


def load(session: Session, ident: int) -> Sample:
    """A sample with its area. Raises ``NotFound``."""
    found = session.scalar(
        select(Sample).options(joinedload(Sample.area)).where(Sample.id == ident)
    )
    if found is None:
        raise NotFound(lazy_gettext("There is no such sample."))
    return found


def ask(session: Session, wish: Wish, office_id: int | None, by_id: int, now: datetime) -> Sample:
    """Record what shall be drawn, and from what exactly, before there is a seed.

    Raises ``Invalid`` for dates or a number that do not fit, or when nothing was booked.
    """
    _check(wish, local_date(now))
    area = session.get_one(Area, wish.area_id)
    params: Json = {
        "path": area.path,
        "fund": wish.fund_id,
        "since": wish.since.isoformat(),
        "until": wish.until.isoformat(),
        "asked_at": now.isoformat(),
        "last": session.scalar(select(func.max(Voucher.id))) or 0,
    }
    units = population(session, params)
    if wish.kind == SampleKind.RISK:
        units = _weighed(session, {ident for ident, _amount in units})
    if not units:
        problem = lazy_gettext("Nothing was booked there in that time, or nothing is flagged.")
        raise Invalid(problem, fields={"since": problem})
    made = Sample(
        area_id=area.id,
        office_id=office_id,
        kind=wish.kind,
        params=params,
        size=min(wish.size, len(units)),
        population=len(units),
        population_sha256=population_sha256(units),
        total=sum(amount for _ident, amount in units),
        frame={"units": [list(one) for one in units]} if wish.kind == SampleKind.RISK else {},
        asked_by_id=by_id,
        asked_at=now,
    )
    session.add(made)
    session.flush()
    made.leaf_id = log.record(
        session, "audit.sample_asked", [("sample", made.id)], _asked(made, wish), now
    )
    return made


def _asked(sample: Sample, wish: Wish) -> Json:
    return {
        "sample": sample.id,
        "kind": sample.kind,
        "size": sample.size,
        "area": sample.area_id,
        "fund": wish.fund_id,
        "since": wish.since.isoformat(),
        "until": wish.until.isoformat(),
        "population": sample.population,
        "population_sha256": sample.population_sha256,
        "total": sample.total,
        "by": sample.asked_by_id,
    }


def _check(wish: Wish, today: date) -> None:
    if not 1 <= wish.size <= MOST:
        problem = lazy_gettext("Please ask for 1 to %(most)s vouchers.", most=MOST)
        raise Invalid(problem, fields={"size": problem})
    if not wish.since <= wish.until <= today:
        problem = lazy_gettext("The last day lies before the first, or in the future.")
        raise Invalid(problem, fields={"until": problem})


def population(session: Session, params: Json) -> list[Unit]:
    """The payments that a sample is drawn from, with their amounts, in order of identities: the
    same at any later time, as they are those decided before the sample was asked for."""
    conditions: list[ColumnElement[bool]] = [
        Voucher.kind == VoucherKind.DISBURSE,
        Voucher.state.in_(sorted(BOOKED)),
        Voucher.id <= params["last"],
        Voucher.decided_at <= datetime.fromisoformat(params["asked_at"]),
        Voucher.effective_on.between(
            date.fromisoformat(params["since"]), date.fromisoformat(params["until"])
        ),
        Area.path.startswith(params["path"], autoescape=True),
    ]
    if params["fund"] is not None:
        conditions.append(Voucher.fund_id == params["fund"])
    rows = (
        select(Voucher.id, Voucher.amount)
        .join(Fund, Fund.id == Voucher.fund_id)
        .join(Area, Area.id == Fund.area_id)
        .where(*conditions)
        .order_by(Voucher.id)
    )
    return [(ident, amount) for ident, amount in session.execute(rows)]


def _weighed(session: Session, among: set[int]) -> list[Unit]:
    """Vouchers with the weights of their flags together, in order of identities."""
    rows = (
        select(FlagEvidence.ref, func.sum(Flag.weight).label("weight"))
        .join(Flag, Flag.id == FlagEvidence.flag_id)
        .where(FlagEvidence.kind == "voucher", Flag.state.in_((FlagState.OPEN, FlagState.FINDING)))
        .group_by(FlagEvidence.ref)
        .order_by(func.sum(Flag.weight).desc(), FlagEvidence.ref)
    )
    found = [(ident, int(weight)) for ident, weight in session.execute(rows) if ident in among]
    return sorted(found[:MOST_AT_RISK])


def seed_of(session: Session, sample: Sample) -> SignedCheckpoint | None:
    """The first signed state of the public log that contains what was asked for."""
    rows = (
        select(SignedCheckpoint)
        .join(Leaf, Leaf.seq < SignedCheckpoint.size)
        .where(Leaf.id == sample.leaf_id)
        .order_by(SignedCheckpoint.size)
        .limit(1)
    )
    return session.scalar(rows)


def has_seed(session: Session, ident: int) -> bool:
    """Whether a sample's seed has been signed."""
    return seed_of(session, session.get_one(Sample, ident)) is not None


def draw(session: Session, ident: int, now: datetime) -> Sample:
    """Draw a sample. Raises ``Conflict`` while there is no seed, and when the vouchers are no
    longer those that were recorded."""
    sample = lock(session, Sample, ident)
    if sample.drawn_at is not None:
        return sample
    signed = seed_of(session, sample)
    if signed is None:
        raise Conflict(
            lazy_gettext("The public log has not been signed since. It usually takes a minute.")
        )
    units = units_of(session, sample)
    if population_sha256(units) != sample.population_sha256:
        raise Conflict(
            lazy_gettext(
                "These are not the vouchers that were recorded: somebody changed the past."
            )
        )
    drawn = choose(sample.kind, signed.root, units, sample.size)
    sample.seed, sample.checkpoint_size, sample.drawn_at = signed.root, signed.size, now
    rows = select(Voucher.id, Voucher.amount).where(Voucher.id.in_(drawn))
    amounts = dict(iter(session.execute(rows)))
    session.add_all(
        SampleItem(sample_id=ident, position=place, voucher_id=one, amount=amounts[one])
        for place, one in enumerate(drawn, 1)
    )
    body = {
        "sample": ident,
        "checkpoint": signed.size,
        "seed": signed.root,
        "vouchers": drawn,
    }
    log.record(session, "audit.sample_drawn", [("sample", ident)], body, now)
    return sample


def units_of(session: Session, sample: Sample) -> list[Unit]:
    """What a sample is drawn from."""
    if sample.kind == SampleKind.RISK:
        return [(ident, weight) for ident, weight in sample.frame["units"]]
    return population(session, sample.params)


def choose(kind: str, seed: str, units: Sequence[Unit], size: int) -> list[int]:
    """The vouchers that a seed draws, in the order in which they are drawn."""
    ways = {
        SampleKind.RANDOM: at_random,
        SampleKind.AMOUNT: by_amount,
        SampleKind.RISK: by_risk,
    }
    return ways[SampleKind(kind)](seed, units, size)


def look_at(session: Session, item_id: int, note: str, by_id: int, now: datetime) -> SampleItem:
    """Note that a drawn voucher was looked at, and what was seen. Raises ``Invalid``."""
    item = lock(session, SampleItem, item_id)
    if len(note) > 5000:
        problem = lazy_gettext("At most %(most)s characters, please.", most=5000)
        raise Invalid(problem, fields={"note": problem})
    item.note, item.looked_by_id, item.looked_at = note, by_id, now
    return item
