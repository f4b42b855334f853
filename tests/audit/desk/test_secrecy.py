"""Working papers stay in their office; auditors look at everything, change nothing outside, and
what they looked at is noted."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule

from accounts.models import Role
from audit.desk.models import Look, WorkingPaper
from budgeting.models import Round, RoundState
from core.db import transaction
from core.errors import DomainError
from core.policy import check
from ledger.documents import NewDocument, Upload, add_document
from ledger.models import DocumentKind, Voucher, VoucherKind, VoucherState
from tests.audit.desk.bureau import Bureau, leaves
from tests.conftest import START
from tests.house.test_matrix import World, actors
from tests.ledger.papers import pdf

SECRET = "Xylophone-9f3c: ask the bank before the department knows"
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.mark.usefixtures("no_form_tokens")
def test_a_working_paper_is_kept_under_seal_and_read_in_its_office_only(
    app: Flask, bureau: Bureau, session: Session
) -> None:
    flag = bureau.flag()
    auditor, colleague = bureau.browser(), bureau.browser(bureau.colleague)
    title = f"{SECRET} {secrets.token_hex(4)}"
    sent = {"text": SECRET, "file": (BytesIO(pdf(title=title)), "xylophone.pdf")}
    answer = auditor.post(f"/audit/papers/flag/{flag}", data=sent)
    assert answer.status_code == 303
    session.rollback()
    paper = session.scalars(select(WorkingPaper)).one()
    assert paper.office_id == bureau.office
    for browser in (auditor, colleague):
        assert SECRET in browser.get(f"/audit/flags/{flag}").text
        opened = browser.get(f"/audit/papers/{paper.id}/file")
        assert opened.data == pdf(title=title)
        assert opened.headers["Content-Disposition"].startswith("attachment")
    other = bureau.browser(bureau.other_auditor)
    assert SECRET not in other.get(f"/audit/flags/{flag}").text
    assert other.get(f"/audit/papers/{paper.id}/file").status_code == 403
    folder = app.config["SETTINGS"].instance / "working_papers"
    files = [one for one in Path(folder).rglob("*") if one.is_file()]
    assert len(files) >= 1
    assert all(b"%PDF" not in one.read_bytes() for one in files)
    assert auditor.post(f"/audit/papers/flag/{flag}", data={"text": ""}).status_code == 303
    assert auditor.post(f"/audit/papers/nothing/{flag}", data={"text": "x"}).status_code == 404


@pytest.mark.usefixtures("no_form_tokens")
def test_an_auditor_without_an_office_and_strangers_write_none(bureau: Bureau) -> None:
    flag, make = bureau.flag(), bureau.make
    lone = make.staff(Role.AUDITOR, bureau.odd.area)
    for person in (lone, bureau.clerk, bureau.odd.asks):
        answer = bureau.browser(person).post(f"/audit/papers/flag/{flag}", data={"text": "A note"})
        assert answer.status_code == 403
    assert "cannot write any" in bureau.browser(lone).get(f"/audit/flags/{flag}").text


def readable(app: Flask) -> Iterator[Rule]:
    """Every address that can be opened, files and exports included."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield rule


@pytest.fixture
def world(make_app: Callable[..., Flask]) -> Iterator[World]:
    """A town with people of every kind and one of everything."""
    from tests.conftest import set_clock  # noqa: PLC0415 - as the matrix has it
    from tests.factories import Factory  # noqa: PLC0415

    app = make_app("sqlite")
    set_clock(app, START)
    with app.app_context():
        made = World(Factory(START))
        made.app = app  # type: ignore[attr-defined]  # carried along
        with transaction() as session:  # decided without any votes: there is no result to show
            session.get_one(Round, made.rounds["decided"]["round"]).state = RoundState.PUBLISHED
        yield made


def test_no_route_and_no_export_shows_a_working_paper_to_anybody_else(
    world: World, sign_in_to: Callable[..., FlaskClient]
) -> None:
    app: Flask = world.app  # type: ignore[attr-defined]  # carried along
    with transaction() as session:
        paper = session.get_one(WorkingPaper, world.money["paper_id"])
        paper.text = SECRET
    shown: set[tuple[str, str]] = set()
    crashed: set[str] = set()
    opened = 0
    for name, person in [*world.people.items(), ("visitor", None)]:
        browser = sign_in_to(app, person)
        for rule in readable(app):
            with app.test_request_context():
                path = _address(app, world, rule)
            answer = browser.get(path)
            opened += answer.status_code == 200
            if answer.status_code == 500:
                crashed.add(rule.endpoint)
            if SECRET.encode() in answer.data or b"Xylophone" in answer.data:
                shown.add((name, rule.endpoint))
            answer.close()
    assert shown == {("auditor", "audit_desk.flag")}
    assert opened > 500
    assert len(crashed) < 5, crashed  # pages of what the world has only half of


def _address(app: Flask, world: World, rule: Rule) -> str:
    """An address of a route, naming what there is; 1 where the world has nothing of the kind."""
    values: dict[str, Any] = {
        name: next(iter(kind.items)) if isinstance(kind, AnyConverter) else 1
        for name, kind in rule._converters.items()
    }
    try:
        values |= world.values(rule, "voting")
    except KeyError:
        values |= {"kind": "flag"} if "kind" in values else {}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


@pytest.fixture
def sign_in_to() -> Callable[..., FlaskClient]:
    """A browser of somebody, or of a visitor, at an application."""
    from accounts.sessions import open_session  # noqa: PLC0415 - needs the rooms registered
    from tests.conftest import browser  # noqa: PLC0415

    def enter(app: Flask, person: int | None) -> FlaskClient:
        made = browser(app)
        if person is None:
            return made
        with transaction() as session:
            token = open_session(session, person, strong=True, device="", now=START)
        with made.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return made

    return enter


