"""Audit work in the yearly report: what was flagged, drawn, found, answered, and what was not."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from accounts.models import Area
from audit.desk import findings, sampling
from audit.desk.findings import Said
from audit.desk.models import SampleKind, Verdict
from audit.flags import dismissing
from audit.report.load import load_report
from audit.report.model import Amount, Link, Section
from audit.report.words import said
from core.db import transaction
from tests.audit.desk.bureau import Bureau
from tests.audit.desk.odd import DAY, YUAN
from tests.conftest import START
from transparency.keys import create_key
from transparency.sequencer import drain


def chapter(app: Flask, session: Session, bureau: Bureau, key: str) -> Section:
    session.rollback()
    with app.test_request_context(headers={"Accept-Language": "en"}):
        report = load_report(session, bureau.odd.area, 2026, "", START)
        return next(one for one in report.sections if one.key == key)


def table(app: Flask, found: Section, title: str) -> list[list[str]]:
    grid = next(one for one in found.grids if one.title == title)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return [[said(cell) for cell in row] for row in grid.rows]


def keys(found: Section) -> dict[str, int | Amount]:
    return {key.label: key.value for key in found.keys}


def test_findings_are_told_with_how_they_ended_and_hidden_ones_are_not(
    app: Flask, bureau: Bureau, session: Session
) -> None:
    closed = bureau.issue(severity="low", title="A receipt was missing")
    bureau.issue(severity="high", title="An order cut up")
    bureau.issue(visibility="answer", title="Not for everybody yet")
    bureau.draft(title="Only a draft")
    bureau.answer(closed)
    with transaction() as writing:
        said_so = Said("The receipts are here.", bureau.auditor, START)
        findings.close(writing, closed, Verdict.REMEDIED, said_so)
    found = chapter(app, session, bureau, "findings")
    assert keys(found) == {
        "Findings": 2,
        "Answers in time": 1,
        "Answers too late": 0,
        "Answers overdue": 0,
    }
    assert [row[1:2] + row[3:] for row in table(app, found, "Each finding")] == [
        ["A receipt was missing", "Minor", "Put right"],
        ["An order cut up", "Grave", "Waits for the answer"],
    ]
    assert table(app, found, "By gravity") == [["Minor", "1"], ["Grave", "1"]]
    assert table(app, found, "How they ended") == [["Put right", "1"]]
    assert [row[1:] for row in table(app, found, "By department")] == [["2", "1", "1"]]


def test_each_finding_leads_to_its_page(
    app: Flask, bureau: Bureau, session: Session, client: FlaskClient
) -> None:
    ident = bureau.issue()
    grid = chapter(app, session, bureau, "findings").grids[2]
    assert grid.title == "Each finding"
    link = grid.rows[0][0]
    assert isinstance(link, Link)
    assert link.url == f"/money/findings/{ident}"
    assert client.get(link.url).status_code == 200


def test_flags_are_counted_by_what_became_of_them_in_public(
    app: Flask, bureau: Bureau, session: Session
) -> None:
    flag = bureau.flag()
    before = table(app, chapter(app, session, bureau, "flags"), "By rule")
    session.rollback()
    path = session.get_one(Area, bureau.odd.area).path
    with transaction() as writing:
        dismissing.dismiss(writing, [flag], "Two works.", (bureau.auditor, [path]), START)
    after = table(app, chapter(app, session, bureau, "flags"), "By rule")
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [(old[3], new[3]) for old, new in changed] == [("0", "1")]
    for row in after:
        assert int(row[1]) == sum(map(int, row[2:]))


def test_a_flag_behind_a_hidden_finding_is_still_being_looked_at(
    app: Flask, bureau: Bureau, session: Session
) -> None:
    flag = bureau.flag()
    before = table(app, chapter(app, session, bureau, "flags"), "By rule")
    hidden = bureau.issue(visibility="answer", flags=[flag])
    assert table(app, chapter(app, session, bureau, "flags"), "By rule") == before
    bureau.answer(hidden)
    after = table(app, chapter(app, session, bureau, "flags"), "By rule")
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [(old[2], new[2]) for old, new in changed] == [("0", "1")]


def test_what_was_drawn_looked_at_and_left_out_adds_up_to_all_payments(
    app: Flask, bureau: Bureau, session: Session
) -> None:
    create_key(app.config["SETTINGS"])
    first = table(app, chapter(app, session, bureau, "coverage"), "Approved payments")
    assert first == [["Not drawn", "2", "¥100,000"]]
    with transaction() as writing:
        wish = sampling.Wish(SampleKind.RANDOM, bureau.odd.area, 1, DAY, DAY)
        sample = sampling.ask(writing, wish, bureau.office, bureau.auditor, START).id
    drain(app)
    with transaction() as writing:
        sampling.draw(writing, sample, START)
    found = chapter(app, session, bureau, "coverage")
    assert table(app, found, "Approved payments") == [
        ["Drawn, not looked at yet", "1", "¥50,000"],
        ["Not drawn", "1", "¥50,000"],
    ]
    total = found.grids[0].total
    assert total is not None
    assert total[1:] == [2, Amount(100_000 * YUAN, "CNY")]
    samples = table(app, chapter(app, session, bureau, "flags"), "Samples of payments")
    assert samples == [["At random", "1", "1", "0", "0"]]


def test_what_auditors_opened_is_counted(app: Flask, bureau: Bureau, session: Session) -> None:
    assert set(keys(chapter(app, session, bureau, "looks")).values()) == {0}
    for person in (bureau.auditor, bureau.colleague):
        assert bureau.browser(person).get("/audit/flags").status_code == 200
    assert bureau.browser().get("/audit/findings").status_code == 200
    found = keys(chapter(app, session, bureau, "looks"))
    assert found == {"Pages opened that are not public": 3, "Auditors who opened them": 2}


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_all_of_it_is_printed(client: FlaskClient, bureau: Bureau, language: str) -> None:
    bureau.issue(title="An order cut up")
    answer = client.get(f"/money/report/{bureau.odd.area}/2026.pdf?language={language}")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    assert "An order cut up" in text
    assert "SJ-" in text
