"""What pledges come to in the books. Whoever books holds the pledge's row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import local_date
from core.errors import Conflict
from core.i18n import lazy_gettext
from ledger.accounts import cost_centre
from ledger.journal import Event, Kind, Line, lines_of
from ledger.models import Account, Balance, CostCentre, CostCentreKind
from ledger.posting import Group, post
from ledger.services.contract_lines import pots, project_centre
from sponsorship.models import GuidanceCall, GuidanceVersion, Pledge
from transparency.log import Subject

Parts = Sequence[tuple[str, int]]  # events of ``ledger.journal.EVENTS``, each over an amount


def call_centre(session: Session, call: GuidanceCall) -> CostCentre:
    """The cost centre of a call, for which vouchers set money aside."""
    titles = select(GuidanceVersion.title).where(GuidanceVersion.call_id == call.id)
    # Nobody reads a draft's title in the books.
    newest = (GuidanceVersion.published_at.is_(None), GuidanceVersion.number.desc())
    title = session.scalars(titles.order_by(*newest).limit(1)).one()
    return cost_centre(session, CostCentreKind.CALL, call.id, title)


def pledge_centre(session: Session, pledge: Pledge) -> CostCentre:
    """The cost centre of a pledge. It is called by its number only, and belongs to its call: the
    books do not say for which project it is before its money is released."""
    above = call_centre(session, pledge.opening.call)
    title = {"zh_Hans": pledge.number, "en": pledge.number}
    return cost_centre(session, CostCentreKind.PLEDGE, pledge.id, title, parent=above)


def book(
    session: Session,
    pledge: Pledge,
    parts: Parts,
    now: datetime,
    *,
    key: str,
    people: tuple[int | None, int | None] = (None, None),
    project_ref: int | None = None,
    on: date | None = None,
    source_ref: str = "",
) -> list[int]:
    """Book what happened to a pledge's own money, in the call's fund: all of ``parts`` in one
    group, once for ``key``; parts over nothing are left out. ``project_ref`` is needed where money
    goes to a project. ``people`` are who asked and who approved, or nobody where the rules decide.
    Gives the numbers of the lines. Raises as ``ledger.posting.post``."""
    call = pledge.opening.call
    about = Event(
        fund=call.fund_id,
        pledge=pledge_centre(session, pledge).id,
        call=call_centre(session, call).id,
        project=project_centre(session, project_ref).id if project_ref else None,
    )
    lines = [line for event, amount in parts if amount for line in lines_of(event, about, amount)]
    return _post(
        session,
        pledge,
        lines,
        now,
        key=key,
        people=people,
        project=project_ref,
        on=on,
        source=source_ref,
    )


def book_match(
    session: Session,
    pledge: Pledge,
    event: str,
    amount: int,
    now: datetime,
    *,
    key: str,
    people: tuple[int | None, int | None] = (None, None),
    project_ref: int | None = None,
) -> list[int]:
    """Book ``match``, ``unmatch`` or ``match.commit`` of a pledge, out of the funds that have it.

    Raises ``Conflict`` when less is there: the balances cannot go below zero, whoever else books at
    the same time.
    """
    call, own = call_centre(session, pledge.opening.call), pledge_centre(session, pledge)
    project = project_centre(session, project_ref).id if project_ref else None
    source = (call, Kind.APPROPRIATION) if event == "match" else (own, Kind.MATCHING)
    lines: list[Line] = []
    missing = amount
    for fund, left in pots(session, *source, None):
        if share := min(left, missing):
            about = Event(fund=fund, pledge=own.id, call=call.id, project=project)
            lines += lines_of(event, about, share)
            missing -= share
    if missing:
        raise Conflict(lazy_gettext("There is not enough doubling money left for this pledge."))
    key = f"{event}:{key}"
    return _post(session, pledge, lines, now, key=key, people=people, project=project_ref)


def _post(
    session: Session,
    pledge: Pledge,
    lines: list[Line],
    now: datetime,
    *,
    key: str,
    people: tuple[int | None, int | None],
    project: int | None,
    on: date | None = None,
    source: str = "",
) -> list[int]:
    subjects: list[Subject] = [("pledge", pledge.id), ("call", pledge.opening.call_id)]
    if project:
        subjects.append(("project", project))
    group = Group(
        key=f"pledge:{pledge.id}:{key}",
        lines=lines,
        effective_on=on or local_date(now),
        currency=pledge.currency,
        actor_id=people[0],
        approver_id=people[1],
        source_ref=source or pledge.number,
        subjects=subjects,
    )
    return post(session, group, now)


def pool_left(session: Session, call: GuidanceCall) -> int:
    """What is set aside for doubling and not reserved yet, in minor units."""
    return _net(session, CostCentreKind.CALL, call.id, Kind.APPROPRIATION)


def kept_for(session: Session, pledge: Pledge) -> int:
    """What of a pledge's money is in the books for its purpose and not released yet."""
    return _net(session, CostCentreKind.PLEDGE, pledge.id, Kind.SPONSOR_RESTRICTED)


def match_left(session: Session, pledge: Pledge) -> int:
    """What doubles a pledge and is not released yet."""
    return _net(session, CostCentreKind.PLEDGE, pledge.id, Kind.MATCHING)


def _net(session: Session, centre: CostCentreKind, ref: int, kind: Kind) -> int:
    rows = (
        select(func.coalesce(func.sum(Balance.net), 0))
        .join(Account, Account.id == Balance.account_id)
        .join(CostCentre, CostCentre.id == Account.cost_centre_id)
        .where(CostCentre.kind == centre, CostCentre.ref == ref, Account.kind == kind)
    )
    return int(session.scalar(rows) or 0)
