"""Contracts of any number for measurements: each with its project, tender, bids, work, a payment,
and their steps in the record. Rows are written past the guards and triggers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, create_engine, insert

from bench.ledger_fill import unguarded
from config import psycopg_url
from core.db import Base, prepare
from core.migrate import upgrade

FIRMS = 200
PART = 500  # contracts written at once
BEGIN = datetime(2026, 1, 5, 2, tzinfo=UTC)
DAY = timedelta(days=1)
STEPS = 6  # facts in the record about each contract
Rows: TypeAlias = dict[str, list[dict[str, Any]]]


def fill(url: str, contracts: int) -> None:
    """Fill the empty database at ``url``, migrating it."""
    engine = create_engine(psycopg_url(url))
    prepare(engine)
    upgrade(engine)
    with unguarded(engine) as connection:
        write(connection, contracts)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def write(connection: Connection, contracts: int) -> None:
    """Write so many contracts and all around them; the database must hold none of these yet."""
    _insert(connection, _ground())
    for start in range(1, contracts + 1, PART):
        rows: Rows = defaultdict(list)
        for number in range(start, min(start + PART, contracts + 1)):
            for table, found in _process(number):
                rows[table].append(found)
        _insert(connection, rows)


def _insert(connection: Connection, rows: Rows) -> None:
    for name, found in rows.items():
        connection.execute(insert(Base.metadata.tables[name]), found)


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh_Hans": zh, "en": en}


def _ground() -> Rows:
    """An area with a fund and two accounts, two people, a round, and the firms."""
    people = [{"id": n, "name": f"张{n}", "created_at": BEGIN} for n in (1, 2)]
    area = {"id": 1, "kind": "city", "name": _both("澄江市", "Chengjiang"), "path": "/1/"}
    firms = range(1, FIRMS + 1)
    fund = {"id": 1, "area_id": 1, "kind": "allocation", "year": 2026, "currency": "CNY"}
    return {
        "area": [area],
        "person": people,
        "organisation": [
            {
                "id": n,
                "kind": "business" if n > 1 else "department",
                "name": _both(f"绿地{n}公司", f"Greenfield {n} Ltd"),
                "about": {},
                "area_id": 1,
            }
            for n in firms
        ],
        "payee": [
            {
                "id": n,
                "name": _both(f"绿地{n}公司", f"Greenfield {n} Ltd"),
                "code": f"91330100MA2H{n:06d}",
                "organisation_id": n,
                "created_at": BEGIN,
            }
            for n in firms
        ],
        "fund": [fund | {"name": _both("资金", "Fund"), "created_at": BEGIN}],
        "account": [
            {"id": n, "key": f"bench{n}", "fund_id": 1, "kind": kind}
            for n, kind in ((1, "bank"), (2, "vendor_payable"))
        ],
        "round": [_round()],
    }


def _round() -> dict[str, Any]:
    return {
        "id": 1,
        "area_id": 1,
        "state": "decided",
        "title": _both("小工程", "Small works"),
        "summary": {},
        "languages": ["zh_Hans", "en"],
        "cost_min": 1,
        "cost_max": 100_000_000,
        "rule": {},
        "created_at": BEGIN,
    }


def _process(n: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Contract ``n`` and all around it: (table, row)."""
    firm, at = 2 + n % (FIRMS - 1), BEGIN + timedelta(minutes=n)
    day = at.date()
    yield from _project(n, at, day)
    yield "tender", _tender(n, firm, at)
    for place, kind in enumerate(("price", "quality"), 1):
        row = {"tender_id": n, "position": place, "kind": kind, "name": kind, "weight": 50}
        yield "criterion", row | {"id": 2 * n + place, "about": ""}
    for place in range(3):
        yield "bid", _bid(n, place, 2 + (n + place) % (FIRMS - 1), at)
    yield "contract", _contract(n, firm, at, day)
    for place in (1, 2):
        yield "milestone", _milestone(n, place, at, day)
    yield from _payment(n, firm, at, day)
    yield from _steps(n, firm, at)


def _project(n: int, at: datetime, day: date) -> Iterator[tuple[str, dict[str, Any]]]:
    title = _both(f"第 {n} 号口袋公园", f"Pocket park no. {n}")
    words = _both("种树、铺路、装灯。", "Trees, paths and lamps.")
    row: dict[str, Any] = {"id": n, "round_id": 1, "area_id": 1, "state": "delivering"}
    row |= {"title": title, "summary": words, "description": words, "beneficiaries": words}
    row |= {"currency": "CNY", "cost": 100_000_00, "shuffle": n}
    yield "project", row | {"created_at": at, "updated_at": at}
    centre = {"id": n, "kind": "project", "ref": n, "title": title, "by_contract": True}
    yield "cost_centre", centre
    plan: dict[str, Any] = {"id": n, "project_id": n, "state": "published", "organisation_id": 1}
    plan |= {"responsible_id": 1, "starts_on": day, "ends_on": day + 90 * DAY}
    yield "delivery_plan", plan | {"written_by_id": 1, "written_at": at, "summary": ""}


