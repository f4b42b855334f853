"""Very many openings and pledges."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from core.db import transaction
from projects.models import Project
from projects.states import State
from sponsorship.models import Opening, OpeningKind, Pledge
from sponsorship.states import PledgeState
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.sponsorship.ground import Square


def fill(square: Square, openings: int, pledges: int) -> list[int]:
    """So many openings of the square's call, each with a project of its own, and so many accepted
    pledges of its business, spread over them; gives the openings."""
    first = 100_000
    ids = range(first, first + openings)
    with transaction() as session:
        session.execute(insert(Project), [_project(square, one) for one in ids])
        session.execute(insert(Opening), [_opening(square, one) for one in ids])
        session.execute(insert(Pledge), [_pledge(square, one, openings) for one in range(pledges)])
    return list(ids)


def _project(square: Square, ident: int) -> dict[str, Any]:
    said = {"en": f"Lamp {ident}", "zh_Hans": f"路灯 {ident}"}
    texts = dict.fromkeys(("title", "summary", "description", "beneficiaries"), said)
    return {
        "id": ident,
        "round_id": square.round,
        "area_id": square.community,
        "state": State.NOT_SELECTED,
        "currency": "CNY",
        "cost": 50_000 * YUAN,
        "shuffle": ident,
        "language": "en",
        "submission": 1,
        "draft_version": 0,
        "created_at": square.at,
        "updated_at": square.at,
        "submitted_at": square.at,
        **texts,
    }


def _opening(square: Square, ident: int) -> dict[str, Any]:
    return {
        "id": ident,
        "call_id": square.call,
        "kind": OpeningKind.RUNNER_UP,
        "state": "open",
        "project_id": ident,
        "about": {"en": "Short of money."},
        "target": 30_000 * YUAN,
        "deadline": square.at + (1 + ident % 40) * DAY,
        "opened_by_id": square.author,
        "opened_at": square.at,
        "reason": "",
    }


def _pledge(square: Square, place: int, openings: int) -> dict[str, Any]:
    return {
        "id": 100_000 + place,
        "key": f"crowd{place}",
        "state": PledgeState.ACCEPTED,
        "opening_id": 100_000 + place % openings,
        "version_id": square.version,
        "business_id": square.business,
        "by_id": square.signatory,
        "anonymous": False,
        "kind": "money",
        "amount": 100 * YUAN,
        "currency": "CNY",
        "match": 1 * YUAN,
        "due_on": square.today(),
        "created_at": square.at,
        "offered_at": square.at,
        "decided_by_id": square.officer,
        "decided_at": square.at,
        **dict.fromkeys(("what", "valuation", "message", "reason", "ended_reason"), ""),
        **dict.fromkeys(("paid", "refunded", "disputed", "released", "fees"), 0),
        "only_if_met": False,
    }
