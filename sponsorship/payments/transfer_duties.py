"""What transfers and reconciliation ask people to do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.office_queries import paths_of
from core.desk import Duty, duty_source
from core.i18n import lazy_gettext
from core.policy import Actor
from sponsorship.desk import waiting
from sponsorship.payments.queries.arrivals import arrived
from sponsorship.payments.queries.problems import counts
from sponsorship.payments.queries.transfers import sent_to_confirm, to_confirm, to_send
from sponsorship.people import APPROVERS, FINANCE

_PAGE = "/office/partners/transfers"


@duty_source
def transfers_to_confirm(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """What somebody else has entered."""
    paths = paths_of(actor, APPROVERS)
    if not paths or not waiting(session, actor.id, now).moving:
        return []
    rows = to_confirm(session, paths) + sent_to_confirm(session, paths)
    number = sum(one.by_id != actor.id for one in rows)
    title = lazy_gettext("Confirm transfers that somebody else has seen in the statement")
    return [Duty(title, _PAGE, count=number)] if number else []


@duty_source
def transfers_to_enter(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """What has arrived, and what is to be sent back."""
    if not (paths := paths_of(actor, FINANCE)):
        return []
    found = []
    if number := len(arrived(session, paths)):
        title = lazy_gettext("Look at transfers of sponsors that have arrived")
        found.append(Duty(title, _PAGE, count=number))
    if number := len(to_send(session, paths)):
        title = lazy_gettext("Transfer money back to sponsors")
        found.append(Duty(title, f"{_PAGE}#to-send", count=number))
    return found


@duty_source
def what_does_not_match(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Lines of payment services that the books do not have, and messages that wait."""
    if not paths_of(actor, FINANCE):
        return []
    number = sum(counts(session))
    title = lazy_gettext("Look at what does not match at the payment services")
    return [Duty(title, "/office/partners/problems", count=number)] if number else []
