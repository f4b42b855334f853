"""Finding and opening the accounts, cost centres and payees that events need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, exists, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.db import is_sqlite
from core.types import Texts
from ledger.journal import DEBIT_NORMAL, Ref
from ledger.journal import Balance as Sums
from ledger.models import Account, Balance, CostCentre, CostCentreKind, Fund, Payee, Transfer


@dataclass(frozen=True, slots=True)
class Held:
    """An account under lock: its identity, what was booked on it, and its fund's terms."""

    id: int
    balance: Sums
    currency: str
    closed_until: date | None


def hold_accounts(
    session: Session, refs: Iterable[Ref], group: str
) -> tuple[dict[Ref, Held], bool]:
    """The accounts with their balances, held against other writers, always in the same order;
    opened with a balance of zero where there are none yet. Says too whether lines of ``group``
    were there when it was asked."""
    wanted = {ref.key: ref for ref in refs}
    found, booked = _hold(session, wanted, group)
    if missing := [wanted[key] for key in sorted(wanted.keys() - {ref.key for ref in found})]:
        _open(session, missing)
        return _hold(session, wanted, group)
    return found, booked


def _hold(session: Session, wanted: dict[str, Ref], group: str) -> tuple[dict[Ref, Held], bool]:
    asked = {"keys": list(wanted), "group": group}
    rows = session.connection().execute(_HOLD, asked).all()
    found = {
        wanted[row.key]: Held(row.id, Sums(row.debits, row.credits), row.currency, row.closed_until)
        for row in rows
    }
    return found, bool(rows and rows[0].booked)


# Every booking asks this, so it is one question.
_HOLD = (
    select(
        Account.key,
        Account.id,
        Balance.debits,
        Balance.credits,
        Fund.currency,
        Fund.closed_until,
        exists().where(Transfer.group_id == bindparam("group")).label("booked"),
    )
    .join(Balance, Balance.account_id == Account.id)
    .join(Fund, Fund.id == Account.fund_id)
    .where(Account.key.in_(bindparam("keys", expanding=True)))
    .order_by(Account.id)
    .with_for_update(of=Balance)
)


def _open(session: Session, refs: list[Ref]) -> None:
    """Somebody else may open the same ones at the same moment."""
    make = sqlite.insert if is_sqlite(session) else postgresql.insert
    rows = [
        {
            "key": ref.key,
            "fund_id": ref.fund,
            "kind": ref.kind,
            "cost_centre_id": ref.cost_centre,
            "payee_id": ref.payee,
        }
        for ref in refs
    ]
    opened = session.execute(
        make(Account)
        .values(rows)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Account.id, Account.key)
    ).all()
    by_key = {ref.key: ref for ref in refs}
    if opened:
        session.execute(
            insert(Balance),
            [
                {
                    "account_id": ident,
                    "debit_normal": by_key[key].kind in DEBIT_NORMAL,
                    "floored": by_key[key].floored,
                    "debits": 0,
                    "credits": 0,
                    "lines": 0,
                }
                for ident, key in opened
            ],
        )


def cost_centre(
    session: Session, kind: CostCentreKind, ref: int, title: Texts, parent: CostCentre | None = None
) -> CostCentre:
    """The cost centre of a round or project, made when it is first needed; its title follows."""
    which = select(CostCentre).where(CostCentre.kind == kind, CostCentre.ref == ref)
    found = session.scalar(which.with_for_update(key_share=True))
    if found is None:
        found = CostCentre(kind=kind, ref=ref, title=title, parent_id=parent and parent.id)
        session.add(found)
        session.flush()
        return found
    if found.title != title:
        found.title = title
    if parent is not None and found.parent_id is None:
        found.parent_id = parent.id
    return found


def add_payee(
    session: Session,
    name: Texts,
    now: datetime,
    *,
    code: str | None = None,
    organisation_id: int | None = None,
) -> Payee:
    """Enter somebody who can be paid."""
    made = Payee(name=name, code=code or None, organisation_id=organisation_id, created_at=now)
    session.add(made)
    session.flush()
    return made
