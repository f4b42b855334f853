"""Every page of the demo community: it fits, axe has nothing serious, the policy is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from accounts.models import Area, Membership, Organisation, Person, Role
from audit.desk.models import Sample
from audit.desk.sampling import draw
from budgeting.models import Round, RoundState, Simulation
from budgeting.simulations.services import Question, start
from core import outbox
from core.db import db, transaction
from ledger.models import CostCentre, CostCentreKind, Fund, Payee, Transfer
from projects.models import Project, Review
from projects.states import State
from tests.conftest import START, set_clock
from tests.e2e.conftest import DESKTOP, Site, Visit, serve
from tests.e2e.demo_pages import WORKING, audit_pages, holder, works_pages
from tests.e2e.partner_pages import PARTNERS, partner_pages, wait_for_transfers
from tests.once import once
from transparency.keys import create_key
from transparency.sequencer import drain

NARROW = {"width": 320, "height": 640}
MISSING = ("/nowhere", "/receipt?code=0000-0000-0000")


@pytest.fixture(scope="session")
def demo_app(make_app: Callable[..., Flask], demo_community: Path, shared_folder: Path) -> Flask:
    """The demo community with everything that has a page, only read."""

    def begin(folder: Path) -> Flask:
        app = make_app("sqlite", begin=folder, demo=True)
        set_clock(app, START)
        return app

    def build() -> Flask:
        app = begin(demo_community)
        with app.app_context():
            create_key(app.config["SETTINGS"])
            drain(app)
            draw_the_sample(START)
            try_the_rules(START)
            wait_for_transfers(START)
        return app

    return begin(once(shared_folder / "demo-pages", build))


def draw_the_sample(now: datetime) -> None:
    """Draw the sample that the demo's auditors have asked for."""
    with transaction() as session:
        draw(session, session.scalars(select(Sample.id)).one(), now)


def try_the_rules(now: datetime) -> None:
    """Have every rule counted on a budget of the decided round."""
    with transaction() as session:
        decided = session.scalars(select(Round).where(Round.state == RoundState.DECIDED)).first()
        assert decided is not None
        question = Question(
            decided.area_id,
            decided.title,
            decided.currency,
            budget=None,
            min_votes=None,
            round_id=decided.id,
            sub_budget_id=decided.sub_budgets[0].id,
        )
        start(session, holder(Role.OFFICER), question, now)
    outbox.deliver(now)


@pytest.fixture
def demo(demo_app: Flask, chromium: Browser) -> Iterator[Site]:
    """The demo community's site."""
    with demo_app.app_context():
        yield from serve(demo_app, chromium)


def public_pages() -> list[str]:
    """Pages for everybody, with samples of those that take a number."""
    session = db.session
    pages = [
        "/",
        "/rounds",
        "/projects",
        "/projects?view=map",
        "/projects?q=公园",
        "/areas",
        "/demo",
    ]
    pages += ["/sign-in", "/staff/sign-in", "/privacy", "/accessibility", "/offline", "/style"]
    pages += ["/receipt", "/receipt?code=0000-0000-0000", "/nowhere", "/projects?q=zzzz"]
    pages += [f"/areas/{area}" for area in session.scalars(select(Area.id).limit(1))]
    pages += [f"/organisations/{i}" for i in session.scalars(select(Organisation.id).limit(1))]
    for round_id, state in session.execute(select(Round.id, Round.state)):
        if state != RoundState.DRAFT:
            pages.append(f"/rounds/{round_id}")
        if state == RoundState.DECIDED:
            pages += [f"/rounds/{round_id}/result", f"/rounds/{round_id}/result/steps"]
    for state in State:
        found = session.scalar(select(Project.id).where(Project.state == state).limit(1))
        if found and state not in {State.DRAFT, State.WITHDRAWN}:
            pages.append(f"/projects/{found}")
    return pages


def money_pages() -> list[str]:
    """Pages of money for everybody: one of each kind, and lists under filters."""
    session = db.session
    pages = ["/money", "/money?level=community", "/money?year=2025", "/money/funds"]
    pages += ["/money/payees", "/money/payees?q=zzzz", "/money/allotments", "/money/explain"]
    pages += ["/money/statements", "/money/questions", "/money/lines"]
    for name, model in (("funds", Fund), ("payees", Payee), ("lines", Transfer)):
        newest = session.scalars(select(model.id).order_by(model.id.desc()).limit(1)).one()
        pages.append(f"/money/{name}/{newest}")
    for kind in CostCentreKind:
        ids = select(CostCentre.id).where(CostCentre.kind == kind).order_by(CostCentre.id)
        pages.append(f"/money/{kind}s/{session.scalars(ids.limit(1)).one()}")
    return [*pages, "/money/lines?figure=spent&since=2026-01&q=灯", "/money/lines?q=zzzz"]


