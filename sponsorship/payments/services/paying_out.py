"""Payouts of a provider to the bank: one transfer of all funds' money, booked fund by fund."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import structlog
from flask_babel.speaklater import LazyString
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.db import lock
from core.i18n import both, format_money, lazy_gettext
from ledger.journal import Event, Kind, Line, lines_of
from ledger.models import Account, Balance, Fund
from ledger.posting import Group, group_name, post
from sponsorship.models import Dispute, GuidanceCall, Opening, Payment, Payout, Pledge, Refund
from sponsorship.payments import keys
from sponsorship.payments.providers.protocol import BalanceLine, PaidOut, Stage, Topic
from sponsorship.payments.services.undoing import undo
from sponsorship.people import FINANCE, staff_of, tell_all
from transparency.log import record as record_public

log = structlog.get_logger()
_UNCLEAR = lazy_gettext(
    "The payment service paid out %(amount)s, but it is not clear for which funds. Please look at"
    " it in its own pages; nothing was booked."
)
_FAILED = lazy_gettext("A payout of %(amount)s of the payment service came back from the bank.")
_PAGE = "/office/partners/payments"


def mirror_payout(
    session: Session, name: str, said: PaidOut, lines: Sequence[BalanceLine], now: datetime
) -> str:
    """Take over a payout, made of ``lines``. Gives what is unclear about it, if anything is; then
    nothing is booked and the office is told."""
    if said.amount <= 0:
        return f"payout {said.ref}: {said.amount}"
    payout = _known(session, name, said)
    if said.stage == Stage.DONE and payout.booked_at is None and payout.state != Stage.FAILED:
        shares = _shares(session, said, lines)
        if not shares:
            _tell(session, said, _UNCLEAR, now)
            return f"payout {said.ref}: of which funds is unclear"
        _book(session, payout, shares, now)
    if said.stage in _BACK and payout.state != Stage.FAILED:
        key = keys.payout(said.ref)
        if payout.booked_at is not None:
            undo(session, key, f"{key}:failed", (), now)
            payout.booked_at = None
        payout.state = Stage.FAILED
        _note(session, payout, "payout.failed", now)
        _tell(session, said, _FAILED, now)
    elif payout.state != Stage.FAILED:
        payout.state = said.stage
    return ""


_BACK = (Stage.FAILED, Stage.CANCELLED)


def _known(session: Session, name: str, said: PaidOut) -> Payout:
    payout = session.get(Payout, said.ref)
    if payout is None:
        payout = Payout(
            provider_ref=said.ref,
            provider=name,
            amount=said.amount,
            currency=said.currency,
            arrives_on=said.arrives_on,
            state=Stage.OPEN,
        )
        session.add(payout)
        session.flush()
    return lock(session, Payout, said.ref)


def _shares(session: Session, said: PaidOut, lines: Sequence[BalanceLine]) -> dict[int, int]:
    """How much of a payout belongs to which fund: by what it is made of, or else to the only fund
    that has money there. Nothing where that does not come out."""
    net: dict[int, int] = defaultdict(int)
    for line in lines:
        fund = _fund_of(session, line)
        if fund is None:
            return {}
        net[fund] += line.net
    if not lines:
        funds = _funds_with_money(session, said.currency)
        net = defaultdict(int, {funds[0]: said.amount}) if len(funds) == 1 else net
    fits = sum(net.values()) == said.amount and all(share > 0 for share in net.values())
    return dict(net) if fits else {}


def _fund_of(session: Session, line: BalanceLine) -> int | None:
    column = _WHOSE.get(line.topic)
    if column is None:
        return None
    rows = (
        select(GuidanceCall.fund_id)
        .join(Opening, Opening.call_id == GuidanceCall.id)
        .join(Pledge, Pledge.opening_id == Opening.id)
        .join(Payment, Payment.pledge_id == Pledge.id)
        .outerjoin(Refund, Refund.payment_id == Payment.id)
        .outerjoin(Dispute, Dispute.payment_id == Payment.id)
        .where(column == line.source_ref)
    )
    return session.scalar(rows.limit(1))


_WHOSE: dict[Topic, InstrumentedAttribute[str] | InstrumentedAttribute[str | None]] = {
    Topic.PAYMENT: Payment.provider_ref,
    Topic.REFUND: Refund.provider_ref,
    Topic.DISPUTE: Dispute.provider_ref,
}


def _funds_with_money(session: Session, currency: str) -> Sequence[int]:
    rows = (
        select(Account.fund_id)
        .join(Balance, Balance.account_id == Account.id)
        .join(Fund, Fund.id == Account.fund_id)
        .where(Account.kind == Kind.PROVIDER_CLEARING, Fund.currency == currency)
        .group_by(Account.fund_id)
        .having(func.sum(Balance.net) > 0)
    )
    return session.scalars(rows).all()


def _book(session: Session, payout: Payout, shares: dict[int, int], now: datetime) -> None:
    lines: list[Line] = []
    for fund, share in sorted(shares.items()):
        lines += lines_of("payout", Event(fund=fund), share)
    group = Group(
        key=keys.payout(payout.provider_ref),
        lines=lines,
        effective_on=payout.arrives_on,
        currency=payout.currency,
        source_ref=payout.provider_ref,
    )
    post(session, group, now)
    payout.booked_at = now
    _note(session, payout, "payout.booked", now)


def _note(session: Session, payout: Payout, event: str, now: datetime) -> None:
    """The books say for which funds."""
    body = {"amount": payout.amount, "currency": payout.currency, "provider": payout.provider}
    group = group_name(keys.payout(payout.provider_ref))
    record_public(session, event, [("group", group)], body, now)


def _tell(session: Session, said: PaidOut, message: LazyString, now: datetime) -> None:
    """The money people of every area that has money there look at it."""
    log.error("payments.payout", payout=said.ref, stage=said.stage)
    texts = both(message, amount=format_money(said.amount, said.currency))
    people: list[int] = []
    for fund_id in _funds_with_money(session, said.currency):
        people += staff_of(session, session.get_one(Fund, fund_id).area.path, FINANCE, now)
    tell_all(session, people, texts, _PAGE, now)