def _tender(n: int, firm: int, at: datetime) -> dict[str, Any]:
    return {
        "id": n,
        "project_id": n,
        "method": "open",
        "state": "contracted",
        "title": f"第 {n} 号口袋公园的施工",
        "scope": "平整场地，种二十棵树，铺两百米步道，装十盏灯，保修一年。" * 4,
        "ceiling": 90_000_00,
        "currency": "CNY",
        "questions_until": at + 5 * DAY,
        "deadline": at + 10 * DAY,
        "written_by_id": 1,
        "written_at": at,
        "approved_by_id": 2,
        "published_at": at,
        "notice_sha256": f"{n:064x}",
        "opened_at": at + 10 * DAY,
        "winner_id": firm,
        "award_amount": 80_000_00 + n,
        "award_reason": "得分最高",
        "awarded_by_id": 2,
        "awarded_at": at + 12 * DAY,
    }


def _bid(n: int, place: int, firm: int, at: datetime) -> dict[str, Any]:
    ident = 3 * n + place
    row = {"id": ident, "tender_id": n, "organisation_id": firm, "key": f"bid{ident}"}
    row |= {"state": "opened", "submitted_by_id": 1, "received_at": at + DAY, "days": 30}
    return row | {"envelope_sha256": f"{ident:064x}", "price": 80_000_00 + n + place, "offer": "好"}


def _contract(n: int, firm: int, at: datetime, day: date) -> dict[str, Any]:
    return {
        "id": n,
        "project_id": n,
        "tender_id": n,
        "organisation_id": firm,
        "payee_id": firm,
        "state": "signed",
        "amount": 80_000_00 + n,
        "amount_now": 80_000_00 + n,
        "currency": "CNY",
        "terms": "按投标书施工，分两段验收，验收后付款。" * 4,
        "starts_on": day + 20 * DAY,
        "ends_on": day + 80 * DAY,
        "ends_on_now": day + 80 * DAY,
        "retention_bp": 500,
        "warranty_until": day + 445 * DAY,
        "sha256": f"{n:064x}",
        "drawn_by_id": 1,
        "drawn_at": at + 18 * DAY,
        "signed_by_id": 2,
        "signed_at": at + 19 * DAY,
    }


def _milestone(n: int, place: int, at: datetime, day: date) -> dict[str, Any]:
    done = place == 1
    return {
        "id": 2 * n + place,
        "plan_id": n,
        "position": place,
        "state": "accepted" if done else "planned",
        "title": f"第 {place} 段",
        "about": "种树铺路",
        "due_on": day + 30 * place * DAY,
        "budget": 40_000_00,
        "tender_id": n,
        "contract_id": n,
        "price": 40_000_00,
        "accepted_at": at + 40 * DAY if done else None,
    }


def _payment(n: int, firm: int, at: datetime, day: date) -> Iterator[tuple[str, dict[str, Any]]]:
    paid, on = at + 45 * DAY, day + 45 * DAY
    work: dict[str, Any] = {"id": n, "cost_centre_id": n, "payee_id": firm}
    work |= {"ref": f"milestone:{2 * n + 1}", "title": _both("第一段", "Part 1")}
    yield "accepted_work", work | {"amount": 38_000_00, "currency": "CNY", "accepted_at": paid}
    voucher: dict[str, Any] = {"id": n, "idempotency_key": f"bench{n}", "kind": "disburse"}
    voucher |= {"state": "paid", "fund_id": 1, "cost_centre_id": n, "payee_id": firm, "work_id": n}
    voucher |= {"amount": 38_000_00, "currency": "CNY", "purpose": "第一段", "effective_on": on}
    yield "voucher", voucher | {"requested_by_id": 1, "requested_at": paid, "conditions": ""}
    line: dict[str, Any] = {"id": n, "idempotency_key": f"bench{n}", "group_id": _group(n)}
    line |= {"code": "pay", "debit_id": 2, "credit_id": 1, "fund_id": 1, "cost_centre_id": n}
    line |= {"payee_id": firm, "amount": 38_000_00, "currency": "CNY", "voucher_id": n}
    line |= {"effective_on": on, "recorded_at": paid, "actor_id": 1, "approver_id": 2}
    yield "transfer", line


def _group(n: int) -> str:
    return f"{n:036d}"


def _steps(n: int, firm: int, at: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    award = {"winner": firm, "amount": 80_000_00 + n, "currency": "CNY", "reason": "得分最高"}
    done = {"milestone": 2 * n + 1, "title": "第 1 段", "report": n}
    steps: tuple[tuple[str, str, str, int, dict[str, Any]], ...] = (
        ("tender.published", "tender", str(n), 0, {}),
        ("tender.opened", "tender", str(n), 10, {"bids": 3}),
        ("tender.awarded", "tender", str(n), 12, award),
        ("contract.signed", "tender", str(n), 19, {"contract": n}),
        ("delivery.accepted", "contract", str(n), 40, done),
        ("ledger.posted", "group", _group(n), 45, {"lines": []}),
    )
    for place, (type_, kind, ref, days, body) in enumerate(steps):
        ident = STEPS * n + place
        row = {"id": ident, "type": type_, "occurred_at": at + days * DAY}
        yield "leaf", row | {"body": json.dumps(body)}
        yield "leaf_subject", {"leaf_id": ident, "kind": kind, "ref": ref}
