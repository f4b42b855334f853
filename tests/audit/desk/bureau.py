"""An audit office at work: auditors, a department that answers, and books with something odd."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import OrganisationKind, Role
from audit.desk import drafts, findings
from audit.desk.drafts import Draft
from audit.desk.findings import Said
from audit.desk.models import Finding, Severity, Visibility
from core.db import db, transaction
from ledger.models import voucher_number
from tests.audit.desk.odd import YUAN, Odd, flags, run
from tests.factories import Factory
from transparency.models import Leaf

SignIn = Callable[..., FlaskClient]
TEXT = "Two payments were cut up. Please show the order, and say who decided."
ANSWER = "It was one order; we have told our staff and attached the contract."


@dataclass
class Bureau:
    """Whoever has a part in an audit, and their browsers."""

    make: Factory
    sign_in: SignIn
    odd: Odd
    office: int
    auditor: int
    colleague: int
    other_auditor: int
    department: int
    clerk: int
    payee: int
    vouchers: list[int]

    @classmethod
    def open(cls, make: Factory, sign_in: SignIn) -> Bureau:
        """An office with two auditors, another with one, a department with one clerk, a payee
        who was paid twice just below a limit."""
        odd = Odd.open(make)
        office = make.organisation(odd.area, OrganisationKind.AUDIT)
        other = make.organisation(odd.area, OrganisationKind.AUDIT)
        department = make.organisation(odd.area)
        payee = odd.payee()
        vouchers = [odd.pay(payee, 50_000 * YUAN) for _ in range(2)]
        return cls(
            make,
            sign_in,
            odd,
            office,
            make.staff(Role.AUDITOR, odd.area, office),
            make.staff(Role.AUDITOR, odd.area, office),
            make.staff(Role.AUDITOR, odd.area, other),
            department,
            make.staff(Role.REVIEWER, odd.area, department),
            payee,
            vouchers,
        )

    @property
    def numbers(self) -> str:
        """The numbers of the payments that were cut up, as auditors type them."""
        return ", ".join(map(voucher_number, self.vouchers))

    @property
    def now(self) -> datetime:
        """The time at which things happen."""
        return self.make.at

    def browser(self, person: int | None = None) -> FlaskClient:
        """A signed-in browser; by default the auditor's."""
        return self.sign_in(person or self.auditor)

    def flag(self) -> int:
        """Let the rules look; gives the flag about the payments that were cut up."""
        run()
        return flags("split_payment")[0].id

    def draft(self, **values: Any) -> int:
        """A draft for the department."""
        given: dict[str, Any] = {
            "department_id": self.department,
            "severity": Severity.HIGH,
            "visibility": Visibility.START,
            "title": "An order cut up",
            "text": TEXT,
            "answer_days": 15,
            "evidence": [],
        }
        with transaction() as session:
            draft = Draft(**given | values)
            return drafts.write(session, draft, self.office, self.auditor, self.now).id

    def issue(self, **values: Any) -> int:
        """A finding that was issued."""
        ident = self.draft(**values)
        with transaction() as session:
            findings.issue(session, ident, self.auditor, self.now)
        return ident

    def answer(self, ident: int, at: datetime | None = None, text: str = ANSWER) -> None:
        """The department's answer."""
        with transaction() as session:
            findings.answer(session, ident, Said(text, self.clerk, at or self.now))

    def finding(self, ident: int) -> Finding:
        """A finding as the database has it now."""
        db.session.rollback()
        return db.session.get_one(Finding, ident)


def leaves(kind: str) -> list[dict[str, Any]]:
    """What the record says of one kind."""

    db.session.rollback()
    rows = select(Leaf.body).where(Leaf.type == kind).order_by(Leaf.id)
    return [json.loads(body) for body in db.session.scalars(rows)]
