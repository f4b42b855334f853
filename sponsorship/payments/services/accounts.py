"""What those who transfer money to a bank account are told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.models import Area
from core.canonical import digest
from core.db import lock
from core.i18n import both, lazy_gettext
from ledger.models import BankAccount
from sponsorship.people import APPROVERS, staff_of, tell_all
from transparency import log

_CHANGED = lazy_gettext(
    "The payment details of the account %(name)s were changed. Please read them again: money sent"
    " to a wrong number is hard to get back."
)


def describe(session: Session, account_id: int, details: str, by_id: int, now: datetime) -> None:
    """Set the payment details of an account. That they changed is on record and told to all money
    people of its area, since whoever changes them sends others' money elsewhere."""
    account = lock(session, BankAccount, account_id)
    if account.payment_details == details:
        return
    account.payment_details = details
    body = {"account": account.id, "sha256": digest({"details": details}), "by": by_id}
    subjects = [("bank_account", account.id)]
    log.record(session, "payments.account_described", subjects, body, now)
    area = session.get_one(Area, account.area_id)
    people = staff_of(session, area.path, APPROVERS, now)
    url = f"/office/partners/accounts/{account.id}"
    tell_all(session, people, both(_CHANGED, name=account.number), url, now)
