"""What the clock does for findings: reminding of answers that are overdue, publishing those whose
answer did not come in time, drawing samples whose seed has arrived."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import and_, exists, select

from audit.desk.findings import Said, entry
from audit.desk.models import EntryKind, Finding, FindingEntry, FindingState, Sample
from audit.desk.recording import publish, tell_department, tell_office
from audit.desk.sampling import draw, has_seed
from audit.desk.states import WAITING
from core.clock import local_date
from core.db import db, lock, transaction
from core.errors import DomainError
from core.i18n import lazy_gettext
from core.jobs import every_minute

MOST = 100
log = structlog.get_logger()


@every_minute("audit.findings")
def remind(now: datetime) -> None:
    """Remind once of each day that passed without an answer, and publish what is due."""
    today = local_date(now)
    reminded = exists().where(
        and_(
            FindingEntry.finding_id == Finding.id,
            FindingEntry.kind == EntryKind.REMINDER,
            FindingEntry.due_on == Finding.due_on,
        )
    )
    rows = select(Finding.id).where(
        Finding.state.in_(sorted(WAITING)), Finding.due_on < today, ~reminded
    )
    for ident in db.session.scalars(rows.limit(MOST)).all():
        with transaction() as session:
            finding = lock(session, Finding, ident)
            if finding.state in {FindingState.ISSUED, FindingState.RETURNED}:
                _remind(finding, now)


def _remind(finding: Finding, now: datetime) -> None:
    session = db.session
    entry(session, finding, EntryKind.REMINDER, Said("", None, now), due_on=finding.due_on)
    if finding.published_at is None:
        publish(session, finding, now)
    told = lazy_gettext("The answer to finding %(number)s is overdue.")
    tell_department(session, finding, told, now)
    tell_office(session, finding, told, now)


@every_minute("audit.samples")
def draw_samples(now: datetime) -> None:
    """Draw the samples whose seed has been signed."""
    waiting = select(Sample.id).where(Sample.drawn_at.is_(None)).order_by(Sample.id).limit(MOST)
    for ident in db.session.scalars(waiting).all():
        if not has_seed(db.session, ident):
            continue
        try:
            with transaction() as session:
                draw(session, ident, now)
        except DomainError as error:
            log.warning("samples.not_drawn", sample=ident, why=str(error.message))
