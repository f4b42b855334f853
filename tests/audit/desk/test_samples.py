"""Samples: asked for in public before there is a seed, drawn the same by whoever does it again."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit.desk import reminding, sampling
from audit.desk.models import Sample, SampleItem, SampleKind
from core.db import transaction
from core.errors import Conflict, Invalid
from ledger.models import Voucher, VoucherState
from tests.audit.desk.bureau import Bureau, leaves
from tests.audit.desk.odd import DAY, YUAN, run
from tests.conftest import START
from transparency.keys import create_key
from transparency.models import Leaf, SignedCheckpoint
from transparency.sequencer import drain

pytestmark = pytest.mark.usefixtures("no_form_tokens")


def ask(bureau: Bureau, kind: SampleKind = SampleKind.RANDOM, size: int = 3, **values: Any) -> int:
    """A sample of the year's payments."""
    wish: dict[str, Any] = {"since": date(2026, 1, 1), "until": date(2026, 3, 1)}
    with transaction() as session:
        asked = sampling.Wish(kind, bureau.odd.area, size, **wish | values)
        return sampling.ask(session, asked, bureau.office, bureau.auditor, bureau.now).id


def draw(sample: int) -> list[int]:
    """The vouchers that are drawn."""
    with transaction() as session:
        sampling.draw(session, sample, START)
    with transaction() as session:
        rows = select(SampleItem.voucher_id).where(SampleItem.sample_id == sample)
        return list(session.scalars(rows.order_by(SampleItem.position)))


def test_the_seed_is_the_first_signed_root_after_what_was_asked_for(
    app: Flask, bureau: Bureau, session: Session
) -> None:
    for number in range(20):
        bureau.odd.pay(bureau.payee, (100 + number) * YUAN)
    create_key(app.config["SETTINGS"])
    drain(app)
    before = set(session.scalars(select(SignedCheckpoint.root)))
    sample = ask(bureau, size=5)
    with pytest.raises(Conflict):
        draw(sample)
    drain(app)
    drawn = draw(sample)
    bureau.issue()
    drain(app)
    session.rollback()
    kept = session.get_one(Sample, sample)
    roots = session.execute(
        select(SignedCheckpoint.size, SignedCheckpoint.root).order_by(SignedCheckpoint.size)
    ).all()
    seq = session.scalar(select(Leaf.seq).where(Leaf.id == kept.leaf_id))
    assert seq is not None
    assert (kept.checkpoint_size, kept.seed) == next(one for one in roots if one.size > seq)
    assert kept.seed not in before
    # Anybody does it again from what is public.
    (asked,) = leaves("audit.sample_asked")
    rows = session.execute(select(Voucher.id, Voucher.amount).order_by(Voucher.id)).all()
    lines = "".join(f"{ident} {amount}\n" for ident, amount in rows)
    assert hashlib.sha256(lines.encode()).hexdigest() == asked["population_sha256"]
    ranked = sorted(
        rows, key=lambda one: hashlib.sha256(f"{kept.seed} {one.id}".encode()).hexdigest()
    )
    assert drawn == [one.id for one in ranked[:5]] == leaves("audit.sample_drawn")[0]["vouchers"]


def test_what_happens_after_asking_changes_nothing(
    app: Flask, bureau: Bureau, session: Session
) -> None:
    create_key(app.config["SETTINGS"])
    for number in range(9):
        bureau.odd.pay(bureau.payee, (100 + number) * YUAN)
    waiting = bureau.odd.pay(bureau.payee, YUAN, state=VoucherState.REQUESTED, decided_at=None)
    sample = ask(bureau, SampleKind.AMOUNT, 4)
    later = START + timedelta(hours=1)
    bureau.odd.pay(bureau.payee, 10**6 * YUAN, requested_at=later, decided_at=later)
    with transaction() as writing:
        approved = {"state": VoucherState.APPROVED, "decided_at": later}
        writing.execute(update(Voucher).where(Voucher.id == waiting).values(**approved))
        writing.execute(update(Voucher).where(Voucher.id == 3).values(state=VoucherState.REVERSED))
    drain(app)
    assert waiting not in draw(sample)
    assert session.get_one(Sample, sample).population == 11


