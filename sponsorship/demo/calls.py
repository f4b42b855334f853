"""The demo's calls: money set aside, calls published, what partners are looked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from ledger.models import FundKind, VoucherKind
from ledger.services.funds import open_fund
from projects.models import Project
from projects.states import State
from sponsorship import bookings
from sponsorship.demo.stage import Event, Stage, texts
from sponsorship.guidance import services
from sponsorship.guidance.checks import Said
from sponsorship.guidance.services.openings import Wanted
from sponsorship.models import GuidanceCall, GuidanceVersion
from sponsorship.pledges.services.carrying import carry
from sponsorship.pledges.services.targets import settle_opening
from sponsorship.terms import Terms

AMOUNTS = (
    "match_pool",
    "match_project_most",
    "match_sponsor_most",
    "least",
    "small_most",
    "anonymous_most",
    "kind_most",
)
TEXTS = ("priorities", "naming", "gets", "gets_not")


def tell_calls(stage: Stage) -> Iterator[Event]:
    """Funds, calls, their money, and openings; in the end a runner-up goes ahead."""
    at = stage.xinghe.hour
    yield at(-99, 9), partial(_open_funds, stage=stage)
    for key, row in stage.content["calls"].items():
        yield at(row["written"], 9), partial(_write, stage=stage, key=key, row=row)
        yield at(row["published"], 9), partial(_publish, stage=stage, key=key)
        yield at(row["published"], 10), partial(_set_aside, stage=stage, key=key)
        if again := row.get("again"):
            yield at(again["at"], 9), partial(_write, stage=stage, key=key, row=row | again)
            yield at(again["published"], 9), partial(_publish, stage=stage, key=key)
    for key, row in stage.content["openings"].items():
        yield at(row["at"], 11), partial(_open, stage=stage, key=key, row=row)
        if row["deadline"] < 0:
            yield at(row["deadline"], 21), partial(_count, stage=stage, key=key)
    yield at(-5, 9), partial(_carry, stage=stage)


def _open_funds(session: Session, at: datetime, *, stage: Stage) -> None:
    area = session.get_one(Area, stage.xinghe.world.areas["wide"].id)
    year = _year(stage)
    for key, kind in (("sponsor", FundKind.SPONSOR), ("matching", FundKind.MATCHING)):
        stage.funds[key] = open_fund(
            session,
            area,
            kind=kind,
            year=year,
            currency="CNY",
            name=texts(stage.content["funds"][key]),
            planned=None,
            by_id=stage.money_people[0],
            now=at,
        ).id
    where = ("wide", f"matching-{year}")
    stage.xinghe.treasury.funds[where] = stage.funds["matching"]
    told = stage.content["matching"]
    amount, purpose = told["received"] * 100, told["purpose"]
    stage.xinghe.treasury.book(session, at, VoucherKind.RECEIVE, where, amount, purpose=purpose)


def _year(stage: Stage) -> int:
    """Whose books have it: those of the year in which it began."""
    return stage.xinghe.day(-99).year


def _terms(stage: Stage, row: dict[str, Any], first: dict[str, Any]) -> Terms:
    day = stage.xinghe.day
    said = first["terms"] | row.get("terms", {})
    said = {name: value * 100 if name in AMOUNTS else value for name, value in said.items()}
    said["excluded_sectors"] = tuple(said["excluded_sectors"])
    said |= {name: texts(first[name]) for name in TEXTS}
    closes = day(first["closes"])
    return Terms(opens_on=day(first["published"]), closes_on=closes, match_until=closes, **said)


def _write(session: Session, at: datetime, *, stage: Stage, key: str, row: dict[str, Any]) -> None:
    first = stage.content["calls"][key]
    said = Said(
        title=texts(first["title"]),
        text=texts(first["text"]),
        terms=_terms(stage, row, first),
        matching_fund_id=stage.funds["matching"],
        reason=row.get("reason", ""),
    )
    by = stage.officers[0]
    if key in stage.calls:
        services.redraft(session, stage.calls[key], said, by, at)
    else:
        stage.calls[key] = services.draft_call(session, stage.funds["sponsor"], said, by, at).id


def _publish(session: Session, at: datetime, *, stage: Stage, key: str) -> None:
    services.publish(session, stage.calls[key], stage.officers[1], at)


def _set_aside(session: Session, at: datetime, *, stage: Stage, key: str) -> None:
    call = session.get_one(GuidanceCall, stage.calls[key])
    title = session.scalars(
        select(GuidanceVersion.title).where(GuidanceVersion.call_id == call.id)
    ).first()
    told = stage.content["matching"]
    year = _year(stage)
    stage.xinghe.treasury.book(
        session,
        at,
        VoucherKind.APPROPRIATE,
        ("wide", f"matching-{year}"),
        told["set_aside"][key] * 100,
        purpose=told["for"].format(title=(title or {})["zh_Hans"]),
        cost_centre_id=bookings.call_centre(session, call).id,
    )


def _open(session: Session, at: datetime, *, stage: Stage, key: str, row: dict[str, Any]) -> None:
    project = None
    if "lost" in row:
        project = _loser(session, stage, row["lost"])
    elif "project" in row:
        project = session.get_one(Project, stage.xinghe.project(row["project"]))
        if project.state != State.ELIGIBLE:
            return  # the day of the demo leaves no time between review and vote
    target = row.get("target", 0) * 100 or None
    if project is not None and "part" in row:
        target = (project.cost or 0) * row["part"] // 100 // 100_00 * 100_00
    wanted = Wanted(
        deadline=stage.xinghe.hour(row["deadline"], 20),
        project_id=project.id if project else None,
        target=target,
        category=texts(row["category"]) if "category" in row else None,
        about=texts(row["about"]),
    )
    made = services.open_opening(session, stage.calls[row["call"]], wanted, stage.officers[0], at)
    stage.openings[key] = made.id


def _loser(session: Session, stage: Stage, key: str) -> Project | None:
    """The cheapest project that a round did not choose."""
    rows = select(Project).where(
        Project.round_id == stage.xinghe.rounds[key].plan.round_id,
        Project.state == State.NOT_SELECTED,
        Project.cost.is_not(None),
    )
    return session.scalars(rows.order_by(Project.cost, Project.id)).first()


def _count(session: Session, at: datetime, *, stage: Stage, key: str) -> None:
    settle_opening(session, stage.openings[key], at)


def _carry(session: Session, at: datetime, *, stage: Stage) -> None:
    carry(session, stage.openings["runner"], stage.content["reasons"]["carried"], at)
