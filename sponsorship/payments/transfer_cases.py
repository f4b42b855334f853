"""What a request about a transfer or a receipt is about, loaded once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext
from ledger.models import BankAccount
from sponsorship.models import BankConfirmation, BankReturn, Payment
from sponsorship.payments.cases import PaymentCase, RefundCase, payment_case, refund_case
from sponsorship.pledges.view import LARGEST, pledge_case


@dataclass(frozen=True)
class ArrivalCase(PaymentCase):
    """A transfer that has arrived, as somebody said."""

    said: BankConfirmation

    @property
    def first(self) -> int | None:
        """Who said it, while a second person is waited for."""
        return self.said.asked_by_id if self.said.confirmed_at is None else None


@dataclass(frozen=True)
class ReturnCase(RefundCase):
    """A refund that was transferred back, as somebody said."""

    said: BankReturn

    @property
    def first(self) -> int | None:
        """Who said it, while a second person is waited for."""
        return self.said.asked_by_id if self.said.confirmed_at is None else None


def load_transfer(payment_id: int) -> PaymentCase:
    """A payment by transfer. Raises ``NotFound``."""
    case = payment_case(payment_id)
    if case.payment.provider != "bank":
        raise NotFound(lazy_gettext("There is no such transfer."))
    return case


def load_arrival(bank_confirmation_id: int) -> ArrivalCase:
    """A transfer that has arrived, as somebody said. Raises ``NotFound``."""
    said = db.session.get(BankConfirmation, min(bank_confirmation_id, LARGEST))
    if said is None:
        raise NotFound(lazy_gettext("Nobody has said that this transfer arrived, or not any more."))
    case = payment_case(said.payment_id)
    return ArrivalCase(case.payment, case.about, said)


def load_return(refund_id: int) -> ReturnCase:
    """A refund that was transferred back, as somebody said. Raises ``NotFound``."""
    case, said = refund_case(refund_id), db.session.get(BankReturn, min(refund_id, LARGEST))
    if said is None:
        raise NotFound(lazy_gettext("Nobody has said that this refund was sent, or not any more."))
    return ReturnCase(case.payment, case.about, case.refund, said)


def load_numbered(pledge_id: int, number: int) -> PaymentCase:
    """The payment of a pledge with this number. Raises ``NotFound``."""
    about = pledge_case(pledge_id)
    rows = select(Payment).where(
        Payment.pledge_id == about.pledge.id, Payment.attempt == min(number, 2**31 - 1)
    )
    payment = db.session.scalar(rows)
    if payment is None:
        raise NotFound(lazy_gettext("There is no such payment."))
    return PaymentCase(payment, about)


def load_refund_of(pledge_id: int, refund_id: int) -> RefundCase:
    """A refund of a pledge. Raises ``NotFound``."""
    case = refund_case(refund_id)
    if case.payment.pledge_id != pledge_id:
        raise NotFound(lazy_gettext("There is no such refund."))
    return case


def load_bank_account(bank_account_id: int) -> BankAccount:
    """A bank account with its area. Raises ``NotFound``."""
    rows = select(BankAccount).options(joinedload(BankAccount.area))
    found = db.session.scalar(rows.where(BankAccount.id == min(bank_account_id, LARGEST)))
    if found is None:
        raise NotFound(lazy_gettext("There is no such bank account."))
    return found
