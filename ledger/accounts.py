"""Finding and opening the accounts, cost centres and payees that events need."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.db import is_sqlite
from core.types import Texts
from ledger.journal import DEBIT_NORMAL, Ref
from ledger.models import Account, Balance, CostCentre, CostCentreKind, Payee


def open_accounts(session: Session, refs: Iterable[Ref]) -> dict[Ref, int]:
    """The identity of each account, opened with a balance of zero where there is none yet."""
    wanted = {ref.key: ref for ref in refs}
    found = _known(session, wanted)
    if missing := [wanted[key] for key in sorted(wanted.keys() - found.keys())]:
        _open(session, missing)
        found = _known(session, wanted)
    return {wanted[key]: ident for key, ident in found.items()}


def _known(session: Session, wanted: dict[str, Ref]) -> dict[str, int]:
    rows = select(Account.key, Account.id).where(Account.key.in_(wanted))
    return dict(session.execute(rows).all())


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
    found = session.scalar(which.with_for_update())
    if found is None:
        found = CostCentre(kind=kind, ref=ref, title=title, parent_id=parent and parent.id)
        session.add(found)
        session.flush()
    elif found.title != title:
        found.title = title
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
