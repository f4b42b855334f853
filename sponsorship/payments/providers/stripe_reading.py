"""What Stripe's objects say, in our words. Pure: plain dictionaries in, dataclasses out.

Amounts of Stripe are in the smallest unit of their currency, and so are ours: for a currency
without decimals, such as the yen, both are whole units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sponsorship.payments.providers.protocol import (
    BalanceLine,
    Disputed,
    Found,
    Message,
    PaidOut,
    Returned,
    Stage,
    Topic,
)

Said = Mapping[str, Any]
_SETTLING = ("succeeded", "requires_capture")


def found_of_session(session: Said) -> Found:
    """A payment by its Checkout Session, whose PaymentIntent is expanded once there is one."""
    intent = session.get("payment_intent")
    if isinstance(intent, Mapping) and intent["status"] in _SETTLING:
        inner = found_of_intent(intent)
        return _with_page(inner, session, inner.stage)
    error = (intent.get("last_payment_error") or {}) if isinstance(intent, Mapping) else {}
    found = Found(
        ref=_id(intent),
        stage=Stage.OPEN,
        amount=session["amount_total"],
        currency=session["currency"].upper(),
        key=_ours(session, "key"),
        payment=_ours(session, "payment"),
        problem=error.get("message") or "",
    )
    # A card that was declined can be tried again on the same page, until it expires.
    ended = session["status"] == "expired" or _is_cancelled(intent)
    return _with_page(found, session, Stage.CANCELLED if ended else Stage.OPEN)


def found_of_intent(intent: Said) -> Found:
    """A payment by its PaymentIntent, with its charge's balance transaction expanded.

    It is settled once that transaction is there: amount, currency and fee are then what arrived,
    which in an account kept in another currency is not what was asked for.
    """
    charge = intent.get("latest_charge")
    moved = charge.get("balance_transaction") if isinstance(charge, Mapping) else None
    error = (intent.get("last_payment_error") or {}).get("message") or ""
    stage = _INTENT_STAGES.get(intent["status"], Stage.FAILED if error else Stage.OPEN)
    arrived, fee = intent, 0
    if intent["status"] == "succeeded":
        stage, error = Stage.OPEN, ""
        if isinstance(moved, Mapping):
            stage, arrived, fee = Stage.DONE, moved, moved["fee"]
    return Found(
        ref=intent["id"],
        stage=stage,
        amount=arrived["amount"],
        currency=arrived["currency"].upper(),
        key=_ours(intent, "key"),
        payment=_ours(intent, "payment"),
        fee=fee,
        problem=error,
    )


_INTENT_STAGES = {"requires_capture": Stage.AUTHORISED, "canceled": Stage.CANCELLED}


def _with_page(found: Found, session: Said, stage: Stage) -> Found:
    return replace(found, stage=stage, page_ref=session["id"], url=session.get("url") or "")


def _is_cancelled(intent: Any) -> bool:
    return isinstance(intent, Mapping) and intent["status"] == "canceled"


def is_ours(said: Said, key: str, since: datetime) -> bool:
    """Whether an object carries our key, and was made since."""
    return _ours(said, "key") == key and said["created"] >= since.timestamp()


def _ours(said: Said, name: str) -> str:
    return str((said.get("metadata") or {}).get(name, ""))


def returned_of(refund: Said) -> Returned:
    """A refund."""
    return Returned(
        ref=refund["id"],
        payment_ref=_id(refund.get("payment_intent")) or "",
        stage=_REFUND_STAGES.get(refund.get("status") or "", Stage.OPEN),
        amount=refund["amount"],
        currency=refund["currency"].upper(),
        key=_ours(refund, "key"),
        problem=refund.get("failure_reason") or "",
    )


_REFUND_STAGES = {
    "succeeded": Stage.DONE,
    "failed": Stage.FAILED,
    "canceled": Stage.FAILED,
}


def disputed_of(dispute: Said) -> Disputed:
    """A dispute; what was taken and given back stands in its balance transactions."""
    moved: list[Said] = dispute.get("balance_transactions") or []
    taken = [one for one in moved if one["amount"] < 0]
    due = (dispute.get("evidence_details") or {}).get("due_by")
    return Disputed(
        ref=dispute["id"],
        payment_ref=_id(dispute.get("payment_intent")) or "",
        stage=_DISPUTE_STAGES.get(dispute["status"], Stage.OPEN),
        amount=dispute["amount"],
        currency=dispute["currency"].upper(),
        fee=sum(one["fee"] for one in taken),
        reason=dispute.get("reason") or "",
        respond_by=_instant(due) if due else None,
        withdrawn=bool(taken),
        reinstated=any(one["amount"] > 0 for one in moved),
    )


_DISPUTE_STAGES = {
    "won": Stage.DONE,
    "warning_closed": Stage.DONE,
    "prevented": Stage.DONE,
    "lost": Stage.FAILED,
}


def paid_out_of(payout: Said) -> PaidOut:
    """A payout."""
    return PaidOut(
        ref=payout["id"],
        stage=_PAYOUT_STAGES.get(payout["status"], Stage.OPEN),
        amount=payout["amount"],
        currency=payout["currency"].upper(),
        arrives_on=_day(payout["arrival_date"]),
    )


_PAYOUT_STAGES = {"paid": Stage.DONE, "failed": Stage.FAILED, "canceled": Stage.CANCELLED}


def line_of(moved: Said) -> BalanceLine:
    """A balance transaction whose source is expanded."""
    source = moved.get("source")
    topic = _LINE_TOPICS.get(moved["type"], Topic.NOTHING)
    ref = _id(source) or ""
    if topic == Topic.PAYMENT and isinstance(source, Mapping):
        ref = _id(source.get("payment_intent")) or ref
    if ref.startswith(("dp_", "du_")):
        topic = Topic.DISPUTE
    return BalanceLine(
        ref=moved["id"],
        type=moved["type"],
        topic=topic,
        source_ref=ref,
        amount=moved["amount"],
        fee=moved["fee"],
        net=moved["net"],
        currency=moved["currency"].upper(),
        occurred_at=_instant(moved["created"]),
    )


_LINE_TOPICS = {
    "charge": Topic.PAYMENT,
    "payment": Topic.PAYMENT,
    "refund": Topic.REFUND,
    "payment_refund": Topic.REFUND,
    "refund_failure": Topic.REFUND,
    "payment_failure_refund": Topic.REFUND,
    "payout": Topic.PAYOUT,
    "payout_cancel": Topic.PAYOUT,
    "payout_failure": Topic.PAYOUT,
}


def topic_of(kind: str) -> Topic:
    """What events of a kind are about."""
    return next(
        (topic for start, topic in _TOPICS.items() if kind.startswith(start)), Topic.NOTHING
    )


def message_of(event: Said) -> Message:
    """A webhook's event. Raises ``KeyError`` for what is none."""
    what = event["data"]["object"]
    ref = what.get("id") or ""
    if event["type"] in _OF_CHARGES:
        # A charge is not what we know: its payment is.
        ref = _id(what.get("payment_intent")) or ref
    return Message(
        id=event["id"],
        type=event["type"],
        topic=topic_of(event["type"]),
        object_ref=ref,
        created_at=_instant(event["created"]),
    )


_OF_CHARGES = ("charge.refunded", "charge.updated")
_TOPICS = {
    "checkout.session.": Topic.PAYMENT,
    "payment_intent.": Topic.PAYMENT,
    "charge.updated": Topic.PAYMENT,
    "charge.refunded": Topic.REFUND,
    "charge.refund.": Topic.REFUND,
    "refund.": Topic.REFUND,
    "charge.dispute.": Topic.DISPUTE,
    "payout.": Topic.PAYOUT,
}


def _id(said: Any) -> str | None:
    """The reference of what may be expanded or not."""
    found: str | None = said["id"] if isinstance(said, Mapping) else said
    return found


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _day(seconds: int) -> date:
    return _instant(seconds).date()
