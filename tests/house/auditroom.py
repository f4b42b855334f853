"""The auditor's desk for the matrix of permissions: one of each thing that addresses name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from accounts.models import Membership, OrganisationKind, Role
from audit.desk.models import Finding, Sample, SampleItem, WorkingPaper
from audit.flags.models import Flag, FlagRun
from core.db import transaction
from tests.factories import Factory

DAY = date(2026, 2, 1)


def audit_room(make: Factory, area: int, people: Mapping[str, int], voucher: int) -> dict[str, int]:
    """A flag, an issued finding for the reviewer's department, a sample with one voucher, a
    working paper of the auditor's office."""
    office = make.organisation(area, OrganisationKind.AUDIT)
    make.member(people["auditor"], Role.AUDITOR, area, office)
    sample = Sample(
        area_id=area,
        office_id=office,
        kind="random",
        params={"fund": None, "since": "2026-01-01", "until": "2026-02-01"},
        size=1,
        population=1,
        population_sha256="x",
        total=1,
        asked_by_id=people["auditor"],
        asked_at=make.at,
    )
    sample_id, flag_id = make.add(sample), _flag(make, area, voucher)
    item = SampleItem(sample_id=sample_id, position=1, voucher_id=voucher, amount=1)
    about = {"office_id": office, "flag_id": flag_id, "by_id": people["auditor"]}
    paper = WorkingPaper(text="Ask again.", at=make.at, **about)
    return {
        "flag_id": flag_id,
        "finding_id": _finding(make, area, office, people),
        "sample_id": sample_id,
        "item_id": make.add(item),
        "paper_id": make.add(paper),
        "ref": flag_id,
    }


def _flag(make: Factory, area: int, voucher: int) -> int:
    run = make.add(FlagRun(asked_at=make.at, state="done", going=False))
    row = Flag(
        rule="round_sums",
        key="x",
        scope="payee:1",
        subject_kind="voucher",
        subject_ref=str(voucher),
        params={"count": 3, "all": 3},
        weight=20,
        area_id=area,
        digest="x",
        found_at=make.at,
        changed_at=make.at,
        run_id=run,
    )
    return make.add(row)


def _finding(make: Factory, area: int, office: int, people: Mapping[str, int]) -> int:
    with transaction() as session:
        rows = select(Membership.organisation_id).where(Membership.person_id == people["reviewer"])
        department = session.scalars(rows).one() or 0
    row = Finding(
        area_id=area,
        office_id=office,
        department_id=department,
        state="issued",
        severity="low",
        visibility="start",
        title="Receipts",
        text="Receipts are missing.",
        salt="x",
        answer_days=15,
        written_by_id=people["auditor"],
        written_at=make.at,
        issued_by_id=people["auditor"],
        issued_at=make.at,
        first_due_on=DAY,
        due_on=DAY,
    )
    return make.add(row)
