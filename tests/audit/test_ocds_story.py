"""What becomes of tenders, awards, contracts and payments in open contracting data."""

from __future__ import annotations

import gzip
import json
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import db, transaction
from ledger.models import Payee, Voucher, VoucherKind
from ledger.services.contracting import standing
from projects.tenders import services
from tests.audit.contracting import Contracting, Json, compiled, releases, tags
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY


def test_before_the_opening_bids_leave_no_trace(
    site: Contracting, client: FlaskClient, session: Session
) -> None:
    tender = site.publish()
    paths = (
        f"/projects/{site.project}/ocds.json",
        f"/projects/{site.project}/ocds-releases.json",
        "/money/ocds.jsonl.gz",
        "/money/export/ocds",
    )
    before = [client.get(path).data for path in paths]
    bids = site.bids(tender)
    with transaction() as writing:
        services.withdraw_bid(writing, bids[2], site.traders[2], site.at + 2 * DAY)
    assert [client.get(path).data for path in paths] == before
    text = b"".join([*before[:2], gzip.decompress(before[2]), before[3]]).decode()
    for secret in ("Greenfield", "tenderer", "numberOf", site.bid_row(bids[0]).envelope_sha256):
        assert secret not in text
    site.bid(tender, 3, price=60_000 * YUAN)
    site.open(tender)
    names = {one["name"] for one in compiled(client, site)["tender"]["tenderers"]}
    assert names == {"Greenfield 1 Ltd", "Greenfield 2 Ltd", "Greenfield 4 Ltd"}


def test_a_tender_with_too_few_bids_ends_and_names_nobody(
    site: Contracting, client: FlaskClient
) -> None:
    tender = site.publish()
    site.bid(tender, 0)
    assert site.open(tender)
    found = releases(client, site)
    assert tags(found)[-1] == "tenderCancellation"
    assert compiled(client, site)["tender"]["status"] == "unsuccessful"
    assert "Greenfield" not in json.dumps(found)


def test_an_award_that_an_objection_undid_stays_as_cancelled_beside_the_next(
    site: Contracting, client: FlaskClient
) -> None:
    tender = site.awarded()
    objection = site.object_to(tender)
    with transaction() as session:
        services.decide_objection(
            session,
            objection,
            upheld=True,
            answer="True: a reviewer was wrong.",
            by_id=site.other,
            now=site.opening + 3 * DAY,
        )
    found = compiled(client, site)
    assert [one["status"] for one in found["awards"]] == ["cancelled"]
    assert found["tender"]["status"] == "active"
    site.award(tender, at=site.opening + 4 * DAY)
    again = compiled(client, site)
    assert [(one["id"], one["status"]) for one in again["awards"]] == [
        (f"ZB-{tender:05d}-1", "cancelled"),
        (f"ZB-{tender:05d}-2", "pending"),
    ]
    assert again["awards"][0]["value"] == {"amount": 70000, "currency": "CNY"}


def test_a_cancelled_tender_says_so(site: Contracting, client: FlaskClient, app: Flask) -> None:
    tender = site.awarded()
    keys = app.config["SETTINGS"].keys
    with transaction() as session:
        services.cancel(
            session, tender, "The park is closed.", site.other, keys=keys, now=site.later
        )
    found = compiled(client, site)
    assert found["tender"]["status"] == "cancelled"
    assert found["awards"][0]["status"] == "cancelled"
    assert tags(releases(client, site))[-1] == "tenderCancellation+awardCancellation"


def test_a_direct_award_is_one_release_with_its_reason(
    site: Contracting, client: FlaskClient
) -> None:
    site.directly()
    (found,) = releases(client, site)
    assert found["tag"] == ["planning", "tender", "award"]
    assert found["tender"]["procurementMethod"] == "direct"
    assert "lamps of this kind" in found["tender"]["procurementMethodRationale"]
    assert found["awards"][0]["status"] == "active"


def test_a_contract_shows_what_was_promised_and_what_became_of_it(
    site: Contracting, client: FlaskClient
) -> None:
    site.whole_way()
    signed = next(one for one in releases(client, site) if one["tag"] == ["contract"])
    then, now = signed["contracts"][0], compiled(client, site)["contracts"][0]
    assert (then["value"]["amount"], now["value"]["amount"]) == (70000, 71666.67)
    assert then["period"]["endDate"].startswith("2026-08-31")
    assert now["period"]["endDate"].startswith("2026-09-15")
    assert [one["status"] for one in then["milestones"]] == ["scheduled", "scheduled"]
    assert [one["status"] for one in now["milestones"]] == ["met", "scheduled"]
    assert date.fromisoformat(then["milestones"][1]["dueDate"][:10]) == date(2026, 5, 1)
    assert len(now["amendments"]) == 2
    assert now["amendments"][0]["amendsReleaseID"] == signed["id"]


def paid(found: Json) -> int:
    """The sum of all transactions, in fen."""
    work = found["contracts"][0]["implementation"]
    return sum(round(one["value"]["amount"] * 100) for one in work["transactions"])


def test_transactions_add_up_to_what_the_books_say_was_paid(
    site: Contracting, client: FlaskClient, session: Session
) -> None:
    site.whole_way()
    first = site.milestones[0]
    second = site.pay(first, 10_000_00 + 1, site.later + 5 * DAY)
    assert paid(compiled(client, site)) == 30_000_01
    assert standing(session, site.project).paid == 30_000_01
    session.rollback()
    payee = db.session.get_one(Voucher, second).payee_id
    site.books.book(VoucherKind.REFUND, 500 * YUAN, cost_centre_id=site.centre(), payee_id=payee)
    assert paid(compiled(client, site)) == 29_500_01
    line = compiled(client, site)["contracts"][0]["implementation"]["transactions"][-1]
    assert line["value"] == {"amount": -500, "currency": "CNY"}
    assert client.get(line["uri"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_a_payee_has_its_number_in_the_public_register(
    site: Contracting, client: FlaskClient
) -> None:
    site.whole_way()
    with transaction() as session:
        payee = session.scalars(select(Payee).where(Payee.organisation_id == site.firms[1])).one()
        payee.code = "91330100MA2H0AJJ1M"
    parties = {one["id"]: one for one in compiled(client, site)["parties"]}
    assert parties[f"org-{site.firms[1]}"]["identifier"] == {
        "scheme": "CN-USCC",
        "id": "91330100MA2H0AJJ1M",
        "legalName": "Greenfield 2 Ltd",
    }
    assert parties[f"org-{site.firms[1]}"]["roles"] == ["tenderer", "supplier", "payee"]
