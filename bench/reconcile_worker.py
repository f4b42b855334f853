"""``python -m bench.reconcile_worker fill|compare LINES``: so many settled payments, and so many
lines of their provider compared with the books, in a process of its own; prints the seconds."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.orm import Session

from app import create_app
from bench.fill import fill
from bench.ledger_fill import unguarded
from bench.ledger_write import copy
from bench.partners_fill import GIFT, market, pledges
from config import Settings
from core.db import Base, db, transaction
from core.migrate import upgrade
from ledger.accounts import hold_accounts
from ledger.journal import Event, Line, Ref, lines_of
from ledger.models import Transfer
from ledger.posting import Group, rows_of
from sponsorship import bookings
from sponsorship.models import Pledge, ProviderLine, Reconciliation
from sponsorship.payments import keys
from sponsorship.payments.providers.protocol import BalanceLine, Topic
from sponsorship.payments.providers.stripe_provider import StripeProvider
from sponsorship.payments.reconcile import reconcile
from sponsorship.states import PaymentState

FEE, ODD = GIFT // 50, 10  # the last lines are of another amount
PART = 5_000
NOW = datetime.now(UTC)
PAYMENT = list(Base.metadata.tables["payment"].columns.keys())
TRANSFER = list(Base.metadata.tables["transfer"].columns.keys())


class Balance(StripeProvider):
    """A balance with a line for each payment."""

    def __init__(self, settings: Settings, count: int) -> None:
        super().__init__(settings)
        self.count = count

    def lines(self, since: datetime) -> Iterator[BalanceLine]:
        """Every line, one after the other."""
        for number in range(1, self.count + 1):
            amount = GIFT + (number > self.count - ODD)
            yield BalanceLine(
                ref=f"txn_{number:09d}",
                type="charge",
                topic=Topic.PAYMENT,
                source_ref=f"pi_{number}",
                amount=amount,
                fee=FEE,
                net=amount - FEE,
                currency="CNY",
                occurred_at=NOW,
            )


def main(what: str, count: int) -> None:
    """Fill the new database that the environment names with so many settled payments, or compare
    so many lines with the books there."""
    settings = Settings.from_env()
    app = create_app(settings)
    with app.app_context():
        if what == "fill":
            upgrade(db.engine)
            write(count, *ground())
        else:
            measure(Balance(settings, count))


def measure(balance: Balance) -> None:
    """Compare everything as if for the first time; print the seconds."""
    with transaction() as session:
        session.execute(delete(ProviderLine))
        session.execute(delete(Reconciliation))
    started = time.perf_counter()
    ident = reconcile(balance, datetime.now(UTC))
    seconds = time.perf_counter() - started
    run = db.session.get_one(Reconciliation, ident)
    if (run.matched, run.unmatched) != (balance.count - ODD, ODD):
        raise RuntimeError(f"{run.matched} lines matched and {run.unmatched} did not")
    print(json.dumps({"seconds": seconds}))


def ground() -> tuple[int, int, int]:
    """A pledge that is owed; gives its identity, its instalment's and its cost centre's."""
    filled = fill(NOW)
    with transaction() as session:
        found = market(session, filled, 1, NOW)
        (ident,) = pledges(session, found, 1, filled.voters[0], NOW, owed=True)
        pledge = session.get_one(Pledge, ident)
        return ident, pledge.instalments[0].id, bookings.pledge_centre(session, pledge).id


def write(count: int, pledge: int, instalment: int, centre: int) -> None:
    """So many payments of the pledge, as they stand when they are settled, with their lines in the
    ledger; past the guards, since they are far more than was pledged."""
    with transaction() as session:
        fund = session.get_one(Pledge, pledge).opening.call.fund_id
        ids = _accounts(session, Event(fund=fund, pledge=centre))
        last = session.scalar(select(func.max(Transfer.id))) or 0
    with unguarded(db.engine) as connection:
        for start in range(1, count + 1, PART):
            numbers = range(start, min(start + PART, count + 1))
            last = _part(connection, numbers, (pledge, instalment), ids, last)
        if connection.dialect.name != "sqlite":
            for name in ("payment", "transfer"):
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"
                )
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _lines(about: Event) -> list[Line]:
    parts = (("settle", GIFT), ("fee", FEE), ("unrestrict", FEE))
    return [line for event, amount in parts for line in lines_of(event, about, amount)]


def _accounts(session: Session, about: Event) -> dict[Ref, int]:
    refs = {ref for line in _lines(about) for ref in (line.debit, line.credit)}
    held, _known = hold_accounts(session, refs, "")
    return {ref: account.id for ref, account in held.items()}


def _part(
    connection: Connection,
    numbers: range,
    of: tuple[int, int],
    ids: dict[Ref, int],
    last: int,
) -> int:
    """Write the payments of these numbers; gives the number of the last line of the ledger."""
    at = str(NOW.replace(tzinfo=None))
    (about,) = {Event(fund=ref.fund, pledge=ref.cost_centre) for ref in ids if ref.cost_centre}
    lines = _lines(about)
    payments, transfers = [], []
    for number in numbers:
        row = _payment(number, of, at)
        payments.append(tuple(row.get(name) for name in PAYMENT))
        key = keys.group_of(of[0], f"settle:{number}")
        group = Group(key, lines, NOW.date(), "CNY")
        for line in rows_of(group, ids, NOW):
            last += 1
            day = {"effective_on": NOW.date().isoformat(), "recorded_at": at, "id": last}
            transfers.append(tuple((line | day)[name] for name in TRANSFER))
    copy(connection, "payment", PAYMENT, payments)
    copy(connection, "transfer", TRANSFER, transfers)
    return last


def _payment(number: int, of: tuple[int, int], at: str) -> dict[str, object]:
    return {
        "id": number,
        "pledge_id": of[0],
        "instalment_id": of[1],
        "attempt": number,
        "key": f"pledge:{of[0]}:attempt:{number}",
        "provider": "stripe",
        "method": "card",
        "state": PaymentState.PAID.value,
        "amount": GIFT,
        "currency": "CNY",
        "provider_ref": f"pi_{number}",
        "page_url": "",
        "reference": "",
        "captured": GIFT,
        "refunded": 0,
        "disputed": 0,
        "fee": FEE,
        "late": False,
        "problem": "",
        "created_at": at,
        "settled_at": at,
    }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
