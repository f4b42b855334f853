"""A finding from the first draft to its verdict: who may do what, when it is public, what is
recorded, who is reminded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Notice, Role
from audit.desk import drafts, findings, reminding
from audit.desk.findings import Said
from audit.desk.models import (
    EntryKind,
    Finding,
    FindingEntry,
    FindingState,
    Verdict,
    finding_number,
)
from audit.desk.recording import text_hash
from audit.desk.states import MOVES
from audit.flags.models import Flag, FlagState
from core.clock import add_working_days
from core.db import transaction
from core.errors import Conflict, Invalid
from tests.audit.desk.bureau import ANSWER, TEXT, Bureau, leaves
from tests.audit.desk.odd import YUAN, flags
from tests.conftest import START

pytestmark = pytest.mark.usefixtures("no_form_tokens")
Clock = Callable[[datetime], None]
LATER = START + timedelta(days=60)


def form(bureau: Bureau, **values: object) -> dict[str, object]:
    """A filled-in finding."""
    given: dict[str, object] = {
        "title": "An order cut up",
        "severity": "high",
        "department": bureau.department,
        "company": "",
        "text": TEXT,
        "evidence": "",
        "answer_days": 15,
        "visibility": "start",
    }
    return given | values


def test_every_state_is_in_the_table() -> None:
    reached = {FindingState.DRAFT, *MOVES.values()}
    assert reached == set(FindingState)


def test_a_finding_from_a_flag_to_its_verdict(
    bureau: Bureau, client: FlaskClient, session: Session, clock: Clock
) -> None:
    flag = bureau.flag()
    auditor, clerk = bureau.browser(), bureau.browser(bureau.clerk)
    page = auditor.get(f"/audit/findings/new?flag={flag}").text
    assert bureau.numbers in page
    sent = form(bureau, evidence=bureau.numbers, company=f"payee:{bureau.payee}")
    made = auditor.post(f"/audit/findings/new?flag={flag}", data=sent)
    assert made.status_code == 303
    path = made.location
    ident = int(path.rpartition("/")[2])
    public = f"/money/findings/{ident}"
    assert session.get_one(Flag, flag).state == FlagState.FINDING
    assert client.get(public).status_code == 404
    assert clerk.get(path).status_code == 403
    assert auditor.post(f"{path}/issue").status_code == 303
    assert TEXT in client.get(public).text
    assert TEXT in clerk.get(path).text
    assert auditor.post(f"{path}/answer", data={"text": ANSWER}).status_code == 403
    assert clerk.post(f"{path}/answer", data={"text": "Yes."}).status_code == 422
    assert clerk.post(f"{path}/answer", data={"text": ANSWER}).status_code == 303
    assert clerk.post(f"{path}/answer", data={"text": ANSWER}).status_code == 409
    back = {"text": "The contract is not attached.", "answer_days": 5}
    assert clerk.post(f"{path}/return", data=back).status_code == 403
    assert auditor.post(f"{path}/return", data=back).status_code == 303
    clock(START + timedelta(days=30))
    auditor, clerk = bureau.browser(), bureau.browser(bureau.clerk)
    assert clerk.post(f"{path}/answer", data={"text": ANSWER}).status_code == 303
    seen = {"text": "We visited the site."}
    assert auditor.post(f"{path}/follow-up", data=seen).status_code == 303
    verdict = {"verdict": "remedied", "text": "The contract is there now."}
    assert clerk.post(f"{path}/close", data=verdict).status_code == 403
    assert auditor.post(f"{path}/close", data=verdict).status_code == 303
    text = client.get(public).text
    for said in ("Put right", "On time", "working days late", "We visited the site.", ANSWER):
        assert said in text
    assert auditor.post(f"{path}/follow-up", data=seen).status_code == 403
    kinds = [one.kind for one in entries(session, ident)]
    assert kinds == ["issued", "answer", "returned", "answer", "follow_up", "verdict"]
    assert leaves("finding.closed")[0]["verdict"] == "remedied"
    assert [one["late"] for one in leaves("finding.answered")] == [False, True]


def entries(session: Session, ident: int) -> list[FindingEntry]:
    """What was said and done."""
    session.rollback()
    rows = select(FindingEntry).where(FindingEntry.finding_id == ident)
    return list(session.scalars(rows.order_by(FindingEntry.id)))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "Odd"}, "title"),
        ({"text": "Why?"}, "text"),
        ({"answer_days": 2}, "answer_days"),
        ({"answer_days": 61}, "answer_days"),
        ({"evidence": "PZ-9999"}, "evidence"),
        ({"evidence": "something"}, "evidence"),
        ({"department": 0}, "department"),
        ({"company": "payee:999"}, "company"),
    ],
)
def test_a_finding_that_makes_no_sense_is_not_kept(
    bureau: Bureau, session: Session, wrong: dict[str, object], field: str
) -> None:
    answer = bureau.browser().post("/audit/findings/new", data=form(bureau, **wrong))
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    assert session.scalars(select(Finding.id)).all() == []


def test_what_is_public_after_the_answer_is_hidden_until_then(
    bureau: Bureau, client: FlaskClient
) -> None:
    ident = bureau.issue(visibility="answer")
    page = f"/money/findings/{ident}"
    assert client.get(page).status_code == 404
    assert "An order cut up" not in client.get("/money/findings").text
    assert "An order cut up" not in client.get(f"/organisations/{bureau.department}").text
    (issued,) = leaves("finding.issued")
    kept = bureau.finding(ident)
    assert issued["text_sha256"] == text_hash(kept.salt, kept.title, kept.text)
    assert TEXT not in str(issued)
    assert "department" not in issued
    assert leaves("finding.published") == []
    bureau.answer(ident)
    assert ANSWER in client.get(page).text
    (published,) = leaves("finding.published")
    assert (published["text"], published["salt"]) == (TEXT, kept.salt)


def test_it_is_public_when_the_answer_is_overdue_and_both_sides_are_reminded_once(
    bureau: Bureau, client: FlaskClient, session: Session, clock: Clock
) -> None:
    ident = bureau.issue(visibility="answer")
    due = add_working_days(START.date(), 15)
    on_time = START + (due - START.date())
    for at, found in ((on_time, 404), (on_time + timedelta(days=1), 200)):
        clock(at)
        assert client.get(f"/money/findings/{ident}").status_code == found
        reminding.remind(at)
        reminding.remind(at)
    kinds = [one.kind for one in entries(session, ident)]
    assert kinds == [EntryKind.ISSUED, EntryKind.REMINDER]
    told = session.execute(select(Notice.person_id, Notice.text)).all()
    overdue = [person for person, text in told if "overdue" in text["en"]]
    assert overdue == [bureau.clerk, bureau.auditor]
    assert "Overdue since" in client.get(f"/money/findings/{ident}").text
    assert len(leaves("finding.published")) == 1


def test_without_an_answer_it_is_closed_only_when_overdue_and_never_as_put_right(
    bureau: Bureau, clock: Clock
) -> None:
    ident = bureau.issue()

    def close(verdict: Verdict, at: datetime) -> None:
        clock(at)
        with transaction() as session:
            findings.close(session, ident, verdict, Said("Nobody answered us.", bureau.auditor, at))

    with pytest.raises(Conflict):
        close(Verdict.NOT_REMEDIED, START)
    with pytest.raises(Invalid):
        close(Verdict.EXPLAINED, LATER)
    close(Verdict.REFERRED, LATER)
    assert bureau.finding(ident).state == FindingState.CLOSED
    with pytest.raises(Conflict):
        close(Verdict.REFERRED, LATER)


def test_a_dropped_draft_opens_its_flags_again_and_an_issued_one_does_not_change(
    bureau: Bureau, session: Session
) -> None:
    flag = bureau.flag()
    auditor = bureau.browser()
    ident = bureau.draft(flags=[flag])
    path = f"/audit/findings/{ident}"
    assert flags("split_payment") == []
    edited = auditor.post(f"{path}/edit", data=form(bureau, title="Another title"))
    assert edited.status_code == 303
    assert bureau.finding(ident).title == "Another title"
    assert auditor.post(f"{path}/drop").status_code == 303
    assert [one.id for one in flags("split_payment")] == [flag]
    issued = bureau.issue()
    for verb in ("edit", "drop", "issue"):
        assert auditor.post(f"/audit/findings/{issued}/{verb}").status_code == 403
    with pytest.raises(Conflict), transaction() as writing:
        drafts.drop(writing, issued)


def test_drafts_are_of_their_office_and_findings_of_their_areas(bureau: Bureau) -> None:
    make = bureau.make
    draft, issued = bureau.draft(), bureau.issue(visibility="answer")
    colleague, other = bureau.browser(bureau.colleague), bureau.browser(bureau.other_auditor)
    elsewhere = bureau.browser(make.staff(Role.AUDITOR, make.area("Elsewhere")))
    clerk = bureau.browser(bureau.clerk)
    stranger = bureau.browser(
        make.staff(Role.REVIEWER, bureau.odd.area, make.organisation(bureau.odd.area))
    )
    seen = {"colleague": colleague, "other": other, "elsewhere": elsewhere, "clerk": clerk}
    answers = {
        name: [browser.get(f"/audit/findings/{one}").status_code for one in (draft, issued)]
        for name, browser in (seen | {"stranger": stranger}).items()
    }
    assert answers == {
        "colleague": [200, 200],
        "other": [403, 200],
        "elsewhere": [403, 403],
        "clerk": [403, 200],
        "stranger": [403, 403],
    }
    assert f"/audit/findings/{draft}" not in other.get("/audit/findings").text
    assert f"/audit/findings/{issued}" in clerk.get("/audit/findings").text
    assert f"/audit/findings/{issued}" not in stranger.get("/audit/findings").text
    verdict = {"verdict": "referred", "text": "It goes to the district."}
    assert other.post(f"/audit/findings/{issued}/close", data=verdict).status_code == 403


def test_auditors_do_not_judge_their_own_department(bureau: Bureau) -> None:
    ident = bureau.issue()
    bureau.answer(ident)
    bureau.make.member(bureau.auditor, Role.REVIEWER, bureau.odd.area, bureau.department)
    verdict = {"verdict": "explained", "text": "We looked at it ourselves."}
    path = f"/audit/findings/{ident}/close"
    assert bureau.browser().post(path, data=verdict).status_code == 403
    assert bureau.browser(bureau.colleague).post(path, data=verdict).status_code == 303


def test_what_was_said_is_never_changed(bureau: Bureau, session: Session) -> None:
    ident = bureau.issue()
    (entry,) = entries(session, ident)
    with pytest.raises(IntegrityError), transaction() as writing:
        writing.get_one(FindingEntry, entry.id).text = "Something else"
    with pytest.raises(IntegrityError), transaction() as writing:
        writing.delete(writing.get_one(FindingEntry, entry.id))


def test_the_list_is_filtered_by_its_address(
    bureau: Bureau, client: FlaskClient, clock: Clock
) -> None:
    lamps = bureau.issue(title="Lamps too dear", severity="low")
    closed = bureau.issue(title="Receipts missing", severity="high")
    bureau.answer(closed)
    with transaction() as session:
        said = Said("The receipts are here.", bureau.auditor, START)
        findings.close(session, closed, Verdict.REMEDIED, said)

    def titles(query: str) -> set[str]:
        text = client.get(f"/money/findings?{query}").text
        return {one for one in ("Lamps too dear", "Receipts missing") if one in text}

    assert titles("") == {"Lamps too dear", "Receipts missing"}
    assert titles("severity=high") == {"Receipts missing"}
    assert titles("verdict=remedied") == {"Receipts missing"}
    assert titles("state=issued") == {"Lamps too dear"}
    assert titles(f"q={finding_number(lamps)}") == {"Lamps too dear"}
    assert titles("q=receipts+m") == titles("q=Receipts+m") == {"Receipts missing"}
    assert titles("department=0&late=1") == set()
    clock(LATER)
    assert titles("late=1") == {"Lamps too dear"}
    assert titles("state=nonsense&page=x") == {"Lamps too dear", "Receipts missing"}


def test_findings_stand_on_the_pages_of_company_and_project(
    bureau: Bureau, client: FlaskClient
) -> None:
    make = bureau.make
    project = make.project(make.round(bureau.odd.area), bureau.odd.area)
    firm = bureau.odd.firm()
    payee = bureau.odd.payee(firm)
    bureau.odd.pay(payee, 100 * YUAN)
    bureau.issue(evidence=[("project", project)], payee_id=payee)
    for page in (f"/projects/{project}", f"/money/payees/{payee}", f"/organisations/{firm}"):
        assert "An order cut up" in client.get(page).text, page
    assert "An order cut up" not in client.get(f"/money/payees/{bureau.payee}").text
    assert len(leaves("finding.published")) == 1
