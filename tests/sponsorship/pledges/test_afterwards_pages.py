"""Pages of what comes after the signature: who may do what, what is shown, what it costs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Role
from core.db import db, transaction
from projects.models import Project
from projects.states import State
from sponsorship.models import Business, KindReceipt, Release
from sponsorship.pledges.services import ending, receiving
from sponsorship.states import OpeningState, PledgeState
from tests.conftest import browser
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.sponsorship.pledges.field import Field

SignIn = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]
OFFICE = "/office/partners"
pytestmark = pytest.mark.usefixtures("without_tokens")


def photo() -> tuple[io.BytesIO, str]:
    """A picture as a phone sends it."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG")
    out.seek(0)
    return out, "lamps.jpg"


def test_money_is_released_by_two_officers_and_the_sponsor_sees_for_what(
    field: Field, sign_in: SignIn
) -> None:
    ident = field.add_paid(match=5_000 * YUAN)
    page, asking = f"{OFFICE}/pledges/{ident}", f"{OFFICE}/pledges/{ident}/release"
    author, officer = sign_in(field.author), sign_in(field.officer)
    work = f"{OFFICE}/pledges?state=paid"
    assert work in author.get("/desk").text
    assert "Release money" in author.get(page).text
    assert "¥10,000" in author.get(asking).text
    data = {"amount": "4000", "milestone_id": str(field.milestones[0])}
    assert author.post(asking, data=data | {"amount": "10,001"}).status_code == 422
    assert author.post(asking, data=data).status_code == 303
    release = db.session.scalars(select(Release)).one()
    assert (release.amount, release.match) == (4_000 * YUAN, 2_000 * YUAN)
    url = f"{OFFICE}/releases/{release.id}"
    db.session.rollback()
    assert author.get(url).status_code == 403
    assert "Approve a release" in officer.get("/desk").text
    assert work not in officer.get("/desk").text
    assert "Part 1" in officer.get(url).text
    assert officer.post(url).status_code == 303
    shown = sign_in(field.payer).get(f"/sponsor/pledges/{ident}").text
    assert "Part 1" in shown
    assert "¥6,000" in shown
    assert (
        "A partner&#39;s money is at work"
        in sign_in(field.payer).get(f"/projects/{field.project}").text
    )


def test_a_gift_in_kind_is_received_by_the_department_with_photos(
    field: Field, make: Factory, sign_in: SignIn, session: Session
) -> None:
    ident = field.add_kind(5_000 * YUAN)
    url = f"{OFFICE}/pledges/{ident}/receive"
    owner = sign_in(field.judges[0])
    stranger = make.staff(Role.REVIEWER, field.area, make.organisation(field.area))
    assert sign_in(stranger).get(url).status_code == 403
    assert sign_in(field.signatory).get(url).status_code == 403
    assert owner.get(url).status_code == 200
    data = {
        "text": "Ten lamps have arrived.",
        "received_on": field.today().isoformat(),
        "complete": "yes",
        "value": "20,000",
        "method": "list_price",
        "basis": "Ten times the price of the shop.",
    }
    refused = owner.post(url, data=data | {"photo_1": photo()})
    assert refused.status_code == 422
    assert "more than three times the ¥5,000" in refused.text
    assert "Ten lamps have arrived." in refused.text
    broken = (io.BytesIO(b"no picture"), "x.jpg")
    assert (
        "is not a photo" in owner.post(url, data=data | {"value": "5000", "photo_1": broken}).text
    )
    assert "at least one photo" in owner.post(url, data=data | {"value": "5000"}).text
    said = data | {"far_above": "y", "photo_1": photo(), "alt_1": "The lamps"}
    assert owner.post(url, data=said).status_code == 303
    receipt = session.scalars(select(KindReceipt.id)).one()
    session.rollback()
    officer, url = sign_in(field.officer), f"{OFFICE}/receipts/{receipt}"
    assert owner.get(url).status_code == 403
    assert "Confirm what arrived" in officer.get("/desk").text
    assert "The lamps" in officer.get(url).text
    assert officer.post(url).status_code == 303
    assert field.row(ident).state == PledgeState.DELIVERED
    shown = sign_in(field.manager).get(f"/sponsor/pledges/{ident}").text
    assert "The lamps" in shown
    assert "¥20,000" in shown


def test_a_wrong_receipt_is_taken_back_on_its_page(field: Field, sign_in: SignIn) -> None:
    receipt = field.receive(field.add_kind(), 1 * YUAN)
    url = f"{OFFICE}/receipts/{receipt}/reject"
    officer = sign_in(field.officer)
    assert officer.post(url, data={"reason": "No"}).status_code == 422
    assert officer.post(url, data={"reason": "These are other lamps."}).status_code == 303
    assert officer.get(url).status_code == 404


def test_both_sides_call_a_pledge_off_on_their_own_page(field: Field, sign_in: SignIn) -> None:
    mine, theirs = field.add_signed(), field.add_signed()
    reason = {"reason": "The shop closes for good."}
    own, office = f"/sponsor/pledges/{mine}/cancel", f"{OFFICE}/pledges/{theirs}/cancel"
    assert sign_in(field.payer).get(own).status_code == 403
    assert sign_in(field.officer).get(own).status_code == 403
    assert sign_in(field.signatory).get(office).status_code == 403
    assert sign_in(field.signatory).post(own, data=reason).status_code == 303
    assert sign_in(field.officer).post(office, data=reason).status_code == 303
    for ident in (mine, theirs):
        assert field.row(ident).state == PledgeState.CANCELLED
        page = sign_in(field.signatory).get(f"/sponsor/pledges/{ident}").text
        assert "The shop closes for good." in page
        assert "Call this pledge off" not in page


