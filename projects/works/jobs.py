"""What the clock does: contracts of which everything is accepted, released and paid are closed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select

from core.db import db, transaction
from core.jobs import every_minute
from projects.models import Contract, DeliveryPlan, Milestone
from projects.states import ContractState
from projects.works.payments import settled
from projects.works.services.ending import close_finished
from projects.works.services.site import OPEN, hold_site

MOST = 50


@every_minute("projects.contracts")
def close_contracts(now: datetime) -> None:
    """Close what is finished; each project in a transaction of its own, at most ``MOST`` a time."""
    open_ = exists().where(Milestone.contract_id == Contract.id, Milestone.state.in_(OPEN))
    rows = (
        select(Contract.project_id)
        .join(DeliveryPlan, DeliveryPlan.project_id == Contract.project_id)
        .where(Contract.state == ContractState.SIGNED, ~open_, settled())
        .distinct()
        .limit(MOST)
    )
    projects = list(db.session.scalars(rows))
    db.session.rollback()
    for project_id in projects:
        with transaction() as session:
            close_finished(session, hold_site(session, project_id), now)
