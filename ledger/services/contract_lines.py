"""What booking contracts comes down to: lines of one project, split over its funds, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.clock import local_date
from core.errors import Conflict, Invalid, NotFound, Refused
from core.i18n import Message, format_money, lazy_gettext
from core.types import MAX_MINOR
from ledger.journal import Event, Kind, Line, lines_of
from ledger.models import Account, Balance, CostCentre, CostCentreKind, Fund, Payee, Transfer
from ledger.posting import Group, group_name, post
from ledger.services.records import centre_subjects

People = tuple[int, int]  # who asked for it or carried it out, and who approved it
Shares = list[tuple[int, int]]  # from which fund how much


@dataclass(frozen=True, slots=True)
class Booking:
    """An event (of ``journal.EVENTS``) of a project and a payee, over an amount."""

    event: str
    key: str
    payee_id: int
    amount: int
    people: People
    source_ref: str

    @property
    def group_key(self) -> str:
        """Under which its lines are booked: the same key for another event is another one."""
        return f"{self.event}:{self.key}"


def project_centre(session: Session, project_ref: int) -> CostCentre:
    """A project's cost centre, held. Raises ``NotFound``."""
    of = (CostCentre.kind == CostCentreKind.PROJECT, CostCentre.ref == project_ref)
    rows = select(CostCentre).where(*of).with_for_update(key_share=True)
    found = session.scalar(rows.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(lazy_gettext("No money is committed to this project yet."))
    return found


def check_open(centre: CostCentre) -> None:
    """Raise ``Conflict`` when a project's books are closed."""
    if centre.closed_at is not None:
        raise Conflict(lazy_gettext("This project's books are closed."))


def check_people(people: People) -> None:
    """Raise ``Refused`` when both are the same person."""
    if people[0] == people[1]:
        raise Refused(lazy_gettext("Somebody else has to approve what you asked for yourself."))


def _check(session: Session, centre: CostCentre, booking: Booking) -> None:
    check_open(centre)
    check_people(booking.people)
    if not centre.by_contract:
        raise Conflict(
            lazy_gettext("This project has no contracts. Please publish its delivery plan first.")
        )
    if type(booking.amount) is not int or not 0 < booking.amount <= MAX_MINOR:
        problem = lazy_gettext("Please give an amount above zero, within bounds.")
        raise Invalid(problem, fields={"amount": problem})
    if session.get(Payee, booking.payee_id) is None:
        problem = lazy_gettext("Please choose who is paid.")
        raise Invalid(problem, fields={"payee": problem})


def book(session: Session, centre: CostCentre, booking: Booking, now: datetime) -> None:
    """Book an event, split over the funds that have money for it, unless it is booked."""
    if is_booked(session, centre, booking):
        return
    _check(session, centre, booking)
    lines = [
        line
        for fund, share in _shares(session, centre, booking)
        for line in lines_of(booking.event, of_project(centre, fund, booking.payee_id), share)
    ]
    key, people, source = booking.group_key, booking.people, booking.source_ref
    post_lines(session, centre, lines, now, key=key, people=people, source_ref=source)


def of_project(centre: CostCentre, fund: int, payee_id: int | None = None) -> Event:
    """What an event of a project, a fund and perhaps a payee is about."""
    return Event(fund=fund, project=centre.id, payee=payee_id)


def post_lines(
    session: Session,
    centre: CostCentre,
    lines: Sequence[Line],
    now: datetime,
    *,
    key: str,
    people: People,
    source_ref: str,
) -> None:
    """Book lines of a project under ``key``. Raises as ``posting.post``."""
    group = Group(
        key=key,
        lines=lines,
        effective_on=local_date(now),
        currency=centre.currency or "",
        actor_id=people[0],
        approver_id=people[1],
        source_ref=source_ref,
        subjects=centre_subjects(session, centre),
    )
    post(session, group, now)


OTHERWISE: Message = lazy_gettext(
    "This was booked already, with other figures. Please look at the books before you go on."
)


def is_booked(session: Session, centre: CostCentre, booking: Booking) -> bool:
    """Whether the same was booked before. Raises ``Conflict`` when something else was."""
    rows = select(
        func.sum(Transfer.amount),
        func.max(Transfer.cost_centre_id),
        func.max(Transfer.payee_id),
        func.max(Transfer.source_ref),
    ).where(Transfer.group_id == group_name(booking.group_key))
    amount, *about = tuple(session.execute(rows).one())
    if amount is None:
        return False
    wanted = [centre.id, booking.payee_id, booking.source_ref]
    if [int(amount), *about] != [booking.amount, *wanted]:
        raise Conflict(OTHERWISE)
    return True


def _shares(session: Session, centre: CostCentre, booking: Booking) -> Shares:
    """From which fund how much. Raises ``Invalid`` when all of them together have too little."""
    source = lines_of(booking.event, of_project(centre, 0, booking.payee_id), 1)[0].debit
    rest = pots(session, centre, source.kind, source.payee)
    missing, shares = booking.amount, list[tuple[int, int]]()
    for fund, left in rest:
        if missing:
            shares.append((fund, min(left, missing)))
            missing -= shares[-1][1]
    if missing:
        had = format_money(booking.amount - missing, centre.currency or "CNY")
        problem = _too_little(booking.event, had)
        raise Invalid(problem, fields={"amount": problem})
    return shares


def _too_little(event: str, left: str) -> Message:
    if event == "contract":
        return lazy_gettext(
            "Only %(left)s is committed to this project and not under contract yet.", left=left
        )
    if event == "unaccept":
        return lazy_gettext("Only %(left)s of the accepted work is not invoiced yet.", left=left)
    return lazy_gettext("Only %(left)s of this contract is not accepted yet.", left=left)


def pots(session: Session, centre: CostCentre, kind: Kind, payee_id: int | None) -> Shares:
    """What each fund has on an account of a project, the lowest areas' funds first."""
    rows = (
        select(Account.fund_id, Balance.net, Area.path)
        .join(Balance, Balance.account_id == Account.id)
        .join(Fund, Fund.id == Account.fund_id)
        .join(Area, Area.id == Fund.area_id)
        .where(
            Account.kind == kind,
            Account.cost_centre_id == centre.id,
            Account.payee_id.is_(None) if payee_id is None else Account.payee_id == payee_id,
            Balance.net > 0,
        )
        .order_by(Account.fund_id)
    )
    found = sorted(session.execute(rows).all(), key=lambda row: -row.path.count("/"))
    return [(fund, net) for fund, net, _path in found]
