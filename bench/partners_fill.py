"""A call with openings for projects, businesses, pledges, and payments of them, to measure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from accounts.models import Area, Organisation, OrganisationKind
from bench.fill import Filled
from core.clock import local_date
from ledger.models import FundKind
from ledger.services.funds import open_fund
from projects.models import Project
from sponsorship import bookings
from sponsorship.models import (
    Business,
    GuidanceCall,
    GuidanceVersion,
    Instalment,
    Opening,
    OpeningKind,
    Payment,
    Pledge,
)
from sponsorship.states import BusinessState, CallState, PaymentState, PledgeState
from sponsorship.terms import Terms

BUSINESSES = 200
TARGET, GIFT = 30_000_00, 1_000_00


@dataclass(frozen=True, slots=True)
class Market:
    """Identities of what was filled in."""

    call: int
    version: int
    fund: int
    openings: list[int]
    businesses: list[int]


def market(session: Session, filled: Filled, openings: int, now: datetime) -> Market:
    """An open call whose openings are for the first projects of the round that is browsed."""
    rows = select(Project).where(Project.round_id == filled.browsed_round).order_by(Project.id)
    projects = session.scalars(rows.limit(openings)).all()
    writer, publisher = filled.voters[:2]
    area = session.get_one(Area, projects[0].area_id)
    fund = open_fund(
        session,
        area,
        kind=FundKind.SPONSOR,
        year=local_date(now).year,
        currency="CNY",
        name={"zh_Hans": "合作资金", "en": "Partners' money"},
        planned=None,
        by_id=writer,
        now=now,
    )
    call = GuidanceCall(
        area_id=area.id,
        state=CallState.OPEN,
        currency="CNY",
        fund_id=fund.id,
        version=1,
        written_by_id=writer,
        created_at=now,
        published_at=now,
    )
    session.add(call)
    session.flush()
    version = _version(call.id, writer, publisher, now)
    made = [_opening(call.id, project.id, writer, now) for project in projects]
    session.add_all([version, *made])
    session.flush()
    businesses = _businesses(session, area.id, (writer, publisher), now)
    return Market(call.id, version.id, fund.id, [one.id for one in made], businesses)


def _version(call: int, writer: int, publisher: int, now: datetime) -> GuidanceVersion:
    day = local_date(now)
    terms = Terms(
        opens_on=day - timedelta(days=5),
        closes_on=day + timedelta(days=90),
        match_until=day + timedelta(days=90),
        match_percent=50,
        match_pool=1_000_000_00,
        gets={"zh_Hans": "公开致谢。", "en": "Thanks in public."},
    )
    return GuidanceVersion(
        call_id=call,
        number=1,
        title={"zh_Hans": "小微工程合作伙伴", "en": "Partners for small works"},
        text={"zh_Hans": "诚邀合作伙伴。", "en": "We look for partners."},
        terms=terms.to_json(),
        written_by_id=writer,
        written_at=now,
        published_by_id=publisher,
        published_at=now,
        sha256="0" * 64,
    )


def _opening(call: int, project: int, by: int, now: datetime) -> Opening:
    return Opening(
        call_id=call,
        kind=OpeningKind.RUNNER_UP,
        project_id=project,
        about={"zh_Hans": "还差三万元。", "en": "Thirty thousand are missing."},
        target=TARGET,
        deadline=now + timedelta(days=30),
        opened_by_id=by,
        opened_at=now,
    )


def _businesses(session: Session, area: int, people: tuple[int, int], now: datetime) -> list[int]:
    names = [{"zh_Hans": f"明灯{i}公司", "en": f"Lantern {i} Ltd"} for i in range(BUSINESSES)]
    organisations = [
        Organisation(kind=OrganisationKind.BUSINESS, name=name, about=name, area_id=area)
        for name in names
    ]
    session.add_all(organisations)
    session.flush()
    made = [
        Business(
            state=BusinessState.VERIFIED,
            organisation_id=one.id,
            area_id=area,
            name=one.name,
            about=one.name,
            scheme="other",
            code=f"B{one.id:08d}",
            sector="retail",
            contact_name="Li",
            created_by_id=people[0],
            created_at=now,
            submitted_at=now,
            decided_by_id=people[1],
            decided_at=now,
        )
        for one in organisations
    ]
    session.add_all(made)
    session.flush()
    return [one.id for one in made]


def pledges(
    session: Session, found: Market, count: int, by: int, now: datetime, *, owed: bool = False
) -> list[int]:
    """So many pledges of money all over the openings, in every state that counts; ``owed`` ones
    are signed, with one instalment, and in the books."""
    rng = random.Random(count)  # nosec B311 # repeatable filler
    states = [PledgeState.SIGNED] if owed else list(_STATES)
    rows = [
        {
            "key": f"bench-{number}",
            "state": rng.choice(states),
            "opening_id": found.openings[number % len(found.openings)],
            "version_id": found.version,
            "business_id": rng.choice(found.businesses),
            "by_id": by,
            "kind": "money",
            "amount": GIFT,
            "currency": "CNY",
            "match": GIFT // 2,
            "due_on": local_date(now) + timedelta(days=20),
            "created_at": now,
            "offered_at": now,
        }
        for number in range(count)
    ]
    made = session.scalars(insert(Pledge).returning(Pledge.id, sort_by_parameter_order=True), rows)
    ids = list(made)
    if owed:
        _owe(session, ids, now)
    return ids


_STATES = (
    PledgeState.OFFERED,
    PledgeState.ACCEPTED,
    PledgeState.SIGNED,
    PledgeState.PAID,
    PledgeState.RELEASED,
    PledgeState.LAPSED,
)


def _owe(session: Session, ids: list[int], now: datetime) -> None:
    rows = [
        {"pledge_id": one, "number": 1, "amount": GIFT, "due_on": local_date(now)} for one in ids
    ]
    session.execute(insert(Instalment), rows)
    for ident in ids:
        pledge = session.get_one(Pledge, ident)
        bookings.book(session, pledge, [("pledge", GIFT)], now, key="sign")


def payments(session: Session, ids: list[int], now: datetime) -> list[str]:
    """A payment that waits at the provider for each of these pledges; gives their references,
    which hold all that ``bench.hooks_app`` has to know of them."""
    rows = select(Instalment.id, Instalment.pledge_id).where(Instalment.pledge_id.in_(ids))
    made = [
        Payment(
            pledge_id=pledge,
            instalment_id=instalment,
            attempt=1,
            key=f"pledge:{pledge}:attempt:1",
            provider="stripe",
            method="card",
            state=PaymentState.PENDING,
            amount=GIFT,
            currency="CNY",
            created_at=now,
        )
        for instalment, pledge in session.execute(rows)
    ]
    session.add_all(made)
    session.flush()
    for one in made:
        one.provider_ref = f"pi_{one.pledge_id}_{one.id}"
    session.flush()
    return [str(one.provider_ref) for one in made]
