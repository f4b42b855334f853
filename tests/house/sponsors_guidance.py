"""A call for partners for the matrix of permissions: one of each thing of guidance that addresses
name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from ledger.models import Fund, FundKind
from projects.states import State
from sponsorship.models import GuidanceCall, GuidanceVersion, Opening, OpeningKind
from sponsorship.states import CallState
from sponsorship.terms import Terms
from tests.factories import Factory

TERMS = Terms(date(2026, 1, 1), date(2026, 12, 1), gets={"en": "x"}, gets_not={"en": "x"})


def guidance(make: Factory, area: int, round_id: int, people: Mapping[str, int]) -> dict[str, int]:
    """An open call of ``area``, written by ``people["officer"]`` and published by somebody else,
    whose next version waits, and a runner-up of the round for which it looks for partners; by the
    names in addresses."""
    officer, other = people["officer"], people["admin"]
    fund = make.add(
        Fund(
            area_id=area,
            kind=FundKind.SPONSOR,
            year=2026,
            currency="CNY",
            name={"en": "Partners"},
            created_at=make.at,
        )
    )
    call = make.add(
        GuidanceCall(
            area_id=area,
            state=CallState.OPEN,
            currency="CNY",
            fund_id=fund,
            version=1,
            written_by_id=officer,
            created_at=make.at,
            published_at=make.at,
        )
    )
    make.add(_version(make, call, 1, officer, other))
    make.add(_version(make, call, 2, other, None))
    opening = make.add(
        Opening(
            call_id=call,
            kind=OpeningKind.RUNNER_UP,
            project_id=make.project(round_id, area, State.NOT_SELECTED),
            about={},
            target=100,
            deadline=make.at + timedelta(days=30),
            opened_by_id=officer,
            opened_at=make.at,
        )
    )
    return {"call_id": call, "opening_id": opening, "sponsor_fund_id": fund, "number": 1}


def _version(
    make: Factory, call: int, number: int, by: int, published_by: int | None
) -> GuidanceVersion:
    return GuidanceVersion(
        call_id=call,
        number=number,
        title={"en": "Partners"},
        text={"en": "Why"},
        terms=TERMS.to_json(),
        reason="",
        written_by_id=by,
        written_at=make.at,
        published_by_id=published_by,
        published_at=make.at if published_by else None,
        sha256="0" * 64 if published_by else "",
    )
