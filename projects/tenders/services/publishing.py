"""Publishing a notice, or a direct award, that somebody else has written; and ending one."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import local_date
from core.db import after_commit, hold, lock
from core.errors import Conflict, Invalid, Refused
from core.i18n import lazy_gettext
from projects.models import Contract, DeliveryPlan, Method, Project, Tender
from projects.services.moves import advance
from projects.states import CONTRACT_MOVES, TENDER_MOVES, ContractState, State, TenderState
from projects.tenders.books import free_money
from projects.tenders.keys import destroy_key, make_key
from projects.tenders.notice import (
    Asked,
    Notice,
    canonical_notice,
    check_ceiling,
    notice_hash,
    problems,
)
from projects.tenders.people import check_neutral, exclusion_of, people_of
from projects.tenders.rules import rule_for
from projects.tenders.services.drafting import check_direct
from projects.tenders.services.record import bidding_people, record, tell_all
from transparency import log


def publish(session: Session, tender_id: int, by_id: int, keys: Path, now: datetime) -> Tender:
    """Publish an open tender that somebody else has written: it is frozen under its hash, and the
    key pair of its bids is made in the folder ``keys``.

    Raises ``Refused`` for its author, ``Invalid`` for what no longer fits, such as a deadline that
    has come too near, ``Conflict`` for anything but a draft.
    """
    tender, project = _draft(session, tender_id, by_id)
    if tender.method != Method.OPEN:
        raise Conflict(lazy_gettext("This is a direct award, not a tender."))
    advance(tender, TENDER_MOVES, "publish")
    if found := problems(_notice(tender), rule_for(session, project.area.path), now):
        raise Invalid(next(iter(found.values())), fields=found)
    check_ceiling(tender.ceiling, free_money(session, project.id, tender.id), tender.currency)
    tender.seal = make_key(keys, tender.id)
    _freeze(session, tender, by_id, now)
    body = _facts(tender) | {"deadline": _deadline(tender).isoformat(), "seal": tender.seal}
    record(session, tender, "tender.published", body, now)
    return tender


def award_directly(session: Session, tender_id: int, by_id: int, now: datetime) -> Tender:
    """Approve a direct award that somebody else has written. It needs no standstill, and is
    public all the same.

    Raises ``Refused`` for its author and for people of the organisation, ``Invalid`` above the
    rule's limit, ``Conflict`` for an organisation that is excluded.
    """
    tender, project = _draft(session, tender_id, by_id)
    if tender.method != Method.DIRECT or tender.winner_id is None:
        raise Conflict(lazy_gettext("This is not a direct award."))
    for person in (by_id, tender.written_by_id):
        check_neutral(session, tender, person)
    if exclusion_of(session, tender.winner_id, local_date(now)):
        raise Conflict(lazy_gettext("This organisation is excluded at present; nobody awards it."))
    check_direct(session, tender, project)
    check_ceiling(tender.ceiling, free_money(session, project.id, tender.id), tender.currency)
    advance(tender, TENDER_MOVES, "award")
    tender.award_reason, tender.awarded_by_id, tender.awarded_at = tender.direct_reason, by_id, now
    _freeze(session, tender, by_id, now)
    body = _facts(tender) | {
        "winner": tender.winner_id,
        "amount": tender.award_amount,
        "reason": tender.direct_reason,
    }
    record(session, tender, "tender.awarded_directly", body, now)
    winners = people_of(session, tender.winner_id, now)
    tell_all(session, winners, lazy_gettext("You are awarded “%(title)s”."), tender, now)
    return tender


def cancel(
    session: Session, tender_id: int, reason: str, by_id: int, *, keys: Path, now: datetime
) -> Tender:
    """End a tender before anything is signed. Its envelopes stay unread for ever: the key is
    destroyed. Everybody who bids is told why.

    Raises ``Conflict`` once a contract is signed.
    """
    tender = lock(session, Tender, tender_id)
    check_neutral(session, tender, by_id)
    was = tender.state
    advance(tender, TENDER_MOVES, "cancel")
    tender.ended_at, tender.end_reason = now, reason
    _end_contract(session, tender, reason, now)
    after_commit(session, partial(destroy_key, keys, tender.id))
    if was != TenderState.DRAFT:
        record(session, tender, "tender.cancelled", {"by": "officer", "reason": reason}, now)
        message = lazy_gettext("“%(title)s” is cancelled. Bids that are sealed stay unread.")
        tell_all(session, bidding_people(session, tender.id, now), message, tender, now)
    return tender


def _end_contract(session: Session, tender: Tender, reason: str, now: datetime) -> None:
    drawn = (ContractState.DRAWN, ContractState.AGREED)
    found = session.scalar(
        select(Contract).where(Contract.tender_id == tender.id, Contract.state.in_(drawn))
    )
    if found is not None:
        advance(found, CONTRACT_MOVES, "terminate")
        found.closed_at, found.close_reason = now, reason


def _draft(session: Session, tender_id: int, by_id: int) -> tuple[Tender, Project]:
    """The draft and its project, both held; the plan too, as others may draft at the moment."""
    tender = lock(session, Tender, tender_id)
    project = hold(session, Project, tender.project_id)
    plan = select(DeliveryPlan.id).where(DeliveryPlan.project_id == project.id)
    session.execute(plan.with_for_update())
    if tender.state != TenderState.DRAFT:
        raise Conflict(lazy_gettext("This is published already. Please look at the page again."))
    if tender.written_by_id == by_id:
        raise Refused(lazy_gettext("You wrote this yourself; somebody else has to approve it."))
    if project.state != State.DELIVERING:
        raise Conflict(lazy_gettext("This project is not being delivered."))
    return tender, project


def _freeze(session: Session, tender: Tender, by_id: int, now: datetime) -> None:
    tender.approved_by_id, tender.published_at = by_id, now
    session.flush()
    notice = canonical_notice(session, tender)
    tender.notice_sha256 = notice_hash(session, tender)
    log.record(session, "tender.notice", [("tender", tender.id)], notice, now)


def _facts(tender: Tender) -> dict[str, object]:
    return {
        "by": "officer",
        "title": tender.title,
        "currency": tender.currency,
        "ceiling": tender.ceiling,
        "sha256": tender.notice_sha256,
    }


def _deadline(tender: Tender) -> datetime:
    if tender.deadline is None:
        raise Conflict(lazy_gettext("This tender has no deadline."))
    return tender.deadline


def _notice(tender: Tender) -> Notice:
    """A stored draft, to be checked once more."""
    deadline = _deadline(tender)
    return Notice(
        title=tender.title,
        scope=tender.scope,
        ceiling=tender.ceiling,
        milestones=(),
        criteria=tuple(
            Asked(one.kind, one.name, one.weight, one.about)  # type: ignore[arg-type]  # a text in the database
            for one in tender.criteria
        ),
        questions_until=tender.questions_until or deadline,
        deadline=deadline,
        min_bids=tender.min_bids,
        min_reviewers=tender.min_reviewers,
        standstill_days=tender.standstill_days,
    )
