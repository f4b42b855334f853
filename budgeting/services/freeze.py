"""Sealing a round's rules, prices and ballot list when voting opens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from budgeting.electors import enrol
from budgeting.keys import create_round_key
from budgeting.models import PhaseKind, Round, RoundState, SubBudget
from budgeting.phases import phase_of
from budgeting.sealed_limits import sealed_limits
from budgeting.states import move
from core.canonical import canonical, digest
from core.db import lock
from core.types import Json
from projects.models import Project
from projects.services.ballot import eligible_for_ballot, leave_off, put_on_ballot
from transparency import log

VERSION = 1
LOT_BYTES = 16


def freeze_round(session: Session, round_id: int, keys: Path, now: datetime) -> bool:
    """Seal a round whose voting has begun, and open its ballot box; says whether it did.

    Numbers the projects, writes and hashes the manifest, makes the round key, and enters the
    electors. It does nothing, and may be tried again, when the round is not published, voting
    is not due, or no project is ready; called twice it seals once.
    """
    round_ = lock(session, Round, round_id)
    voting = phase_of(round_.phases, PhaseKind.VOTING)
    if round_.state != RoundState.PUBLISHED or voting is None:
        return False
    ready = ballot_projects(session, round_) if voting.starts_at <= now < voting.ends_at else []
    if not ready:
        return False
    for number, (project, _budget) in enumerate(ready, start=1):
        put_on_ballot(session, project, str(number), project.cost or 0, now)
    for project in eligible_for_ballot(session, round_id):
        leave_off(session, project, now)  # what is eligible still has not come onto the ballot
    text = canonical(manifest_of(round_, ready, secrets.token_hex(LOT_BYTES)))
    round_.manifest = text.decode()
    round_.manifest_hash = hashlib.sha256(text).hexdigest()
    round_.frozen_at = now
    move(round_, "freeze")
    body = {"manifest_sha256": round_.manifest_hash, "projects": len(ready)}
    log.record(session, "round.frozen", [("round", round_id)], body, now)
    create_round_key(keys, round_id)
    enrol(session, round_id, now)
    return True


def ballot_projects(session: Session, round_: Round) -> list[tuple[Project, SubBudget]]:
    """The projects that can be voted on, each with the budget that would pay it.

    Left out are those without a cost, dearer than their budget, or without one.
    """
    budgets = {b.area_id: b for b in round_.sub_budgets}
    whole = budgets.get(round_.area_id)
    pairs = [
        (project, budgets.get(project.area_id, whole))
        for project in eligible_for_ballot(session, round_.id)
    ]
    payable = [(p, b) for p, b in pairs if b is not None and p.cost and p.cost <= b.amount]
    return sorted(payable, key=lambda pair: (pair[1].id, pair[0].shuffle, pair[0].id))


def manifest_of(round_: Round, ready: Sequence[tuple[Project, SubBudget]], lot: str = "") -> Json:
    """The rules of a round and the projects on its ballot, as published for ever.

    Ties by lot are drawn from the hash of all this (see ``counting``); ``lot`` is random, so
    that no officer can choose the hash by choosing their words.
    """
    coded = [(p.code or str(number), p, budget) for number, (p, budget) in enumerate(ready, 1)]
    limits = sealed_limits(round_, coded)
    return {
        "v": VERSION,
        "round": round_.id,
        "title": round_.title,
        "area": round_.area_id,
        "languages": round_.languages,
        "currency": round_.currency,
        "ballot": {
            "type": round_.ballot_type,
            "max_choices": round_.max_choices,
            "max_points": round_.max_points,
        },
        "rule": round_.rule,
        "lot": lot,
        "eligibility": {"min_age": round_.min_age, "verified_only": round_.verified_only},
        "phases": [
            {"kind": p.kind, "starts": p.starts_at.isoformat(), "ends": p.ends_at.isoformat()}
            for p in sorted(round_.phases, key=lambda p: p.starts_at)
        ],
        "sub_budgets": [
            {"id": b.id, "area": b.area_id, "amount": b.amount}
            for b in sorted(round_.sub_budgets, key=lambda b: b.id)
        ],
        "projects": [
            {
                "code": code,
                "project": project.id,
                "sub_budget": budget.id,
                "cost": project.cost or 0,
                "title_sha256": digest(project.title),
            }
            for code, project, budget in coded
        ],
        **({"limits": limits} if limits else {}),
    }
