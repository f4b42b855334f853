"""Comparing a provider's balance with the books: beginning a run, and saying what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sponsorship.models import Payment, Reconciliation
from sponsorship.payments.queries.reconciliation import compare
from transparency import log

RECONCILED = "payments.reconciled"
# Providers show some movements late, under the time at which they happened.
OVERLAP = timedelta(days=3)


def begin(session: Session, provider: str, now: datetime) -> tuple[int, datetime]:
    """Begin a run; gives its number, and since when the provider's lines are to be asked for:
    from before the last run that came to its end, at first from before the first payment."""
    ended = select(func.max(Reconciliation.started_at)).where(
        Reconciliation.provider == provider, Reconciliation.ended_at.is_not(None)
    )
    first = select(func.min(Payment.created_at)).where(Payment.provider == provider)
    since = session.scalar(ended) or session.scalar(first) or now
    run = Reconciliation(provider=provider, started_at=now)
    session.add(run)
    session.flush()
    return run.id, since - OVERLAP


def finish(session: Session, run_id: int, mended: int, now: datetime) -> Reconciliation:
    """End a run: count what does not match on either side, and record it for everybody."""
    run = session.get_one(Reconciliation, run_id)
    found = compare(session, run.provider, run.started_at)
    run.lines, run.unmatched, run.missing = found.lines, found.alone, found.lacking
    run.matched, run.mended, run.ended_at = found.lines - found.alone, mended, now
    body = {
        "run": run.id,
        "provider": run.provider,
        "lines": run.lines,
        "matched": run.matched,
        "mended": mended,
        "unmatched": {code: {"lines": n, "net": net} for code, (n, net) in found.unmatched.items()},
        "missing": {code: {"lines": n, "net": net} for code, (n, net) in found.missing.items()},
    }
    log.record(session, RECONCILED, [("provider", run.provider)], body, now)
    return run