def own_pages() -> dict[str, tuple[int, list[str]]]:
    """Pages behind a sign-in, by whose they are."""
    session = db.session
    voting = select(Round.id).where(Round.state == RoundState.FROZEN)
    ballots = [f"/rounds/{i}/ballot" for i in session.scalars(voting)]
    round_ = session.scalars(select(Round.id).where(Round.state == RoundState.PUBLISHED)).first()
    area = session.scalars(select(Area.id)).first()
    reviewed = select(Project.id).where(Project.state == State.IN_REVIEW)
    draft = session.execute(
        select(Project.id, Project.proposer_id).where(Project.state == State.DRAFT)
    ).first()
    resident = session.scalars(
        select(Person.id)
        .where(Person.email.endswith("@demo.invalid"), Person.verified_at.is_not(None))
        .where(Person.id.not_in(select(Membership.person_id)))
    ).first()
    assert resident is not None
    assert draft is not None
    runs = session.scalars(
        select(Membership.area_id).where(Membership.role == Role.OFFICER)
    ).first()
    officer = ["/desk", "/rounds/manage", f"/areas/{runs}/rounds/new", f"/rounds/{round_}/edit"]
    tried = session.scalars(select(Simulation.id)).one()
    officer += [f"/rounds/{round_}/limits", "/rounds/simulate", f"/rounds/simulations/{tried}"]
    officer += [f"/rounds/{round_}/check", f"/review?round={round_}", "/verify", "/register"]
    officer += [f"/projects/{i}/review" for i in session.scalars(reviewed.limit(1))]
    review = session.execute(
        select(Review.id, Membership.person_id)
        .join(Membership, Membership.organisation_id == Review.organisation_id)
        .where(Membership.role == Role.REVIEWER, Review.answered_at.is_(None))
    ).first()
    assert review is not None
    mine = ["/me", "/me/sessions", "/me/verification", "/me/erase", "/me/profile", "/projects/mine"]
    mine += [*ballots, *(f"{page}/print" for page in ballots), f"/projects/new?round={round_}"]
    return {
        "resident": (resident, mine),
        "proposer": (draft.proposer_id, [f"/projects/{draft.id}/edit"]),
        "officer": (holder(Role.OFFICER), officer),
        "reviewer": (review.person_id, ["/desk", f"/reviews/{review.id}"]),
        "admin": (
            holder(Role.ADMIN),
            ["/manage", f"/manage/areas/{area}", f"/manage/areas/{area}/new"],
        ),
    }


def faults(visit: Visit, pages: list[str], *, axe: bool) -> list[str]:
    """What is wrong on which of ``pages``."""
    found = []
    for path in pages:
        visit.go(path)
        if visit.status != (404 if path in MISSING else 200):
            found.append(f"{path} answers {visit.status}")
        found += [f"{path} is too wide: {what}" for what in visit.overflow()]
        if axe:
            found += [f"{path}: {what}" for what in visit.axe()]
        found += [f"{path} logs: {what}" for what in visit.problems]
        visit.problems.clear()
    return found


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_pages_of_money_fit_a_narrow_phone_and_are_accessible(demo: Site, locale: str) -> None:
    assert (
        faults(demo.visit(locale=locale, viewport=NARROW, still=True), money_pages(), axe=True)
        == []
    )


def test_pages_of_money_fit_in_large_type_and_on_a_desktop(demo: Site) -> None:
    large = demo.visit(locale="zh_Hans", viewport=NARROW, still=True)
    large.go("/large-type/on?next=/")
    assert faults(large, money_pages(), axe=False) == []
    assert faults(demo.visit(viewport=DESKTOP, still=True), money_pages(), axe=False) == []


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_public_pages_fit_a_narrow_phone_and_are_accessible(demo: Site, locale: str) -> None:
    assert (
        faults(demo.visit(locale=locale, viewport=NARROW, still=True), public_pages(), axe=True)
        == []
    )


def test_public_pages_fit_in_large_type_and_on_a_desktop(demo: Site) -> None:
    large = demo.visit(locale="zh_Hans", viewport=NARROW, still=True)
    large.go("/large-type/on?next=/")
    assert faults(large, public_pages(), axe=False) == []
    assert faults(demo.visit(viewport=DESKTOP, still=True), public_pages(), axe=False) == []


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_pages_of_partners_fit_a_narrow_phone_and_are_accessible(demo: Site, locale: str) -> None:
    visit = demo.visit(locale=locale, viewport=NARROW, still=True)
    assert faults(visit, partner_pages(), axe=True) == []


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_pages_of_works_and_audits_fit_a_narrow_phone_and_are_accessible(
    demo: Site, locale: str
) -> None:
    pages = works_pages() + audit_pages()
    assert faults(demo.visit(locale=locale, viewport=NARROW, still=True), pages, axe=True) == []


def test_pages_of_works_and_audits_fit_in_large_type_and_on_a_desktop(demo: Site) -> None:
    pages = works_pages() + audit_pages() + partner_pages()
    large = demo.visit(locale="zh_Hans", viewport=NARROW, still=True)
    large.go("/large-type/on?next=/")
    assert faults(large, pages, axe=False) == []
    assert faults(demo.visit(viewport=DESKTOP, still=True), pages, axe=False) == []


@pytest.mark.parametrize("who", WORKING | PARTNERS)
def test_pages_of_those_who_work_on_projects_fit_and_are_accessible(demo: Site, who: str) -> None:
    person, pages = (WORKING | PARTNERS)[who]()
    for locale in ("zh_Hans", "en"):
        visit = demo.visit(person, locale=locale, viewport=NARROW, still=True)
        assert faults(visit, pages, axe=True) == []


@pytest.mark.parametrize("who", ["resident", "proposer", "officer", "reviewer", "admin"])
def test_pages_behind_a_sign_in_fit_and_are_accessible(demo: Site, who: str) -> None:
    person, pages = own_pages()[who]
    for locale in ("zh_Hans", "en"):
        visit = demo.visit(person, locale=locale, viewport=NARROW, still=True)
        assert faults(visit, pages, axe=True) == []
