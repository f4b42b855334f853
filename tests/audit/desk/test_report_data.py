"""The year's figures of audit work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from accounts.models import Area
from audit.desk import findings, sampling
from audit.desk.findings import Said
from audit.desk.models import SampleKind, Verdict
from audit.desk.report_data import AuditYear, audit_year
from audit.flags import dismissing
from core.db import transaction
from tests.audit.desk.bureau import Bureau
from tests.audit.desk.odd import DAY
from tests.conftest import START
from tests.factories import Factory
from transparency.keys import create_key
from transparency.sequencer import drain

LATER = START + timedelta(days=60)


@pytest.fixture
def path(bureau: Bureau, session: Session) -> str:
    """The area of the office."""
    return session.get_one(Area, bureau.odd.area).path


def year(session: Session, path: str, number: int = 2026) -> AuditYear:
    """The figures, as of two months later."""
    session.rollback()
    return audit_year(session, [path], number, LATER)


def test_findings_are_counted_by_severity_state_department_and_end(
    bureau: Bureau, session: Session, path: str, make: Factory
) -> None:
    closed, late, _waiting = (bureau.issue(severity=one) for one in ("low", "high", "high"))
    bureau.issue(visibility="answer")
    bureau.draft()
    bureau.answer(closed)
    bureau.answer(late, LATER)
    with transaction() as writing:
        said = Said("The receipts are here.", bureau.auditor, START)
        findings.close(writing, closed, Verdict.REMEDIED, said)
    found = year(session, path)
    assert found.severities == {"low": 1, "high": 3}  # the hidden one is public when overdue
    assert found.states == {"closed": 1, "answered": 1, "issued": 2}
    assert found.verdicts == {"remedied": 1}
    (department,) = found.departments
    assert (department.id, department.issued, department.waiting, department.closed) == (
        bureau.department,
        4,
        2,
        1,
    )
    assert (found.answers.on_time, found.answers.late, found.answers.overdue) == (1, 1, 2)
    elsewhere = session.get_one(Area, make.area("Elsewhere")).path
    for other in (year(session, path, 2025), year(session, elsewhere)):
        assert (other.severities, other.departments) == ({}, [])


def test_flags_and_samples_are_counted(
    app: Flask, bureau: Bureau, session: Session, path: str
) -> None:
    create_key(app.config["SETTINGS"])
    flag = bureau.flag()
    with transaction() as writing:
        by = (bureau.auditor, [path])
        dismissing.dismiss(writing, [flag], "Two works.", by, START)
    with transaction() as writing:
        wish = sampling.Wish(SampleKind.RANDOM, bureau.odd.area, 2, DAY, DAY)
        sample = sampling.ask(writing, wish, bureau.office, bureau.auditor, START).id
    drain(app)
    with transaction() as writing:
        sampling.draw(writing, sample, START)
    found = year(session, path)
    split = next(one for one in found.rules if one.rule == "split_payment")
    assert (split.found, split.open, split.dismissed) == (1, 0, 1)
    (drawn,) = found.samples
    assert (drawn.kind, drawn.samples, drawn.drawn, drawn.looked) == ("random", 1, 2, 0)
