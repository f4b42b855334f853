"""Everything that somebody gives, for themselves and for their businesses, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from core.i18n import Localized, Message, lazy_gettext, localize
from ledger.services.standings import Standing, standings
from projects.labels import STATE_LABELS, STATE_TONES
from projects.models import Milestone, MilestoneReport, ReportPhoto
from projects.states import State
from sponsorship.models import (
    Business,
    KindReceipt,
    Opening,
    Pledge,
    PledgeKind,
    Seat,
)
from sponsorship.pledges.queries.page import purpose_of
from sponsorship.pledges.queries.releasing import ReleaseView, releases_of
from sponsorship.pledges.words import KINDS, STATES
from sponsorship.states import PAYABLE, PledgeState, SeatState
from transparency.log import Entry
from transparency.models import Leaf, LeafSubject

PER_PAGE = 20
# Of what came of a pledge, the newest of these proves it.
PROVING = (
    "pledge.released",
    "pledge.delivered",
    "pledge.received_part",
    "payment.settled",
    "refund.done",
    "pledge.signed",
    "pledge.accepted",
)


@dataclass(frozen=True, slots=True)
class Sums:
    """What is promised (accepted and not ended), paid, at work and doubled, in minor units of a
    currency; gifts in kind apart, as they were confirmed."""

    currency: str
    pledged: int
    paid: int
    released: int
    match: int
    in_kind: int


@dataclass(frozen=True, slots=True)
class Next:
    """What the sponsor does next: words, an address, a day."""

    words: Message
    url: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Shot:
    """The newest photo of work that a pledge paid for."""

    name: str
    alt: str
    milestone: str
    url: str


@dataclass(frozen=True, slots=True)
class Given:
    """A pledge on its sponsor's dashboard, with what came of it; amounts in minor units."""

    pledge: Pledge
    label: Message
    tone: str
    kind: Message
    purpose: Localized
    giver: Localized | None
    next: Next | None
    received: int
    releases: list[ReleaseView]
    project: tuple[int, Message, str] | None
    money: Standing | None
    shots: list[Shot]
    proof: Entry | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a sponsor's pledges, and which page of how many."""

    rows: list[Given]
    number: int
    pages: int


def own(person_id: int) -> ColumnElement[bool]:
    """The condition on ``Pledge``: given by somebody, or by a business for which they act now."""
    seats = select(Seat.business_id).where(
        Seat.person_id == person_id, Seat.state == SeatState.ACTIVE
    )
    return or_(Pledge.person_id == person_id, Pledge.business_id.in_(seats))


def businesses_of(session: Session, person_id: int) -> list[Business]:
    """The businesses for which somebody acts."""
    rows = (
        select(Business)
        .join(Seat, Seat.business_id == Business.id)
        .where(Seat.person_id == person_id, Seat.state == SeatState.ACTIVE)
    )
    return list(session.scalars(rows.order_by(Business.id)))


def sums_of(session: Session, person_id: int) -> list[Sums]:
    """What somebody gives in all, by currency: two queries."""
    money = Pledge.kind == PledgeKind.MONEY
    live = Pledge.state.in_(
        [PledgeState.ACCEPTED, *PAYABLE, PledgeState.PAID, PledgeState.RELEASED]
    )
    rows = (
        select(
            Pledge.currency,
            _total(and_(money, live), Pledge.amount),
            _total(money, Pledge.paid - Pledge.refunded - Pledge.disputed),
            _total(money, Pledge.released),
            _total(and_(money, live), Pledge.match),
        )
        .where(own(person_id))
        .group_by(Pledge.currency)
        .order_by(Pledge.currency)
    )
    kind = (
        select(Pledge.currency, func.sum(KindReceipt.value))
        .join(Pledge, Pledge.id == KindReceipt.pledge_id)
        .where(own(person_id), KindReceipt.confirmed_at.is_not(None))
        .group_by(Pledge.currency)
    )
    in_kind = {currency: int(value) for currency, value in session.execute(kind)}
    return [
        Sums(currency, pledged, paid, released, match, in_kind.get(currency, 0))
        for currency, pledged, paid, released, match in session.execute(rows)
    ]


def _total(condition: ColumnElement[bool], amount: Any) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(amount).filter(condition), 0), BigInteger)


