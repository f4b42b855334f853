"""A bank account at which a call's money arrives, with statements and transfers, for tests."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from accounts.models import Area
from core.db import db, transaction
from ledger.models import BankLine, BankMatch, Fund, Transfer
from ledger.services.statements import import_statement, keep_funds_at, open_bank_account
from sponsorship.models import BankConfirmation, Payment, Pledge, Refund
from sponsorship.payments.references import reference_of
from sponsorship.payments.services import transfers, transfers_back
from sponsorship.states import PaymentState, PledgeState
from tests.ledger.banks import line, statement
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.ground import add_payment

WHOLE = 10_000 * YUAN


class Counter:
    """The account of a square's fund."""

    def __init__(self, square: Square) -> None:
        self.square = square
        self.at: datetime = square.at
        self.files = itertools.count(1)
        self.account = self.open_account([square.fund])

    def open_account(self, funds: Sequence[int]) -> int:
        """Another account, with these funds."""
        with transaction() as session:
            made = open_bank_account(
                session,
                session.get_one(Area, self.square.area),
                name={"en": "Partners' account", "zh_Hans": "合作伙伴专户"},
                number="6222 0000 8888",
                currency="CNY",
                by_id=self.square.finance,
                now=self.at,
            ).id
            keep_funds_at(session, made, funds, self.square.finance, self.at)
            return made

    def expect(
        self, amount: int = WHOLE, pledge: int | None = None, attempt: int = 1, **about: Any
    ) -> int:
        """A payment by transfer that is waited for."""
        pledge_id = pledge or self.square.add_signed(amount)
        row = {
            "provider": "bank",
            "provider_ref": None,
            "amount": amount,
            "attempt": attempt,
            "reference": reference_of(pledge_id, attempt),
        }
        return add_payment(self.square, pledge_id, **row | about)

    def lapsed(self, amount: int = WHOLE) -> int:
        """A payment by transfer for a pledge that has lapsed."""
        pledge = self.square.add_pledge(amount, PledgeState.LAPSED)
        return self.expect(amount, pledge, state=PaymentState.CANCELLED)

    def code(self, payment_id: int) -> str:
        """What its transfer says."""
        return db.session.get_one(Payment, payment_id).reference

    def arrive(self, amount: int, said: str = "", **about: Any) -> int:
        """A line of a statement; gives its number."""
        account = about.pop("account", self.account)
        file = statement(line(amount, said, **about), sha256=str(next(self.files)))
        with transaction() as session:
            by = self.square.finance
            import_statement(session, account, file, by_id=by, now=self.at, twins=True)
        return db.session.scalars(select(BankLine.id).order_by(BankLine.id.desc())).first() or 0

    def ask(self, payment_id: int, line_id: int | None = None, **how: Any) -> int:
        """Say that a payment has arrived."""
        by = how.pop("by", self.square.finance)
        with transaction() as session:
            return transfers.ask(session, payment_id, by, self.at, line_id=line_id, **how).id

    def confirm(self, confirmation_id: int, by: int | None = None) -> None:
        """Confirm it."""
        with transaction() as session:
            by_id = by or self.square.approver
            transfers.confirm(session, confirmation_id, by_id, self.at)

    def drop(self, confirmation_id: int, by: int | None = None) -> None:
        """Do not confirm it."""
        with transaction() as session:
            by_id = by or self.square.approver
            transfers.drop(session, confirmation_id, "No such line.", by_id, self.at)

    def send(self, refund_id: int, line_id: int | None = None, on: date | None = None) -> None:
        """Say that a refund was transferred."""
        with transaction() as session:
            by = self.square.finance
            transfers_back.ask(session, refund_id, by, self.at, line_id=line_id, on=on)

    def confirm_sent(self, refund_id: int, by: int | None = None) -> None:
        """Confirm that."""
        with transaction() as session:
            transfers_back.confirm(session, refund_id, by or self.square.approver, self.at)

    def close_books(self, until: date) -> None:
        """Close the books of the fund up to a day."""
        with transaction() as session:
            session.get_one(Fund, self.square.fund).closed_until = until

    def payment(self, ident: int) -> Payment:
        """A payment as it is now."""
        db.session.rollback()
        return db.session.get_one(Payment, ident)

    def pledge_of(self, payment_id: int) -> Pledge:
        """Its pledge as it is now."""
        return self.payment(payment_id).pledge

    def refund_of(self, payment_id: int) -> Refund:
        """Its only refund."""
        db.session.rollback()
        return db.session.scalars(select(Refund).where(Refund.payment_id == payment_id)).one()

    def said(self) -> list[BankConfirmation]:
        """Everything that was said of transfers."""
        db.session.rollback()
        return list(db.session.scalars(select(BankConfirmation)))

    def matches(self) -> list[tuple[int, str]]:
        """The lines of the bank that are matched, and to what kind of line."""
        db.session.rollback()
        rows = select(BankMatch.line_id, Transfer.code).join(
            Transfer, Transfer.id == BankMatch.transfer_id
        )
        return [(line_id, code) for line_id, code in db.session.execute(rows)]
