"""A fake of a payment service, at the protocol: it does what localstripe does not. It keeps keys,
takes fees, makes disputes and payouts, and can be down, slow, or fail after it has acted.

It proves how we behave towards such a service, not how Stripe behaves.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from threading import RLock
from typing import Any

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
    Stage,
    Topic,
    Unreachable,
)

SECRET = b"shared with the fake"
TOPICS = {topic.value: topic for topic in Topic}


@dataclass
class Fake:
    """A service with one account. ``faults`` are how the next calls of a verb go wrong: ``down``
    does nothing, ``after`` acts and then gives no answer, ``no`` declines, ``slow`` takes long."""

    name: str = "stripe"
    pages: str = "https://pay.example"
    fee_percent: int = 0
    slow_seconds: float = 0.2
    faults: dict[str, list[str]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    payments: dict[str, Found] = field(default_factory=dict)
    given_back: dict[str, Returned] = field(default_factory=dict)
    disputes: dict[str, Disputed] = field(default_factory=dict)
    paid_out: dict[str, tuple[PaidOut, list[str]]] = field(default_factory=dict)
    moved: list[BalanceLine] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    busy: RLock = field(default_factory=RLock)

    def methods(self, currency: str) -> tuple[str, ...]:
        """Cards and Alipay."""
        return ("card", "alipay")

    def begin(self, ask: Ask) -> Begun:
        def make() -> Begun:
            ref = self._new("pi")
            url = f"{self.pages}/{ref}"
            self.payments[ref] = Found(
                ref=ref,
                stage=Stage.OPEN,
                amount=ask.amount,
                currency=ask.currency,
                key=ask.key,
                payment=str(ask.payment),
                url=url,
            )
            return Begun(ref=ref, url=url)

        made: Begun = self._do("begin", ask.key, make)
        return made

    def fetch(self, ref: str) -> Found | None:
        self._fault("fetch")
        return self.payments.get(ref)

    def find(self, key: str, since: datetime) -> Found | None:
        self._fault("find")
        return next((one for one in self.payments.values() if one.key == key), None)

    def capture(self, ref: str, amount: int, key: str) -> None:
        def take() -> None:
            if self.payments[ref].stage != Stage.AUTHORISED:
                raise Declined("nothing is held")
            self.settle(ref)

        self._do("capture", key, take)

    def cancel(self, ref: str, key: str) -> None:
        def end() -> None:
            if self.payments[ref].stage not in {Stage.OPEN, Stage.AUTHORISED}:
                raise Declined("it has ended")
            self.set(ref, stage=Stage.CANCELLED)

        self._do("cancel", key, end)

    def refund(self, ref: str, amount: int, key: str) -> Returned:
        def give() -> Returned:
            return self.give_back(ref, amount, key)

        made: Returned = self._do("refund", key, give)
        return made

    def refunds(self, ref: str) -> list[Returned]:
        self._fault("refunds")
        return [one for one in self.given_back.values() if ref in {one.ref, one.payment_ref}]

    def fetch_dispute(self, ref: str) -> Disputed | None:
        self._fault("fetch_dispute")
        return self.disputes.get(ref)

    def fetch_payout(self, ref: str) -> PaidOut | None:
        self._fault("fetch_payout")
        return self.paid_out[ref][0] if ref in self.paid_out else None

    def payouts(self, since: datetime) -> list[PaidOut]:
        self._fault("payouts")
        return [said for said, _ in self.paid_out.values()]

    def lines(self, since: datetime) -> Iterator[BalanceLine]:
        self._fault("lines")
        return iter([one for one in self.moved if one.occurred_at >= since])

    def lines_of(self, payout: str) -> Iterator[BalanceLine]:
        self._fault("lines_of")
        refs = self.paid_out[payout][1]
        return iter([one for one in self.moved if one.ref in refs])

    def verify(self, payload: bytes, signature: str, now: datetime) -> Message:
        """As if signed: the fake's own signature, and no check of the time."""
        if not hmac.compare_digest(signature, sign(payload)):
            raise Forged("another signature")
        said = json.loads(payload)
        kind = str(said["type"])
        at = datetime.fromtimestamp(said["at"], UTC)
        return Message(said["id"], kind, self.topic(kind), said["ref"], at)

    def topic(self, kind: str) -> Topic:
        return TOPICS.get(kind.partition(".")[0], Topic.NOTHING)

    # What happens over there, without us.

    def set(self, ref: str, **values: Any) -> None:
        """Change a payment."""
        self.payments[ref] = replace(self.payments[ref], **values)

    def authorise(self, ref: str) -> None:
        """The payer's card is held."""
        self.set(ref, stage=Stage.AUTHORISED)

    def settle(self, ref: str) -> None:
        """The money is there."""
        found = self.payments[ref]
        fee = found.amount * self.fee_percent // 100
        self.set(ref, stage=Stage.DONE, fee=fee)
        self._move("charge", Topic.PAYMENT, ref, (found.amount, fee, found.currency))

    def give_back(
        self, ref: str, amount: int, key: str = "", stage: Stage = Stage.DONE
    ) -> Returned:
        """Give back, whoever asked for it; like localstripe more than there was, too."""
        currency = self.payments[ref].currency
        made = Returned(self._new("re"), ref, stage, amount, currency, key)
        self.given_back[made.ref] = made
        self._move("refund", Topic.REFUND, made.ref, (-amount, 0, currency))
        return made

    def dispute(self, ref: str, amount: int, fee: int = 0, **about: Any) -> str:
        """The payer's bank takes money back."""
        made = Disputed(
            ref=self._new("dp"),
            payment_ref=ref,
            stage=Stage.OPEN,
            amount=amount,
            currency=self.payments[ref].currency,
            fee=fee,
            reason="fraudulent",
        )
        self.disputes[made.ref] = replace(made, **about)
        return made.ref

    def change_dispute(self, ref: str, **values: Any) -> None:
        """A dispute goes on."""
        self.disputes[ref] = replace(self.disputes[ref], **values)

    def pay_out(self, day: Any, stage: Stage = Stage.DONE) -> str:
        """Transfer all that was not transferred yet to the bank."""
        done = {ref for _, refs in self.paid_out.values() for ref in refs}
        lines = [one for one in self.moved if one.ref not in done and one.topic != Topic.PAYOUT]
        ref, amount = self._new("po"), sum(one.net for one in lines)
        said = PaidOut(ref, stage, amount, lines[0].currency, day)
        self.paid_out[ref] = (said, [one.ref for one in lines])
        self._move("payout", Topic.PAYOUT, ref, (-amount, 0, said.currency))
        return ref

    def change_payout(self, ref: str, **values: Any) -> None:
        """A payout goes on."""
        said, lines = self.paid_out[ref]
        self.paid_out[ref] = (replace(said, **values), lines)

    def _move(self, kind: str, topic: Topic, ref: str, what: tuple[int, int, str]) -> None:
        amount, fee, currency = what
        line = BalanceLine(
            ref=self._new("txn"),
            type=kind,
            topic=topic,
            source_ref=ref,
            amount=amount,
            fee=fee,
            net=amount - fee,
            currency=currency,
            occurred_at=datetime(2026, 3, 2, 4, 0, tzinfo=UTC),
        )
        self.moved.append(line)

    def _new(self, kind: str) -> str:
        return f"{kind}_{next(self.numbers)}"

    def _fault(self, verb: str) -> str:
        self.calls[verb] += 1
        waiting = self.faults.get(verb)
        fault = waiting.pop(0) if waiting else ""
        if fault == "slow":
            time.sleep(self.slow_seconds)
        if fault in {"down", "slow"}:
            raise Unreachable(fault)
        if fault == "no":
            raise Declined("Your card was declined.")
        return fault

    def _do(self, verb: str, key: str, work: Any) -> Any:
        """Do something once for its key; the same key gives the same answer."""
        fault = self._fault(verb)
        with self.busy:
            if key not in self.answers:
                self.answers[key] = work()
        if fault == "after":
            raise Unreachable("500")
        return self.answers[key]


def sign(payload: bytes) -> str:
    """As the fake signs its messages."""
    return hmac.new(SECRET, payload, hashlib.sha256).hexdigest()


def message(number: str, kind: str, ref: str, at: datetime) -> bytes:
    """A message of the fake, to be signed."""
    return json.dumps({"id": number, "type": kind, "ref": ref, "at": at.timestamp()}).encode()