def giving(session: Session, person_id: int, number: int) -> Page:
    """A page of somebody's pledges, the newest first, each with what came of it."""
    total = session.scalar(select(func.count()).select_from(Pledge).where(own(person_id))) or 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(number, 1), pages)
    rows = (
        select(Pledge)
        .where(own(person_id))
        .options(
            joinedload(Pledge.opening).joinedload(Opening.project),
            joinedload(Pledge.business),
            selectinload(Pledge.instalments),
        )
        .order_by(Pledge.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    return Page(_given(session, session.scalars(rows).all()), number, pages)


def _given(session: Session, pledges: Sequence[Pledge]) -> list[Given]:
    ids = [one.id for one in pledges]
    releases, received = releases_of(session, *ids), received_of(session, ids)
    done = [one for rows in releases.values() for one in rows if one.approved_at]
    money = standings(session, {one.project_id for one in done if one.project_id}) if done else {}
    shots, proofs = _shots(session, done), _proofs(session, ids)
    return [
        _one(one, releases[one.id], received.get(one.id, 0), money, shots, proofs.get(one.id))
        for one in pledges
    ]


def _one(  # noqa: PLR0917 - put together from what was read at once
    pledge: Pledge,
    releases: list[ReleaseView],
    received: int,
    money: Mapping[int, Standing],
    shots: Mapping[int, Shot],
    proof: Entry | None,
) -> Given:
    label, tone = STATES[PledgeState(pledge.state)]
    released = [one for one in releases if one.approved_at]
    projects = [one.project_id for one in released if one.project_id]
    return Given(
        pledge=pledge,
        label=label,
        tone=tone,
        kind=KINDS[PledgeKind(pledge.kind)],
        purpose=purpose_of(pledge),
        giver=localize(pledge.business.name) if pledge.business else None,
        next=next_of(pledge),
        received=received,
        releases=released,
        project=_project(pledge),
        money=money.get(projects[0]) if projects else None,
        shots=[
            shots[ident]
            for ident in dict.fromkeys(one.milestone_id or 0 for one in released)
            if ident in shots
        ],
        proof=proof,
    )


def _project(pledge: Pledge) -> tuple[int, Message, str] | None:
    project = pledge.opening.project
    if project is None:
        return None
    state = State(project.state)
    return project.id, STATE_LABELS[state], STATE_TONES[state]


def next_of(pledge: Pledge) -> Next | None:
    """What the sponsor of a pledge does next, if anything."""
    url = f"/sponsor/pledges/{pledge.id}"
    if pledge.state == PledgeState.DRAFT:
        return Next(lazy_gettext("Finish your offer"), url)
    if pledge.state == PledgeState.ACCEPTED:
        return Next(lazy_gettext("Read the agreement and sign it"), f"{url}/agreement")
    if pledge.state not in PAYABLE:
        return None
    if pledge.kind != PledgeKind.MONEY:
        return Next(lazy_gettext("Bring what you promised"), url, pledge.due_on)
    open_ = [one.due_on for one in pledge.instalments if one.paid < one.amount]
    return Next(lazy_gettext("Pay"), f"{url}/pay", min(open_, default=pledge.due_on))


def received_of(session: Session, pledges: Sequence[int]) -> dict[int, int]:
    """What is confirmed of pledges in kind, in minor units."""
    rows = (
        select(KindReceipt.pledge_id, func.sum(KindReceipt.value))
        .where(KindReceipt.pledge_id.in_(pledges), KindReceipt.confirmed_at.is_not(None))
        .group_by(KindReceipt.pledge_id)
    )
    return {ident: int(value) for ident, value in session.execute(rows)}


def _shots(session: Session, releases: Sequence[ReleaseView]) -> dict[int, Shot]:
    """The newest photo of the newest report on each milestone that was paid for."""
    ids = {one.milestone_id for one in releases if one.milestone_id}
    if not ids:
        return {}
    rows = (
        select(Milestone.id, Milestone.title, ReportPhoto.name, ReportPhoto.alt)
        .join(MilestoneReport, MilestoneReport.milestone_id == Milestone.id)
        .join(ReportPhoto, ReportPhoto.report_id == MilestoneReport.id)
        .where(Milestone.id.in_(ids))
        .order_by(MilestoneReport.id, ReportPhoto.position.desc())
    )
    return {
        ident: Shot(name, alt, title, f"/milestones/{ident}")
        for ident, title, name, alt in session.execute(rows)
    }


def _proofs(session: Session, pledges: Sequence[int]) -> dict[int, Entry]:
    """The newest entry of the public record that proves what became of each pledge."""
    rows = (
        select(LeafSubject.ref, Leaf.id, Leaf.type, Leaf.occurred_at, Leaf.seq)
        .join(Leaf, Leaf.id == LeafSubject.leaf_id)
        .where(
            LeafSubject.kind == "pledge",
            LeafSubject.ref.in_([str(one) for one in pledges]),
            Leaf.type.in_(PROVING),
        )
        .order_by(Leaf.id)
    )
    return {
        int(ref): Entry(ident, type_, at, {}, seq)
        for ref, ident, type_, at, seq in session.execute(rows)
    }
