"""What the ledger does by the clock: counts of bank statements, for the pages of everybody."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from core.clock import local_date
from core.db import db, transaction
from core.jobs import every_minute
from ledger.models import BankAccount
from ledger.queries.bank import statement_counts

EVERY = timedelta(hours=1)


@every_minute("ledger.statement_counts")
def count_statements(now: datetime) -> None:
    """Count anew what does not match, where something changed or an hour has passed."""
    due = or_(BankAccount.counted_at.is_(None), BankAccount.counted_at <= now - EVERY)
    for ident in db.session.scalars(select(BankAccount.id).where(due)).all():
        with transaction() as session:
            (counts,) = statement_counts(session, local_date(now), account_id=ident).accounts
            session.execute(
                update(BankAccount)
                .where(BankAccount.id == ident)
                .values(
                    lines=counts.lines,
                    unmatched=counts.unmatched,
                    missing=counts.missing,
                    counted_at=now,
                )
            )
