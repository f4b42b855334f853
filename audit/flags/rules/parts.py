"""What several rules ask of the books."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row

from core.i18n import format_money
from core.types import Json
from ledger.models import Document, DocumentKind, Voucher, VoucherKind, VoucherState
from ledger.states import BOOKED

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
# A voucher that came to nothing paid nobody.
ENDED = (VoucherState.REFUSED, VoucherState.WITHDRAWN, VoucherState.REVERSED)


def payments() -> list[ColumnElement[bool]]:
    """Payments that were asked for and did not come to nothing."""
    return [
        Voucher.kind == VoucherKind.DISBURSE,
        Voucher.payee_id.is_not(None),
        Voucher.state.not_in(ENDED),
    ]


def booked() -> list[ColumnElement[bool]]:
    """Payments in the books that were not undone."""
    states = BOOKED - {VoucherState.REVERSED}
    return [Voucher.kind == VoucherKind.DISBURSE, Voucher.state.in_(sorted(states))]


def invoices() -> list[ColumnElement[bool]]:
    """Invoices of vouchers that did not come to nothing."""
    return [Document.kind == DocumentKind.INVOICE, Document.live.is_(True)]


def amount(params: Json, name: str = "amount") -> str:
    """An amount of a hit as people read it."""
    return format_money(params[name], params["currency"])


def days_between(one: date, other: date) -> int:
    """How many days lie between two days, in either direction."""
    return abs((one - other).days)


def money(amount: int, currency: str, **more: Any) -> Json:
    """Figures of a hit: an amount with its currency, and others."""
    return {"amount": amount, "currency": currency, **more}