def test_auditors_change_nothing_outside_of_their_room(world: World) -> None:
    """Being an auditor opens no route that changes something in another room: whatever an auditor
    may do there, they may do as a resident."""
    app: Flask = world.app  # type: ignore[attr-defined]  # carried along
    make = world.make
    people = {
        "auditor": make.staff(Role.AUDITOR, world.town),
        "resident": make.person(world.town),
        "officer": make.staff(Role.OFFICER, world.town),
    }
    found: dict[str, tuple[Any, Any]] = {}
    known = actors(people)
    rules = [one for one in app.url_map.iter_rules() if CHANGES & (one.methods or set())]
    for rule in rules:
        view: Any = app.view_functions[rule.endpoint]
        if view.permission.startswith("audit:") and view.permission != "audit:question:answer":
            continue
        answers = [_may(app, world, rule, known[name]) for name in ("auditor", "resident")]
        if answers[0] is True and answers[1] is not True:
            found[rule.endpoint] = (answers[0], answers[1])
    assert len(rules) > 60
    assert found == {}


def _may(app: Flask, world: World, rule: Rule, actor: Any) -> Any:
    view: Any = app.view_functions[rule.endpoint]
    with app.test_request_context(method="POST"):
        g.actor = actor
        try:
            subject = view.subject(**world.values(rule, "voting")) if view.subject else None
        except (DomainError, KeyError):
            return None
        return check(actor, view.permission, subject)


def original(bureau: Bureau) -> tuple[int, int]:
    """A voucher with a sealed original; gives both."""
    about: dict[str, Any] = {"kind": VoucherKind.RECEIVE, "payee_id": None}
    about["state"] = VoucherState.REQUESTED
    voucher = bureau.odd.pay(bureau.payee, 100_00, **about)
    upload = Upload(BytesIO(pdf(title=secrets.token_hex(4))), "decision.pdf")
    with transaction() as session:
        new = NewDocument(DocumentKind.POLICY, upload, as_it_is=True)
        paper = add_document(session, voucher, new, bureau.odd.asks, START).id
        session.get_one(Voucher, voucher).state = VoucherState.APPROVED
    return voucher, paper


def looked(session: Session) -> list[tuple[int, str, str, str]]:
    """Who looked at what."""
    session.rollback()
    rows = select(Look.person_id, Look.kind, Look.ref, Look.path).order_by(Look.id)
    return [(who, kind, ref, path) for who, kind, ref, path in session.execute(rows)]


def test_what_an_auditor_opens_is_noted_and_what_everybody_may_open_is_not(
    bureau: Bureau, session: Session
) -> None:
    voucher, paper = original(bureau)
    auditor = bureau.browser()
    for path in ("/", "/money", "/me", "/desk", f"/money/payees/{bureau.payee}"):
        assert auditor.get(path).status_code == 200
    assert looked(session) == []
    assert auditor.get(f"/ledger/vouchers/{voucher}").status_code == 200
    assert auditor.get("/ledger/vouchers/999999").status_code == 404
    assert auditor.get(f"/ledger/documents/{paper}/original").data.startswith(b"%PDF")
    assert looked(session) == [
        (bureau.auditor, "voucher", str(voucher), f"/ledger/vouchers/{voucher}"),
        (bureau.auditor, "document", str(paper), f"/ledger/documents/{paper}/original"),
    ]
    (opened,) = leaves("ledger.original_opened")
    assert (opened["document"], opened["by"], opened["roles"]) == (
        paper,
        bureau.auditor,
        ["auditor"],
    )


def test_a_finance_officer_who_opens_an_original_is_recorded_too(
    bureau: Bureau, session: Session
) -> None:
    _voucher, paper = original(bureau)
    finance = bureau.browser(bureau.odd.asks)
    for _ in range(2):
        assert finance.get(f"/ledger/documents/{paper}/original").status_code == 200
    assert [one["by"] for one in leaves("ledger.original_opened")] == [bureau.odd.asks] * 2
    assert looked(session) == []


def test_an_original_that_cannot_be_noted_is_not_given_out(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    _voucher, paper = original(bureau)

    def fail(*_args: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("audit.desk.looks._look", fail)
    answer = bureau.browser().get(f"/ledger/documents/{paper}/original")
    assert answer.status_code == 500
    assert not answer.data.startswith(b"%PDF")


def test_looks_are_never_changed_and_read_by_auditors_and_administrators(
    bureau: Bureau, session: Session
) -> None:
    voucher, _paper = original(bureau)
    bureau.browser().get(f"/ledger/vouchers/{voucher}")
    ident = session.scalars(select(Look.id)).one()
    with pytest.raises(IntegrityError), transaction() as writing:
        writing.get_one(Look, ident).path = "/"
    with pytest.raises(IntegrityError), transaction() as writing:
        writing.delete(writing.get_one(Look, ident))
    admin = bureau.browser(bureau.make.staff(Role.ADMIN, bureau.odd.area))
    assert f"/ledger/vouchers/{voucher}" in admin.get("/audit/looks").text
    assert admin.get("/audit").status_code == 403
    assert bureau.browser(bureau.odd.asks).get("/audit/looks").status_code == 403


def test_what_an_auditor_does_as_a_resident_is_nobodys_business(
    bureau: Bureau, session: Session
) -> None:
    round_ = bureau.make.round(bureau.odd.area)
    auditor = bureau.browser()
    assert auditor.get(f"/projects/new?round={round_}").status_code == 200
    assert auditor.get("/projects/mine").status_code == 200
    assert looked(session) == []
