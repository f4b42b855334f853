"""Writing a call, or its next version. Nobody but officers sees it before it is published."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.clock import local_date
from core.db import hold
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext
from ledger.models import Fund, FundKind
from sponsorship.guidance.checks import Said, problems
from sponsorship.guidance.services.record import hash_of
from sponsorship.models import GuidanceCall, GuidanceVersion, Opening
from sponsorship.states import CallState, OpeningState


def draft_call(
    session: Session, fund_id: int, said: Said, by_id: int, now: datetime
) -> GuidanceCall:
    """Begin a call in the area and the currency of the sponsors' fund ``fund_id``.

    Raises ``Invalid`` with what does not fit, by field.
    """
    fund = session.get_one(Fund, fund_id)
    if fund.kind != FundKind.SPONSOR:
        raise Invalid(lazy_gettext("Sponsors' money is kept in a fund for sponsors' money."))
    call = GuidanceCall(
        area_id=fund.area_id,
        area=fund.area,
        state=CallState.DRAFT,
        currency=fund.currency,
        fund_id=fund.id,
        version=0,
        written_by_id=by_id,
        created_at=now,
    )
    session.add(call)
    session.flush()
    _write(session, call, _next(session, call), said, by_id, now=now)
    return call


def redraft(
    session: Session,
    call_id: int,
    said: Said,
    by_id: int,
    now: datetime,
    *,
    seen: str | None = None,
) -> GuidanceVersion:
    """Change the draft of a call, or begin that of its next version. ``seen`` is the hash of the
    draft, or else of the version, from which it was written (None: whatever there is).

    Raises ``Invalid`` as ``draft_call``, and ``Conflict`` when somebody else has changed the draft
    in the meantime, or for a closed call.
    """
    call = hold(session, GuidanceCall, call_id)
    if call.state == CallState.CLOSED:
        raise Conflict(lazy_gettext("This call is closed; it does not change any more."))
    version = waiting_draft(session, call)
    check_seen(session, call, version, seen)
    if version is None:
        version = _next(session, call)
    _write(session, call, version, said, by_id, now=now)
    return version


def discard(session: Session, call_id: int, now: datetime) -> None:
    """Throw a draft away; a call that was never published goes with it.

    Raises ``Conflict`` when there is none.
    """
    call = hold(session, GuidanceCall, call_id)
    version = waiting_draft(session, call)
    if version is None:
        raise Conflict(lazy_gettext("There is no draft any more. Please look at the page again."))
    session.delete(version)
    session.flush()
    if call.state == CallState.DRAFT:
        session.delete(call)


def waiting_draft(session: Session, call: GuidanceCall) -> GuidanceVersion | None:
    """The draft that waits for a second person; fresh, as the call is held."""
    rows = select(GuidanceVersion).where(
        GuidanceVersion.call_id == call.id, GuidanceVersion.published_at.is_(None)
    )
    return session.scalar(rows.execution_options(populate_existing=True))


def check_seen(
    session: Session, call: GuidanceCall, draft: GuidanceVersion | None, seen: str | None
) -> None:
    """Raise ``Conflict`` unless ``seen`` is the hash of what stands there now."""
    if seen is None:
        return
    if draft is None:
        rows = select(GuidanceVersion.sha256).where(
            GuidanceVersion.call_id == call.id, GuidanceVersion.number == call.version
        )
        stands = session.scalar(rows)
    else:
        stands = hash_of(call, draft)
    if stands != seen:
        raise Conflict(
            lazy_gettext(
                "Somebody else has changed this call in the meantime. What you see here is kept;"
                " please compare it with the page of the call, and send it again."
            )
        )


def check_said(session: Session, call: GuidanceCall, said: Said, number: int, at: datetime) -> None:
    """Raise ``Invalid`` with everything that does not fit in what is said of a call, by field."""
    found = problems(said, local_date(at), version=number)
    last = session.scalar(
        select(func.max(Opening.deadline)).where(
            Opening.call_id == call.id, Opening.state == OpeningState.OPEN
        )
    )
    if last is not None and local_date(last) > said.terms.closes_on:
        found["closes_on"] = lazy_gettext(
            "Partners are sought until later than that. Close those openings first."
        )
    if not _fits(session, call, said.matching_fund_id):
        found["matching_fund"] = lazy_gettext("Please choose a fund from the list.")
    if not _lie_within(session, call, said.terms.area_ids):
        found["area_ids"] = lazy_gettext("Please choose areas from the list.")
    if found:
        raise Invalid(lazy_gettext("Something in this call does not fit yet."), fields=found)


def _fits(session: Session, call: GuidanceCall, fund_id: int | None) -> bool:
    """Whether doubling money may come from a fund: of the area or one above it; the one of a
    published call stays."""
    if call.version and call.matching_fund_id is not None:
        return fund_id == call.matching_fund_id
    if fund_id is None:
        return True
    fund = session.get(Fund, fund_id)
    return (
        fund is not None
        and fund.kind == FundKind.MATCHING
        and fund.currency == call.currency
        and call.area.path.startswith(fund.area.path)
    )


def _lie_within(session: Session, call: GuidanceCall, area_ids: tuple[int, ...]) -> bool:
    rows = select(func.count()).where(
        Area.id.in_(area_ids), Area.path.startswith(call.area.path, autoescape=True)
    )
    return session.scalar(rows) == len(area_ids)


def _next(session: Session, call: GuidanceCall) -> GuidanceVersion:
    return GuidanceVersion(call_id=call.id, number=call.version + 1)


def _write(
    session: Session,
    call: GuidanceCall,
    version: GuidanceVersion,
    said: Said,
    by_id: int,
    *,
    now: datetime,
) -> None:
    check_said(session, call, said, version.number, now)
    call.matching_fund_id = said.matching_fund_id
    version.title, version.text = dict(said.title), dict(said.text)
    version.terms, version.reason = said.terms.to_json(), said.reason
    version.written_by_id, version.written_at = by_id, now
    session.add(version)
    session.flush()
