"""What does not match between payment services and the books: in numbers for everybody, line by
line for money people and auditors."""

from __future__ import annotations

from flask import Blueprint, render_template

from core.db import db
from core.policy import public, requires
from sponsorship.payments.office_words import PROBLEMS, TOPICS, provider_name
from sponsorship.payments.queries.problems import events_to_look_at, last_compared
from sponsorship.payments.queries.public import services, transfers
from sponsorship.payments.queries.reconciliation import missing_rows, unmatched_lines

everybody = Blueprint("partners_payments", __name__)
office = Blueprint("partners_office_problems", __name__)


@everybody.get("/partners/payments")
@public
def index() -> str:
    """How far payment services and the books agree, run by run."""
    return render_template(
        "sponsorship/payments/reconciliation.html",
        services=services(db.session),
        transfers=transfers(db.session),
        name=provider_name,
    )


@office.get("/office/partners/problems")
@requires("sponsorship:payments:problems")
def problems() -> str:
    """Every line, booking and message that waits for a person."""
    return render_template(
        "sponsorship/payments/problems.html",
        lines=unmatched_lines(db.session),
        missing=[
            (name, missing_rows(db.session, name, asked))
            for name, asked in last_compared(db.session)
        ],
        events=events_to_look_at(db.session),
        problems=PROBLEMS,
        topics=TOPICS,
        name=provider_name,
    )
