"""Every page of the desk opens, in both languages, with few queries, for whom it is meant."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Role
from audit.desk import papers, sampling
from audit.desk.models import (
    Look,
    SampleItem,
    SampleKind,
    finding_number,
    sample_number,
)
from audit.flags.models import FlagState
from core.db import transaction
from tests.audit.desk.bureau import TEXT, Bureau
from tests.audit.desk.odd import DAY, YUAN, flags, run
from tests.conftest import START, set_clock
from transparency.keys import create_key
from transparency.sequencer import drain

pytestmark = pytest.mark.usefixtures("no_form_tokens")
CountQueries = Callable[[], AbstractContextManager[list[str]]]
MOST_QUERIES = 12
PAGES = (
    "/audit",
    "/audit/flags",
    "/audit/flags?state=&rule=late_document&page=2",
    "/audit/flags?about=payee:{payee}",
    "/audit/flags/{flag}",
    "/audit/samples",
    "/audit/samples/new",
    "/audit/samples/{sample}",
    "/audit/samples/items/{item}",
    "/audit/findings?q=order&late=1",
    "/audit/findings",
    "/audit/findings/new?item={item}",
    "/audit/findings/{finding}",
    "/audit/looks",
    "/audit/runs/progress",
)
PUBLIC = (
    "/money/findings",
    "/money/findings/{finding}",
    "/money/samples",
    "/money/samples/{sample}",
    "/organisations/{department}",
)


def fill(bureau: Bureau, app: Flask) -> dict[str, int]:
    """Something of everything, and much of some of it."""
    odd = bureau.odd
    flag = bureau.flag()
    for number in range(40):
        payee = odd.payee()
        odd.invoice(payee, f"X{number}", 100_00, DAY + timedelta(days=1), booked=DAY)
    run()
    evidence = [("payee", bureau.payee), ("fund", odd.fund)]
    evidence += [("voucher", one) for one in bureau.vouchers]
    found = bureau.issue(flags=[flag], payee_id=bureau.payee, evidence=evidence)
    for _ in range(25):
        bureau.issue(visibility="answer")
    wish = sampling.Wish(SampleKind.RANDOM, odd.area, 30, DAY, DAY)
    with transaction() as session:
        sample = sampling.ask(session, wish, bureau.office, bureau.auditor, START).id
    create_key(app.config["SETTINGS"])
    drain(app)
    with transaction() as session:
        sampling.draw(session, sample, START)
    with transaction() as session:
        item = session.query(SampleItem.id).limit(1).scalar() or 0
        for kind, ref in (("flag", flag), ("finding", found), ("item", item)):
            note = papers.Note(kind, ref, "Ask the bank.")
            papers.add(session, note, bureau.office, bureau.auditor, START)
    ids = {"flag": flag, "finding": found, "sample": sample, "item": item}
    return ids | {"payee": bureau.payee, "department": bureau.department}


def test_every_page_opens_with_few_queries_in_both_languages(
    bureau: Bureau, app: Flask, client: FlaskClient, count_queries: CountQueries
) -> None:
    ids = fill(bureau, app)
    auditor = bureau.browser()
    for page in (one.format(**ids) for one in PAGES):
        auditor.get(page)  # what is loaded once for all pages
        with count_queries() as sent:
            answer = auditor.get(page)
        assert answer.status_code == 200, page
        sent = [one for one in sent if one != "BEGIN"]
        assert len(sent) <= MOST_QUERIES, (
            page,
            len(sent),
            [" ".join(one.split())[:60] + " FROM " + one.partition("FROM")[2][:50] for one in sent],
        )
        assert auditor.get(page, headers={"Cookie": "locale=zh_Hans"}).status_code == 200
    for page in (one.format(**ids) for one in PUBLIC):
        with count_queries() as sent:
            assert client.get(page).status_code == 200, page
        assert len(sent) <= MOST_QUERIES, (page, len(sent))
    assert "An order cut up" in client.get(f"/organisations/{bureau.department}").text
    assert "An order cut up" in client.get(f"/money/payees/{bureau.payee}").text


def test_the_desk_says_what_is_to_be_done_by_its_day(
    bureau: Bureau, app: Flask, client: FlaskClient
) -> None:
    ids = fill(bureau, app)
    bureau.answer(ids["finding"])
    numbers = [finding_number(ids["finding"] + place) for place in range(2)]
    text = unescape(bureau.browser().get("/audit").text)
    assert f"Judge the answer to finding {numbers[0]}" in text
    assert f"Work through sample {sample_number(ids['sample'])}: 30 of 30 left" in text
    assert "new flags to look at" in text
    set_clock(app, START + timedelta(days=60))
    assert f"The answer to finding {numbers[1]} is overdue" in bureau.browser().get("/audit").text
    desk = bureau.browser(bureau.clerk).get("/desk").text
    assert f"Answer finding {numbers[1]} of the auditors" in desk
    assert "overdue" in desk
    assert client.get("/audit").status_code == 302  # to sign in first


def test_many_flags_are_dismissed_with_one_reason(bureau: Bureau, session: Session) -> None:
    for number in range(5):
        bureau.odd.invoice(
            bureau.odd.payee(), f"X{number}", 100_00, DAY + timedelta(days=1), booked=DAY
        )
    run()
    found = [one.id for one in flags("late_document")]
    auditor = bureau.browser()
    path = "/audit/flags/dismiss?rule=late_document"
    assert auditor.post(path, data={"flags": found, "reason": "No"}).status_code == 422
    assert auditor.post(path, data={"reason": "Final invoices."}).status_code == 422
    sent = {"flags": found[:4], "reason": "Final invoices."}
    answer = auditor.post(f"{path}&next=/audit/flags?rule=late_document", data=sent)
    assert answer.status_code == 303
    assert [one.id for one in flags("late_document")] == found[4:]
    (dismissed, *_rest) = flags("late_document", FlagState.DISMISSED)
    assert (dismissed.dismissed_by_id, dismissed.dismissed_reason) == (
        bureau.auditor,
        "Final invoices.",
    )
    page = f"/audit/flags/{dismissed.id}"
    assert "Dismissed by" in auditor.get(page).text
    assert auditor.post(f"{page}/reopen").status_code == 303
    assert len(flags("late_document")) == 2


def test_flags_of_other_areas_are_neither_seen_nor_dismissed(bureau: Bureau) -> None:
    flag = bureau.flag()
    make = bureau.make
    elsewhere = bureau.browser(make.staff(Role.AUDITOR, make.area("Elsewhere")))
    assert elsewhere.get(f"/audit/flags/{flag}").status_code == 403
    assert f"/audit/flags/{flag}" not in elsewhere.get("/audit/flags").text
    sent = {"flags": [flag], "reason": "Nothing at all."}
    assert elsewhere.post("/audit/flags/dismiss", data=sent).status_code == 422
    assert [one.id for one in flags("split_payment")] == [flag]


def test_a_run_is_started_and_watched(bureau: Bureau, session: Session) -> None:
    from core import outbox  # noqa: PLC0415 - for this one

    auditor = bureau.browser()
    assert "have not looked yet" in auditor.get("/audit").text
    assert auditor.post("/audit/runs").status_code == 303
    assert auditor.post("/audit/runs").status_code == 303  # is told that one is going
    assert "Waiting for its turn" in auditor.get("/audit/runs/progress").text
    outbox.deliver(START)
    done = auditor.get("/audit/runs/progress")
    assert done.headers["HX-Refresh"] == "true"
    assert "New flags: 1." in done.text
    assert TEXT not in done.text
    assert session.query(Look).filter(Look.endpoint == "audit_desk.progress").count() == 0
    assert len(flags("split_payment")) == 1
    assert YUAN == 100
