"""A delivering project for which a call looks for partners, a verified business, and everybody
around them. Rows are written as they would stand, so that each verb can be tested by itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from accounts.models import Area, OrganisationKind, Role
from core.clock import local_date
from core.db import db, transaction
from ledger.journal import Event, Kind, lines_of
from ledger.models import Account, Balance, CostCentre, FundKind
from ledger.posting import Group, post
from ledger.services.funds import open_fund
from projects.states import State
from sponsorship import bookings
from sponsorship.models import (
    Business,
    GuidanceCall,
    GuidanceVersion,
    Instalment,
    Opening,
    OpeningKind,
    Pledge,
    Seat,
    SeatRole,
)
from sponsorship.states import BusinessState, CallState, PledgeState, SeatState
from sponsorship.terms import Terms
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY, Ground
from tests.remembered import remembered

POOL = 50_000 * YUAN
# Valid unified social credit codes of nobody.
CODES = ("91310000MA1FL0001R", "91310000MA1FL0002W", "91310000MA1FL00030")


@dataclass
class Square(Ground):
    """Adds to a ground: funds, an open call with ¥50,000 for doubling, openings, a business."""

    fund: int = 0
    matching_fund: int = 0
    call: int = 0
    version: int = 0
    opening: int = 0
    business: int = 0
    organisation: int = 0
    manager: int = 0
    signatory: int = 0
    payer: int = 0
    finance: int = 0
    approver: int = 0
    terms: Terms | None = None
    made: list[int] = field(default_factory=list)

    @classmethod
    @remembered
    def open(cls, make: Any, at: Any, **terms: Any) -> Square:
        """The usual square; ``terms`` change the call's."""
        square = cls.build(make, at, firms=1)
        square.finance = make.staff(Role.FINANCE, square.area)
        square.approver = make.staff(Role.APPROVER, square.area)
        square.fund = square.add_fund(FundKind.SPONSOR)
        square.matching_fund = square.add_fund(FundKind.MATCHING)
        square.terms = replace(square.usual_terms(), **terms)
        square.call = square.add_call(square.terms)
        square.opening = square.add_opening()
        square.business = square.add_business()
        square.endow(POOL)
        return square

    def usual_terms(self) -> Terms:
        """Half as much again, at most ¥20,000 a project and ¥10,000 a sponsor."""
        day = local_date(self.at)
        return Terms(
            opens_on=day - 10 * DAY,
            closes_on=day + 60 * DAY,
            match_until=day + 60 * DAY,
            match_percent=50,
            match_pool=POOL,
            match_project_most=20_000 * YUAN,
            match_sponsor_most=10_000 * YUAN,
            excluded_sectors=("tobacco", "gambling"),
            naming={"en": "A small plate."},
            gets={"en": "Thanks in public."},
            gets_not={"en": "No say in the vote."},
        )

    def add_fund(self, kind: FundKind) -> int:
        """A fund of a kind, for this year."""
        with transaction() as session:
            return open_fund(
                session,
                session.get_one(Area, self.area),
                kind=kind,
                year=2026,
                currency="CNY",
                name={"en": f"{kind.value} fund"},
                planned=None,
                by_id=self.finance,
                now=self.at,
            ).id

    def add_call(self, terms: Terms) -> int:
        """An open call with one published version."""
        call = self.make.add(
            GuidanceCall(
                area_id=self.area,
                state=CallState.OPEN,
                currency="CNY",
                fund_id=self.fund,
                matching_fund_id=self.matching_fund,
                version=1,
                written_by_id=self.author,
                created_at=self.at,
                published_at=self.at,
            )
        )
        self.version = self.make.add(
            GuidanceVersion(
                call_id=call,
                number=1,
                title={"en": "Partners for small works", "zh_Hans": "小微工程合作伙伴"},
                text={"en": "We look for partners.", "zh_Hans": "诚邀合作伙伴。"},
                terms=terms.to_json(),
                written_by_id=self.author,
                written_at=self.at,
                published_by_id=self.officer,
                published_at=self.at,
                sha256="0" * 64,
            )
        )
        return call

    def add_opening(self, project: int | None = None, **about: Any) -> int:
        """An opening for the project, ¥30,000 short, for thirty days."""
        row: dict[str, Any] = {
            "call_id": self.call,
            "kind": OpeningKind.WINNER,
            "project_id": project or self.project,
            "about": {"en": "Thirty thousand are missing."},
            "target": 30_000 * YUAN,
            "deadline": self.at + 30 * DAY,
            "opened_by_id": self.author,
            "opened_at": self.at,
        }
        return self.make.add(Opening(**row | about))

    def add_project(self, state: State = State.NOT_SELECTED, **about: Any) -> int:
        """Another project of the round."""
        return self.make.project(self.round, self.community, state, **about)

    def add_business(self, code: str = CODES[0], **about: Any) -> int:
        """A verified business with a manager, a signatory and a payer."""
        self.organisation = self.make.organisation(
            self.area, OrganisationKind.BUSINESS, name={"en": "Lantern Ltd", "zh_Hans": "明灯公司"}
        )
        self.manager, self.signatory, self.payer = (
            self.make.person(self.community) for _ in range(3)
        )
        row: dict[str, Any] = {
            "state": BusinessState.VERIFIED,
            "organisation_id": self.organisation,
            "area_id": self.area,
            "name": {"en": "Lantern Ltd", "zh_Hans": "明灯公司"},
            "about": {"en": "We sell lamps."},
            "scheme": "CN-USCC",
            "code": code,
            "sector": "retail",
            "contact_name": "Li",
            "created_by_id": self.manager,
            "created_at": self.at,
            "submitted_at": self.at,
            "decided_by_id": self.officer,
            "decided_at": self.at,
        }
        business = self.make.add(Business(**row | about))
        for person, role in (
            (self.manager, SeatRole.MANAGER),
            (self.signatory, SeatRole.SIGNATORY),
            (self.payer, SeatRole.PAYER),
        ):
            self.add_seat(business, person, role)
        return business

    def add_seat(self, business: int, person: int, role: SeatRole) -> int:
        """Somebody who acts for a business."""
        return self.make.add(
            Seat(
                business_id=business,
                person_id=person,
                role=role,
                state=SeatState.ACTIVE,
                invited_by_id=self.manager,
                invited_at=self.at,
                accepted_at=self.at,
            )
        )

    def endow(self, amount: int) -> None:
        """Receive money for doubling and set it aside for the call."""
        with transaction() as session:
            centre = bookings.call_centre(session, session.get_one(GuidanceCall, self.call))
            about = Event(fund=self.matching_fund, round=centre.id)
            lines = lines_of("receive", about, amount) + lines_of("appropriate", about, amount)
            key = f"endow:{next(self.keys)}"
            people = (self.finance, self.approver)
            post(session, Group(key, lines, self.at.date(), "CNY", *people), self.at)

    def add_pledge(
        self, amount: int = 10_000 * YUAN, state: PledgeState = PledgeState.OFFERED, **about: Any
    ) -> int:
        """A pledge of the business, with one instalment if it is of money; nothing is booked."""
        row: dict[str, Any] = {
            "key": f"pledge{next(self.keys)}",
            "state": state,
            "opening_id": self.opening,
            "version_id": self.version,
            "business_id": None if "person_id" in about else self.business,
            "by_id": about.get("person_id", self.signatory),
            "kind": "money",
            "amount": amount,
            "currency": "CNY",
            "due_on": local_date(self.at) + 20 * DAY,
            "created_at": self.at,
            "offered_at": self.at,
        }
        pledge = Pledge(**row | about)
        if pledge.kind == "money":
            pledge.instalments = [Instalment(number=1, amount=amount, due_on=pledge.due_on)]
        self.made.append(self.make.add(pledge))
        return self.made[-1]

    def add_signed(self, amount: int = 10_000 * YUAN, **about: Any) -> int:
        """A pledge of money that is signed and owed, as the books have it."""
        ident = self.add_pledge(amount, PledgeState.SIGNED, **about)
        with transaction() as session:
            pledge = session.get_one(Pledge, ident)
            bookings.book(session, pledge, [("pledge", amount)], self.at, key="sign")
        return ident

    def net(self, kind: Kind, centre: str = "", ref: int = 0) -> int:
        """What is on the accounts of a kind in all, or of one cost centre."""
        rows = (
            select(func.coalesce(func.sum(Balance.net), 0))
            .join(Account, Account.id == Balance.account_id)
            .outerjoin(CostCentre, CostCentre.id == Account.cost_centre_id)
            .where(Account.kind == kind)
        )
        if centre:
            rows = rows.where(CostCentre.kind == centre, CostCentre.ref == ref)
        return int(db.session.scalar(rows) or 0)

    def today(self) -> date:
        """The day of everything."""
        return local_date(self.at)