def test_a_changed_past_is_noticed(app: Flask, bureau: Bureau) -> None:
    create_key(app.config["SETTINGS"])
    sample = ask(bureau, size=1)
    with transaction() as session:
        session.execute(update(Voucher).where(Voucher.id == bureau.vouchers[0]).values(amount=1))
    drain(app)
    with force_locale("en"), pytest.raises(Conflict, match="changed the past"):
        draw(sample)
    reminding.draw_samples(START)  # says so in the log, and goes on


def test_by_risk_draws_what_is_flagged_most(app: Flask, bureau: Bureau) -> None:
    create_key(app.config["SETTINGS"])
    with pytest.raises(Invalid):
        ask(bureau, SampleKind.RISK)
    payee = bureau.odd.payee()
    bureau.odd.invoice(payee, "L1", 800 * YUAN, DAY + timedelta(days=1), booked=DAY)
    bureau.odd.pay(payee, 7 * YUAN)
    run()
    sample = ask(bureau, SampleKind.RISK, 10)
    drain(app)
    drawn = draw(sample)
    assert set(drawn[:2]) == set(bureau.vouchers)  # cut up, weighs more
    assert drawn[2:] == [bureau.vouchers[1] + 1]


def test_the_clock_draws_by_itself(app: Flask, bureau: Bureau, session: Session) -> None:
    create_key(app.config["SETTINGS"])
    sample = ask(bureau, size=2)
    reminding.draw_samples(START)
    assert session.get_one(Sample, sample).drawn_at is None
    drain(app)
    for _ in range(2):
        reminding.draw_samples(START)
    session.rollback()
    assert session.get_one(Sample, sample).drawn_at == START
    assert len(leaves("audit.sample_drawn")) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"size": 0}, "size"),
        ({"size": 501}, "size"),
        ({"since": "2026-02-20", "until": "2026-02-19"}, "until"),
        ({"until": "2026-03-03"}, "until"),
        ({"since": "2025-01-01", "until": "2025-02-01"}, "since"),
    ],
)
def test_a_sample_that_makes_no_sense_is_not_recorded(
    bureau: Bureau, session: Session, wrong: dict[str, object], field: str
) -> None:
    sent = {"kind": "random", "area": bureau.odd.area, "size": 2}
    sent |= {"since": "2026-01-01", "until": "2026-03-01"}
    answer = bureau.browser().post("/audit/samples/new", data=sent | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    assert session.scalars(select(Sample.id)).all() == []


def test_a_sample_is_worked_through_and_only_its_seed_is_public(
    app: Flask,
    bureau: Bureau,
    client: FlaskClient,
    session: Session,
) -> None:
    create_key(app.config["SETTINGS"])
    auditor = bureau.browser()
    sent = {"kind": "random", "area": bureau.odd.area, "size": 2}
    sent |= {"since": "2026-01-01", "until": "2026-03-01"}
    made = auditor.post("/audit/samples/new", data=sent)
    assert made.status_code == 303
    page = made.location
    assert auditor.post(f"{page}/draw").status_code == 303
    assert "The seed comes with the next signature" in auditor.get(page).text
    drain(app)
    assert auditor.post(f"{page}/draw").status_code == 303
    session.rollback()
    item = session.scalars(select(SampleItem.id)).first()
    note = {"note": "The receipt is a copy."}
    assert auditor.post(f"/audit/samples/items/{item}", data=note).status_code == 303
    assert "1 of 2 looked at" in auditor.get(page).text
    other = bureau.browser(bureau.other_auditor)
    assert other.get(page).status_code == 200
    assert other.get(f"/audit/samples/items/{item}").status_code == 403
    number = int(page.rpartition("/")[2])
    public = client.get(f"/money/samples/{number}").text
    assert str(session.get_one(Sample, number).seed) in public
    assert "The receipt is a copy." not in public
    finding = {
        "title": "A copy instead of a receipt",
        "severity": "low",
        "department": bureau.department,
        "company": "",
        "text": "The receipt is a copy; please bring the original.",
        "evidence": bureau.numbers,
        "answer_days": 10,
        "visibility": "start",
    }
    raised = auditor.post(f"/audit/findings/new?item={item}", data=finding)
    assert raised.status_code == 303
    session.rollback()
    assert session.get_one(SampleItem, item).finding_id is not None
