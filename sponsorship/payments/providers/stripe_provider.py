"""Stripe: Checkout pages, and PaymentIntents where a stand-in for the service has no such page.

Cards are authorised first and captured once we have looked at the pledge again; Alipay and WeChat
Pay know no such step.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

import stripe
import structlog

from config import Settings
from core.types import MINOR_UNITS
from sponsorship.payments.providers.protocol import (
    Ask,
    BalanceLine,
    Begun,
    Declined,
    Disputed,
    Forged,
    Found,
    Message,
    PaidOut,
    Returned,
    Topic,
    Unreachable,
)
from sponsorship.payments.providers.stripe_params import (
    intent_params,
    refund_params,
    session_params,
)
from sponsorship.payments.providers.stripe_reading import (
    disputed_of,
    found_of_intent,
    found_of_session,
    is_ours,
    line_of,
    message_of,
    paid_out_of,
    returned_of,
    topic_of,
)

log = structlog.get_logger()
T = TypeVar("T")
PAGES = "https://checkout.stripe.com"
OLDEST = timedelta(seconds=300)  # of a message, when it comes
AHEAD = timedelta(seconds=60)
TRIES = 2
PAUSE_SECONDS = 0.5
# The currencies of ours in which a method pays; the account's country may allow fewer.
CURRENCIES: dict[str, frozenset[str]] = {
    "card": frozenset(MINOR_UNITS),
    "alipay": frozenset({"CNY", "EUR", "USD", "JPY"}),
    "wechat_pay": frozenset({"CNY", "EUR", "USD", "JPY", "CHF"}),
}
_SIGNED_AT = re.compile(r"(?:^|,)\s*t=(\d{1,12})(?:,|$)")
_UNREADABLE = (
    stripe.SignatureVerificationError,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
)
_INTENT = ["latest_charge.balance_transaction"]
_SESSION = ["payment_intent.latest_charge.balance_transaction"]


def from_settings(settings: Settings) -> StripeProvider | None:
    """Stripe, where there is a key for it."""
    return StripeProvider(settings) if settings.stripe_key else None


class StripeProvider:
    """The service with the account that ``settings`` name."""

    name = "stripe"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stand_in = bool(settings.stripe_base)

    @cached_property
    def _client(self) -> stripe.StripeClient:
        limits = (self._settings.stripe_connect_seconds, self._settings.stripe_read_seconds)
        base = self._settings.stripe_base
        return stripe.StripeClient(
            self._settings.stripe_key,
            base_addresses={"api": base} if base else None,
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=limits),
        )

    @property
    def pages(self) -> str:
        """Checkout's origin; the stand-in's page is ours."""
        return "" if self._stand_in else PAGES

    def methods(self, currency: str) -> tuple[str, ...]:
        """The methods of the settings that pay in a currency; a stand-in has cards only."""
        wanted = ("card",) if self._stand_in else self._settings.stripe_methods
        return tuple(one for one in wanted if currency in CURRENCIES.get(one, ()))

    def begin(self, ask: Ask) -> Begun:
        """Make a Checkout Session, or a PaymentIntent for our own page."""
        options: stripe.RequestOptions = {"idempotency_key": ask.key}
        if ask.currency not in MINOR_UNITS:
            raise Declined(f"no amounts in {ask.currency}")
        if self._stand_in:
            wanted = intent_params(ask)
            intent = self._ask(lambda: self._client.v1.payment_intents.create(wanted, options))
            return Begun(ref=intent["id"], url=f"/demo/pay/{ask.payment}")
        params = session_params(ask)
        made = self._ask(lambda: self._client.v1.checkout.sessions.create(params, options))
        return Begun(ref=made.get("payment_intent"), page_ref=made["id"], url=made["url"])

    def fetch(self, ref: str) -> Found | None:
        """A payment by its PaymentIntent or its Checkout Session."""
        v1 = self._client.v1
        if ref.startswith("cs_"):
            sessions = v1.checkout.sessions
            said = self._get(lambda: sessions.retrieve(ref, {"expand": _SESSION}))
            return found_of_session(said) if said else None
        said = self._get(lambda: v1.payment_intents.retrieve(ref, {"expand": _INTENT}))
        return found_of_intent(said) if said else None

    def find(self, key: str, since: datetime) -> Found | None:
        """Among what was made since, the one that carries our key."""
        v1, made = self._client.v1, self._made_since(since - OLDEST)
        rows: Iterator[Mapping[str, Any]]
        if self._stand_in:
            rows = self._all(lambda: v1.payment_intents.list(made))
        else:
            rows = self._all(lambda: v1.checkout.sessions.list(made))
        ours = (one["id"] for one in rows if is_ours(one, key, since - OLDEST))
        ref = next(ours, None)
        return self.fetch(ref) if ref else None

    def pay_here(self, ref: str, number: str) -> None:
        """Do what a payer does on the provider's page, at the stand-in and nowhere else. Raises
        ``Declined`` and ``Unreachable``."""
        if not self._stand_in:
            raise Declined("cards are typed on the provider's page only")
        v1 = self._client.v1
        card: Any = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
        made = self._ask(lambda: v1.payment_methods.create({"type": "card", "card": card}))
        chosen: Any = {"payment_method": made["id"]}
        self._ask(lambda: v1.payment_intents.update(ref, chosen))
        self._ask(lambda: v1.payment_intents.confirm(ref))

    def capture(self, ref: str, amount: int, key: str) -> None:
        """Take what a card has authorised."""
        intents = self._client.v1.payment_intents
        options: stripe.RequestOptions = {"idempotency_key": key}
        self._ask(lambda: intents.capture(ref, {"amount_to_capture": amount}, options))

    def cancel(self, ref: str, key: str) -> None:
        """Expire a Checkout Session, or cancel a PaymentIntent."""
        v1, options = self._client.v1, stripe.RequestOptions(idempotency_key=key)
        if ref.startswith("cs_"):
            self._ask(lambda: v1.checkout.sessions.expire(ref, {}, options))
        else:
            self._ask(lambda: v1.payment_intents.cancel(ref, {}, options))

    def refund(self, ref: str, amount: int, key: str) -> Returned:
        """Give back a part of a payment."""
        params = refund_params(ref, amount, key)
        options: stripe.RequestOptions = {"idempotency_key": key}
        return returned_of(self._ask(lambda: self._client.v1.refunds.create(params, options)))

    def refunds(self, ref: str) -> list[Returned]:
        """A refund, or those of a PaymentIntent."""
        v1 = self._client.v1
        if ref.startswith("pi_"):
            rows = self._all(lambda: v1.refunds.list({"payment_intent": ref, "limit": 100}))
            return [returned_of(one) for one in rows]
        said = self._get(lambda: v1.refunds.retrieve(ref))
        return [returned_of(said)] if said else []

    def fetch_dispute(self, ref: str) -> Disputed | None:
        """A dispute."""
        said = self._get(lambda: self._client.v1.disputes.retrieve(ref))
        return disputed_of(said) if said else None

    def fetch_payout(self, ref: str) -> PaidOut | None:
        """A payout."""
        said = self._get(lambda: self._client.v1.payouts.retrieve(ref))
        return paid_out_of(said) if said else None

    def payouts(self, since: datetime) -> list[PaidOut]:
        """The payouts made since."""
        made = self._made_since(since)
        rows = self._all(lambda: self._client.v1.payouts.list(made))
        found = [(one["created"], paid_out_of(one)) for one in rows]
        return [one for at, one in found if at >= since.timestamp()]

    def lines(self, since: datetime) -> Iterator[BalanceLine]:
        """The balance transactions made since."""
        made = self._made_since(since)
        for one in self._lines(made):
            if one.occurred_at >= since:
                yield one

    def lines_of(self, payout: str) -> Iterator[BalanceLine]:
        """What an automatic payout is made of; nothing for one made by hand."""
        return (
            one for one in self._lines({"limit": 100, "payout": payout}) if one.source_ref != payout
        )

    def _lines(self, which: Any) -> Iterator[BalanceLine]:
        rows = self._client.v1.balance_transactions
        params: Any = {"expand": ["data.source"], **which}
        return (line_of(one) for one in self._all(lambda: rows.list(params)))

    def verify(self, payload: bytes, signature: str, now: datetime) -> Message:
        """Check the signature over the raw body, and that it was made about now."""
        try:
            # Its own check of the time knows no future, and another clock than ours.
            event = self._client.construct_event(
                payload, signature, self._settings.stripe_webhook_secret, tolerance=0
            )
            message = message_of(event.to_dict())
        except _UNREADABLE as error:
            raise Forged(str(error)) from error
        signed = _SIGNED_AT.search(signature)
        at = int(signed.group(1)) if signed else 0
        if not (now - OLDEST).timestamp() <= at <= (now + AHEAD).timestamp():
            raise Forged("signed at another time")
        return message

    def topic(self, kind: str) -> Topic:
        """What events of a kind are about."""
        return topic_of(kind)

    def _made_since(self, since: datetime) -> Any:
        """A stand-in lists everything; Stripe only what was made since."""
        made = {} if self._stand_in else {"created": {"gte": int(since.timestamp())}}
        return {"limit": 100, **made}

    def _ask(self, call: Callable[[], stripe.StripeObject]) -> dict[str, Any]:
        """Do something that may be repeated, as it carries its key."""
        for left in reversed(range(TRIES)):
            try:
                return self._once(call).to_dict()
            except Unreachable:
                if not left:
                    raise
                time.sleep(PAUSE_SECONDS)
        raise AssertionError

    def _get(self, call: Callable[[], stripe.StripeObject]) -> dict[str, Any] | None:
        try:
            return self._ask(call)
        except Declined as error:
            cause = error.__cause__
            if isinstance(cause, stripe.StripeError) and cause.http_status == 404:
                return None
            raise

    def _all(self, call: Callable[[], stripe.ListObject[Any]]) -> Iterator[dict[str, Any]]:
        page = self._once(call)
        while True:
            yield from (one.to_dict() for one in page.data)
            if not page.has_more:
                return
            page = self._once(page.next_page)

    def _once(self, call: Callable[[], T]) -> T:
        """Say what went wrong in our words; whatever is not a clear no leaves it open."""
        try:
            return call()
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            if (error.http_status or 0) >= 500:
                raise Unreachable(str(error)) from error
            raise Declined(error.user_message or str(error)) from error
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            log.error("stripe.key_refused", reason=str(error))
            raise Declined("the account does not allow this") from error
        except stripe.StripeError as error:
            raise Unreachable(str(error)) from error
