"""One form, one voucher: the payee entered along with it, and what only the books know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.clock import local_date
from core.db import hold
from core.errors import Conflict
from core.i18n import lazy_gettext
from core.types import Texts
from ledger.accounts import add_payee
from ledger.models import Fund, Payee, Voucher, VoucherKind
from ledger.services.requesting import Request, request
from ledger.services.standing import open_commitment
from ledger.services.works import hold_work
from transparency import log


@dataclass(frozen=True, slots=True)
class NewPayee:
    """Somebody to be entered as a payee; ``code`` is tidy, and empty where there is none."""

    name: Texts
    code: str = ""


def ask(
    session: Session, asked: Request, new_payee: NewPayee | None, by_id: int, now: datetime
) -> Voucher:
    """Ask for money, entering its payee where that is new; the same form again is one voucher
    and one payee. Closing a project takes what is left of its money, whatever ``amount`` says.

    Raises as ``requesting.request``, and ``Conflict`` for a payee who is there already.
    """
    hold_work(session, asked.work_id)
    hold(session, Fund, asked.fund_id)
    known = session.scalar(select(Voucher).where(Voucher.idempotency_key == asked.key))
    if asked.kind == VoucherKind.RELEASE:
        left = open_commitment(session, asked.fund_id, asked.cost_centre_id or 0)
        asked = replace(asked, amount=known.amount if known else left)
    if new_payee is not None:
        payee = known.payee_id if known else enter_payee(session, new_payee, by_id, now).id
        asked = replace(asked, payee_id=payee)
    return request(session, asked, by_id, now)


def ask_undo(
    session: Session, voucher: Voucher, *, reason: str, key: str, by_id: int, now: datetime
) -> Voucher:
    """Ask for a booked voucher to be undone, for a reason. Raises as ``requesting.request``."""
    asked = Request(
        kind=VoucherKind.REVERSE,
        key=key,
        fund_id=voucher.fund_id,
        amount=voucher.amount,
        purpose=reason,
        effective_on=local_date(now),
        reverses_id=voucher.id,
    )
    return request(session, asked, by_id, now)


def enter_payee(session: Session, new: NewPayee, by_id: int, now: datetime) -> Payee:
    """Enter somebody who can be paid. Raises ``Conflict`` when the code is there already."""
    try:
        with session.begin_nested():
            made = add_payee(session, new.name, now, code=new.code)
    except IntegrityError as error:
        problem = lazy_gettext("There is a payee with this code already. Please choose that one.")
        raise Conflict(problem, fields={"payee_code": problem}) from error
    log.record(session, "payee.entered", [("payee", made.id)], {"payee": made.id, "by": by_id}, now)
    return made
