"""Once a day, in the small hours, every payment service is compared with the books."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import structlog
from sqlalchemy import exists, or_, select

from core.clock import local_date, local_zone
from core.db import db
from core.errors import DomainError
from core.jobs import every_minute
from sponsorship.models import Reconciliation
from sponsorship.payments.providers import providers
from sponsorship.payments.providers.protocol import ProviderError
from sponsorship.payments.reconcile import reconcile

log = structlog.get_logger()
FROM = time(4)
AGAIN = timedelta(minutes=30)


@every_minute("sponsorship.reconciliation")
def reconcile_daily(now: datetime) -> None:
    """Compare whoever was not compared since this morning; one that does not answer is asked
    again half an hour later, and does not keep the others waiting."""
    for name, one in providers().items():
        if name != "bank" and due(name, now):
            try:
                reconcile(one, now)
            except (ProviderError, DomainError) as error:
                log.warning("payments.not_reconciled", provider=name, reason=str(error))


def due(name: str, now: datetime) -> bool:
    """Whether a service is to be compared now."""
    morning = datetime.combine(local_date(now), FROM, local_zone())
    if now < morning:
        return False
    known = exists().where(
        Reconciliation.provider == name,
        Reconciliation.started_at >= morning,
        or_(Reconciliation.ended_at.is_not(None), Reconciliation.started_at > now - AGAIN),
    )
    return not db.session.scalar(select(known))