def test_an_officer_lets_a_project_go_ahead(field: Field, sign_in: SignIn) -> None:
    project = field.add_project(State.NOT_SELECTED, cost=1_000 * YUAN)
    opening = field.add_opening(project, kind="runner_up")
    field.add_paid(1_000 * YUAN, opening_id=opening)
    field.set_opening(OpeningState.MET, opening)
    url = f"{OFFICE}/openings/{opening}/carry"
    officer = sign_in(field.officer)
    assert "go ahead" in officer.get("/desk").text
    assert url in officer.get(f"/partners/openings/{opening}").text
    assert url not in sign_in(field.signatory).get(f"/partners/openings/{opening}").text
    assert sign_in(field.signatory).get(url).status_code == 403
    assert officer.get(url).status_code == 200
    assert officer.post(url, data={"reason": "Partners pay for it all."}).status_code == 303
    assert "Paid for by partners" in officer.get(f"/projects/{project}").text
    assert f"/projects/{project}/plan" in officer.get("/desk").text
    assert officer.post(url, data={"reason": "Partners pay for it all."}).status_code == 409


def rich(field: Field) -> None:
    """A sponsor with everything."""
    for _ in range(4):
        ident = field.add_paid(2_000 * YUAN, match=1_000 * YUAN)
        field.approve(field.ask(ident, 1_000 * YUAN, milestone_id=field.milestones[0]))
    field.add_signed(3_000 * YUAN)
    kind = field.add_kind(5_000 * YUAN)
    with transaction() as session:
        receipt = field.receive
    confirmed = receipt(kind, 4_000 * YUAN)
    with transaction() as session:
        receiving.confirm(session, confirmed, field.officer, field.at)
    over = field.add_signed()
    with transaction() as session:
        ending.cancel(session, over, field.officer, "=HYPERLINK(1) is no reason.", field.at)
    field.add_pledge(100 * YUAN, PledgeState.SIGNED, person_id=field.manager)


def test_the_dashboard_goes_from_pledge_to_milestone(
    field: Field, sign_in: SignIn, count_queries: Count
) -> None:
    rich(field)
    payer = sign_in(field.payer)
    with count_queries() as queries:
        page = payer.get("/sponsor")
    assert page.status_code == 200
    assert len(queries) <= 18, queries
    for words in ("¥8,000", "¥4,000", "Part 1", "Pay", "The project:", "Number "):
        assert words in page.text
    assert "¥100<" not in page.text
    assert "¥100<" in sign_in(field.manager).get("/sponsor").text
    assert "not given anything" in sign_in(field.resident).get("/sponsor").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_stand_in_both_languages_with_few_queries(
    app: Flask, field: Field, sign_in: SignIn, count_queries: Count, language: str
) -> None:
    paid, kind = field.add_paid(match=1_000 * YUAN), field.add_kind()
    release, receipt = field.ask(paid, 1_000 * YUAN), field.receive(kind, 1 * YUAN)
    officer, sponsor = sign_in(field.officer), sign_in(field.signatory)
    pages = [
        (officer, f"{OFFICE}/pledges/{paid}"),
        (officer, f"{OFFICE}/pledges/{kind}"),
        (officer, f"{OFFICE}/pledges/{paid}/release"),
        (officer, f"{OFFICE}/releases/{release}"),
        (officer, f"{OFFICE}/releases/{release}/refuse"),
        (officer, f"{OFFICE}/pledges/{kind}/receive"),
        (officer, f"{OFFICE}/receipts/{receipt}"),
        (officer, f"{OFFICE}/pledges/{kind}/cancel"),
        (sponsor, f"/sponsor/pledges/{paid}"),
        (sponsor, f"/sponsor/pledges/{kind}"),
        (sponsor, f"/sponsor/pledges/{kind}/cancel"),
        (sponsor, "/sponsor"),
    ]
    for person, url in pages:
        person.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        with count_queries() as queries:
            assert person.get(url).status_code == 200, url
        assert len(queries) <= 20, (url, len(queries), queries)


def test_the_tables_hold_every_pledge_and_no_formula(
    app: Flask, field: Field, sign_in: SignIn, count_queries: Count
) -> None:
    rich(field)
    with transaction() as session:
        session.get_one(Business, field.business).name = {"en": "=cmd|' /C calc'!A0"}
    payer = sign_in(field.payer)
    with count_queries() as queries:
        answer = payer.get("/sponsor/giving.csv")
    assert len(queries) <= 10, queries
    assert answer.mimetype == "text/csv"
    head, *rows = csv.reader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert len(rows) == 7
    assert all(row[1].startswith("'=cmd") for row in rows)
    first = dict(zip(head, rows[0], strict=True))
    assert (first["Amount promised"], first["At work"], first["Currency"]) == (
        "2000.00",
        "1000.00",
        "CNY",
    )
    book = load_workbook(io.BytesIO(payer.get("/sponsor/giving.xlsx").data))
    sheet = book.worksheets[0]
    assert sheet.max_row == 8
    assert sheet["I2"].value == 2000
    assert sheet["B2"].data_type == "s"
    assert browser(app).get("/sponsor/giving.csv").status_code in {302, 303, 401, 403}


def test_a_sponsor_sees_its_own_pledge_under_vote_and_nobody_goes_on(
    field: Field, sign_in: SignIn
) -> None:
    ident = field.add_paid()
    with transaction() as session:
        session.get_one(Project, field.project).state = State.ON_BALLOT
    assert sign_in(field.payer).get("/sponsor").status_code == 200
    answer = sign_in(field.officer).post(
        f"{OFFICE}/pledges/{ident}/release", data={"amount": "1", "milestone_id": "0"}
    )
    assert answer.status_code == 409
    assert "vote on this project" in answer.text
