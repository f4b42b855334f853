"""The demo community: one round in each phase, told through the real services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import (
    Area,
    AreaKind,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    RegisterEntry,
    Role,
    Verification,
    VerificationState,
)
from audit.desk.models import Finding, FindingState, Verdict
from audit.flags.models import Flag, FlagState
from budgeting.demo.seed import seed
from budgeting.models import Ballot, BallotType, FinalBallot, Outcome, PhaseKind, Round, RoundState
from budgeting.phases import running
from core.db import db
from core.images import SMALL
from ledger.journal import CODES
from ledger.models import Fund, Transfer, Voucher, VoucherState
from ledger.queries.bank import statement_counts
from projects.models import (
    Confirmation,
    Evaluation,
    Milestone,
    MilestoneReport,
    Photo,
    Project,
    Tender,
)
from projects.states import MilestoneState, State, TenderState
from tests.conftest import DATABASES, START, set_clock
from tests.factories import Factory
from tests.once import settle
from tests.sponsorship.demo_check import check_partners
from transparency.log import timeline


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture(params=DATABASES)
def community(
    request: pytest.FixtureRequest, make_app: Callable[..., Flask], demo_community: Path
) -> Iterator[Flask]:
    """An installation that was empty before the demo was seeded."""
    if request.param == "sqlite":
        app = make_app("sqlite", begin=demo_community)
        set_clock(app, START)
    else:
        app = make_app("postgresql")
        settle(app, START)
    with app.app_context():
        yield app


def test_an_empty_installation_becomes_a_community_with_every_phase_at_work(
    community: Flask,
) -> None:
    session = db.session
    _check_people(session)
    rounds = {
        phase.kind if (phase := running(row.phases, START)) else row.state: row
        for row in session.scalars(select(Round))
    }
    assert {kind: row.state for kind, row in rounds.items()} == {
        PhaseKind.SUBMISSION: RoundState.PUBLISHED,
        PhaseKind.REVIEW: RoundState.PUBLISHED,
        PhaseKind.VOTING: RoundState.FROZEN,
        PhaseKind.RESULTS: RoundState.DECIDED,
        PhaseKind.DELIVERY: RoundState.DECIDED,
        RoundState.DRAFT: RoundState.DRAFT,
        RoundState.DECIDED: RoundState.DECIDED,  # all of it is over
    }
    assert {row.ballot_type for row in rounds.values()} == set(BallotType)
    _check_projects(session)
    _check_votes(session, rounds[PhaseKind.VOTING].id)
    _check_files(community, session)
    _check_money(session)
    check_partners(session)
    _check_delivery(session)
    _check_audit(session)
    assert not (community.config["SETTINGS"].instance / "messages.jsonl").exists()
    assert not seed(START)


def _check_people(session: Session) -> None:
    roles = set(session.scalars(select(Membership.role)))
    assert roles == set(Role)
    assert set(session.scalars(select(Organisation.kind))) == set(OrganisationKind)
    verified = session.scalar(select(func.count()).where(Person.verified_at.is_not(None))) or 0
    assert verified > 2100
    assert count(session, RegisterEntry) > verified
    waiting = Verification.state == VerificationState.WAITING
    assert session.scalar(select(func.count()).where(waiting)) == 1


def _check_projects(session: Session) -> None:
    states = Counter(session.scalars(select(Project.state)))
    assert states.total() == 64
    assert set(states) == set(State)
    for project in session.scalars(select(Project)):
        times = [entry.at for entry in timeline(session, ("project", project.id))]
        assert times == sorted(times, reverse=True)
        if project.state != State.DRAFT:
            assert set(project.title) == {"zh_Hans", "en"}


def _check_votes(session: Session, voting: int) -> None:
    assert set(session.scalars(select(Ballot.round_id))) == {voting}
    voters = session.scalar(select(func.count(Ballot.voter_tag.distinct()))) or 0
    assert voters + count(session, FinalBallot) == 2320
    decided = Counter(session.scalars(select(Outcome.selected)))
    assert decided.total() == 25
    assert min(decided.values()) >= 5  # some win, some lose


def _check_money(session: Session) -> None:
    lines = session.scalars(select(Transfer).order_by(Transfer.id)).all()
    assert 3000 <= len(lines) < 3300
    missing = {"unappropriate", "uncontract", "unaccept", "late", "late_bank", "payout"}
    missing |= {"dispute_in", "dispute_won"}
    assert {line.code for line in lines} == set(CODES) - missing
    paid = {line.cost_centre_id for line in lines if line.code == "pay"}
    assert len(paid) == 10
    levels = select(Area.kind).join(Fund, Fund.area_id == Area.id).distinct()
    assert set(session.scalars(levels)) == set(AreaKind)
    assert lines[-1].recorded_at - lines[0].recorded_at > timedelta(days=600)
    waiting = Counter(session.scalars(select(Voucher.state)))
    assert waiting[VoucherState.REQUESTED] == 3
    counts = statement_counts(session, START.date())
    assert (len(counts.accounts), counts.unmatched, counts.missing) == (6, 3, 0)
    assert counts.matched > 900


def _check_delivery(session: Session) -> None:
    tenders = Counter(session.execute(select(Tender.method, Tender.state)).all())
    assert tenders == {
        ("direct", TenderState.CONTRACTED): 2,
        ("open", TenderState.CONTRACTED): 2,
        ("open", TenderState.AWARDED): 1,
        ("open", TenderState.OPENED): 1,
        ("open", TenderState.OPEN): 1,
    }
    assert set(session.scalars(select(MilestoneReport.milestone_id)))
    rated = set(session.scalars(select(Evaluation.project_id)))
    states = select(Project.state).where(Project.id.in_(rated))
    assert set(session.scalars(states)) == {State.CLOSED, State.COMPLETED}
    late = select(Milestone.id).where(
        Milestone.state == MilestoneState.PLANNED, Milestone.due_on < START.date()
    )
    assert len(session.scalars(late).all()) == 1
    unanswered = select(Confirmation.id).where(
        Confirmation.holds.is_(False), Confirmation.answered_at.is_(None)
    )
    assert len(session.scalars(unanswered).all()) == 1


def _check_audit(session: Session) -> None:
    """The rules have found what was planted, and it was followed to its end."""
    first, *others = session.scalars(select(Finding).order_by(Finding.issued_at))
    assert (first.state, first.verdict) == (FindingState.CLOSED, Verdict.REMEDIED)
    assert [one.state for one in others] == [FindingState.CLOSED, FindingState.ISSUED]
    flags = session.scalars(select(Flag).where(Flag.finding_id == first.id)).all()
    assert [(flag.rule, flag.state) for flag in flags] == [("duplicate_invoice", FlagState.FINDING)]
    assert all(one.published_at for one in (first, *others))


def _check_files(app: Flask, session: Session) -> None:
    folder = app.config["SETTINGS"].media
    for name in session.scalars(select(Photo.name).distinct()):
        assert (folder / f"{name}.webp").stat().st_size > SMALL
        assert (folder / f"{name}-s.webp").is_file()


def test_an_installation_with_data_is_left_alone(
    app: Flask, session: Session, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.area()
    monkeypatch.delitem(app.extensions, "clock")  # as outside of tests
    settings = replace(app.config["SETTINGS"], demo=True)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    result = app.test_cli_runner().invoke(args=["demo", "seed"])
    assert result.exit_code == 0
    assert "There is data already" in result.output
    assert count(session, Area) == 1


def test_the_demo_is_refused_outside_demo_mode(app: Flask, session: Session) -> None:
    result = app.test_cli_runner().invoke(args=["demo", "seed"])
    assert result.exit_code == 1
    assert "GONGZHI_DEMO=1" in result.output
    assert count(session, Area) == 0
