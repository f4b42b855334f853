"""What public money asks people to do: approve, pay, set money aside for what won."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Area
from accounts.queries import within
from core.clock import add_working_days, local_date
from core.desk import Duty, duty_source
from core.i18n import format_money, lazy_gettext, localize, ngettext
from core.policy import Actor
from ledger.models import BankAccount, BankStatement, CostCentre, Fund, Voucher
from ledger.policies import READERS, paths
from ledger.queries.verdicts import above_limit
from ledger.queries.vouchers import Reader, to_be_paid, waiting_for
from ledger.rules import APPROVERS, FINANCE
from ledger.services.waiting import waiting
from ledger.voucher_words import KINDS

WORKING_DAYS = 3
MOST = 200  # looked through for what is within somebody's limit
STATEMENT_EVERY = timedelta(days=31)
SHOWN = 10  # one by one; the others together


def reader_of(actor: Any) -> Reader:
    """Somebody as the lists of vouchers know them."""
    return Reader(actor.id, paths(actor, READERS), paths(actor, APPROVERS), paths(actor, FINANCE))


@duty_source
def vouchers_to_approve(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Vouchers that wait for somebody and are within their limit, each due in three working
    days."""
    if not actor.has_role(APPROVERS, None):
        return []
    rows = session.execute(
        select(Voucher.id, Voucher.kind, Voucher.amount, Voucher.currency, Voucher.requested_at)
        .add_columns(Area.path)
        .join(Fund, Fund.id == Voucher.fund_id)
        .join(Area, Area.id == Fund.area_id)
        .where(*waiting_for(reader_of(actor)))
        .order_by(Voucher.requested_at, Voucher.id)
        .limit(MOST)
    ).all()
    above = above_limit(session, actor, rows)
    mine = [row for row in rows if row.id not in above]
    title = lazy_gettext("Approve or refuse")
    return _duties(mine, title, "requested_at", "waiting")


@duty_source
def vouchers_to_pay(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Approved vouchers whose money somebody has to send, each due in three working days."""
    if not actor.has_role(FINANCE, None):
        return []
    rows = session.execute(
        select(Voucher.id, Voucher.kind, Voucher.amount, Voucher.currency, Voucher.decided_at)
        .where(*to_be_paid(reader_of(actor)))
        .order_by(Voucher.decided_at, Voucher.id)
        .limit(MOST)
    ).all()
    return _duties(rows, lazy_gettext("To be paid"), "decided_at", "pay")


def _duties(rows: Any, title: Any, since: str, tab: str) -> list[Duty]:
    found = []
    for row in rows[:SHOWN]:
        about = lazy_gettext(
            "%(what)s: %(kind)s, %(amount)s",
            what=title,
            kind=KINDS[row.kind],
            amount=format_money(row.amount, row.currency),
        )
        due = add_working_days(local_date(getattr(row, since)), WORKING_DAYS)
        found.append(Duty(about, f"/ledger/vouchers/{row.id}", due))
    if (more := len(rows) - SHOWN) > 0:
        due = add_working_days(local_date(getattr(rows[SHOWN], since)), WORKING_DAYS)
        label = ngettext("%(num)s more voucher", "%(num)s more vouchers", more)
        found.append(Duty(label, f"/ledger?tab={tab}", due, more))
    return found


@duty_source
def winners_without_money(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Rounds that are decided and have winners for which no money is set aside yet."""
    own = paths(actor, FINANCE)
    if not own:
        return []
    round_, project = aliased(CostCentre), aliased(CostCentre)
    mine = select(Area.id).where(within(own))
    rows = (
        select(round_.title, func.count(project.id))
        .join(project, project.parent_id == round_.id)
        .where(
            waiting(project),
            or_(project.area_id.is_(None), project.area_id.in_(mine)),
        )
        .group_by(round_.id)
        .order_by(round_.id)
        .limit(SHOWN)
    )
    return [
        Duty(
            lazy_gettext(
                "Set money aside for “%(round)s”: winners wait for it",
                round=localize(title),
            ),
            "/ledger/vouchers/new/appropriate",
            None,
            count,
        )
        for title, count in session.execute(rows)
    ]


@duty_source
def statements_to_bring(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Bank accounts whose last statement ends more than a month ago, or that have none."""
    own = paths(actor, FINANCE)
    if not own:
        return []
    last = func.max(BankStatement.to_on)
    rows = (
        select(BankAccount.id, BankAccount.name)
        .join(Area, Area.id == BankAccount.area_id)
        .outerjoin(BankStatement, BankStatement.bank_account_id == BankAccount.id)
        .where(within(own))
        .group_by(BankAccount.id)
        .having(or_(last.is_(None), last < local_date(now) - STATEMENT_EVERY))
        .order_by(BankAccount.id)
        .limit(SHOWN)
    )
    return [
        Duty(
            lazy_gettext("Bring in the newest statement of “%(account)s”", account=localize(name)),
            f"/ledger/bank/{ident}/upload",
        )
        for ident, name in session.execute(rows)
    ]
