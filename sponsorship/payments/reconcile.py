"""Reconciliation as the clock and the command run it: what the provider says is asked for outside
of transactions, and each part is kept in one of its own, so that a run may be killed at any point,
repeated, or done twice at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from core.clock import now as present
from core.db import transaction
from sponsorship.payments.mending import mend_lines, mend_payments, mend_refunds
from sponsorship.payments.providers.protocol import PaymentProvider
from sponsorship.payments.services import balance_lines, reconciling

PART = 1000
T = TypeVar("T")


def reconcile(provider: PaymentProvider, now: datetime) -> int:
    """Compare a provider's balance with the books, and mend what a crash has left; gives the
    number of the run. Raises ``ProviderError`` when the provider does not answer: what was kept
    until then stays, and the next run goes on."""
    name = provider.name
    with transaction() as session:
        run, since = reconciling.begin(session, name, now)
    for part in parts(provider.lines(since), PART):
        with transaction() as session:
            balance_lines.keep(session, name, part, now)
    mended = mend_payments(provider, now) + mend_refunds(provider, now)
    _match(name)
    mended += mend_lines(provider, now)
    _match(name)
    with transaction() as session:
        reconciling.finish(session, run, mended, present())
    return run


def _match(name: str) -> None:
    """Look at every open line once more."""
    last: str | None = ""
    while last is not None:
        with transaction() as session:
            last = balance_lines.match_open(session, name, last, PART)


def parts(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """``rows`` in lists of ``size``, one at a time."""
    left = iter(rows)
    while part := list(islice(left, size)):
        yield part
