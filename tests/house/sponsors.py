"""Everything of sponsorship for the matrix of permissions, by the names in addresses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from core.db import db
from sponsorship.models import GuidanceVersion, Instalment, Pledge
from sponsorship.states import PledgeState
from tests.factories import Factory
from tests.house.sponsors_businesses import businesses
from tests.house.sponsors_fulfilling import fulfilling
from tests.house.sponsors_guidance import guidance
from tests.house.sponsors_payments import payments
from tests.house.sponsors_pledging import pledging
from tests.house.sponsors_reconciling import reconciling


def sponsors(make: Factory, town: int, round_id: int, people: Mapping[str, int]) -> dict[str, Any]:
    """A call, a business, its pledges, and what was paid, given and released."""
    call = guidance(make, town, round_id, people)
    business = businesses(make, town, people)
    rows = select(GuidanceVersion.id).where(GuidanceVersion.call_id == call["call_id"])
    version = db.session.scalars(rows.order_by(GuidanceVersion.number)).first() or 0
    about = {"opening": call["opening_id"], "version": version, "business": business["business_id"]}
    officer, finance = people["officer"], people["finance"]
    pledged = pledging(make, author=(officer, town), **about)
    signed, kind = (_pledge(make, about, kind) for kind in ("money", "goods"))
    db.session.rollback()
    part = db.session.scalars(select(Instalment.id).where(Instalment.pledge_id == signed)).one()
    where = {"pledge": signed, "instalment": part, "finance": finance}
    after = fulfilling(make, money=signed, kind=kind, officer=officer)
    by_bank = reconciling(make, town, **where)
    numbers = {"transfer_number": by_bank.pop("number")}
    paid = payments(make, **where)
    return call | business | pledged | after | by_bank | numbers | paid | {"kind_pledge_id": kind}


def stands_for(rule: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in an address where another of its kind would only be refused."""
    found = {}
    if rule.endswith(("/accept", "/decline", "/withdraw")) and "/pledges/" in rule:
        found["pledge_id"] = known["offered_pledge_id"]
    if rule.endswith("/receive"):
        found["pledge_id"] = known["kind_pledge_id"]
    if rule.endswith(("/arrived", "/sent", "/confirm-sent", "/drop-sent")):
        found["payment_id"] = known["transfer_payment_id"]
        found["refund_id"] = known["transfer_refund_id"]
    if "/payments/<int:number>" in rule:
        found["number"] = known["transfer_number"]
    return found


def _pledge(make: Factory, about: Mapping[str, int], kind: str) -> int:
    made = Pledge(
        key=f"matrix-{kind}",
        state=PledgeState.SIGNED,
        opening_id=about["opening"],
        version_id=about["version"],
        business_id=about["business"],
        kind=kind,
        amount=1000,
        currency="CNY",
        due_on=date(2026, 3, 2),
        created_at=make.at,
        offered_at=make.at,
    )
    if kind == "money":
        made.instalments = [Instalment(number=1, amount=1000, due_on=date(2026, 3, 2))]
    return make.add(made)
