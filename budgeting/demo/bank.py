"""What Xinghe's banks say: statements that agree with the books, but for three lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO, StringIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.demo.content import texts
from budgeting.demo.stories import Act
from budgeting.demo.treasury import Treasury
from core.clock import local_date
from ledger.models import Fund, Payee, Voucher, voucher_number
from ledger.queries.movements import movements
from ledger.services.matching import match_exact
from ledger.services.statements import import_statement, keep_funds_at, open_bank_account
from ledger.statements.csv_reader import read_csv
from ledger.statements.mapping import CsvMapping

EVERY = timedelta(days=61)
SETTLED = timedelta(days=4)
NAMES = ["{area}财政专户", "{area} public account"]
HEADINGS = ("日期", "金额", "附言", "对方户名", "摘要")
MAPPING = CsvMapping(
    date="日期", amount="金额", reference="附言", counterparty="对方户名", text="摘要"
)
BUSY = "wide"  # whose statements hold what the books do not know


@dataclass(slots=True)
class BankStory:
    """The bank accounts of all areas and their statements, from ``begins`` up to ``now``."""

    treasury: Treasury
    begins: datetime
    now: datetime
    accounts: dict[str, int] = field(default_factory=dict)

    def events(self) -> Iterator[tuple[datetime, Act]]:
        """Accounts are opened once there are funds; statements come every two months."""
        yield self.begins + timedelta(hours=3), self._open
        stray: list[list[object] | None] = [None] * 3 + self.treasury.content["stray"]
        known = self.begins - EVERY  # up to where the banks have told what they booked
        while known < self.now - 2 * SETTLED:
            at = min(known + 2 * EVERY, self.now - timedelta(hours=5))
            lost = stray.pop(0) if stray else None
            yield at, partial(self._take_in, days=(known, at - SETTLED), stray=lost)
            known = at - SETTLED

    def _open(self, session: Session, at: datetime) -> None:
        staff = self.treasury.world.staff
        for number, key in enumerate(self.treasury.content["funds"], 1):
            area = self.treasury.world.areas[key]
            made = open_bank_account(
                session,
                area,
                name={
                    language: name.format(area=area.name[language])
                    for language, name in texts(NAMES).items()
                },
                number=f"3300 1612 0100 0500 {number * 1103:04d}",
                currency="CNY",
                by_id=staff["finance"],
                now=at,
            )
            self.accounts[key] = made.id

    def _take_in(
        self,
        session: Session,
        at: datetime,
        days: tuple[datetime, datetime],
        stray: list[object] | None,
    ) -> None:
        """Bring every account's statement in, and match what names its voucher."""
        by = self.treasury.world.staff["cashier"]
        for key, account in self.accounts.items():
            funds = [ident for (area, _), ident in self.treasury.funds.items() if area == key]
            keep_funds_at(session, account, funds, by, at)
            rows = _rows(session, account, *map(local_date, days))
            if stray and key == BUSY:
                day = local_date(days[1]) - timedelta(days=1)
                rows.append((day.isoformat(), _yuan(int(str(stray[2]))), "", "", str(stray[0])))
            if rows:
                file = read_csv(_file(rows), MAPPING, currency="CNY", latest=local_date(at))
                import_statement(session, account, file, by_id=by, now=at, mapping=MAPPING)
                match_exact(session, account, by, at)


def _rows(session: Session, account: int, first: date, until: date) -> list[tuple[str, ...]]:
    """What moved at an account from a day up to, but not including, another."""
    moved = movements(Fund.bank_account_id == account)
    rows = (
        select(moved.c.effective_on, moved.c.signed, Voucher.id, Voucher.purpose, Payee.name)
        .join(Voucher, Voucher.id == moved.c.voucher_id)
        .outerjoin(Payee, Payee.id == moved.c.payee_id)
        .where(moved.c.effective_on >= first, moved.c.effective_on < until)
        .where(moved.c.code.not_in(("carry_out", "carry_in")))
        .order_by(moved.c.transfer_id)
    )
    return [
        (
            day.isoformat(),
            _yuan(signed),
            voucher_number(number),
            (name or {}).get("zh_Hans", ""),
            why,
        )
        for day, signed, number, why, name in session.execute(rows)
    ]


def _yuan(minor: int) -> str:
    return str(Decimal(minor).scaleb(-2))


def _file(rows: list[tuple[str, ...]]) -> BytesIO:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerows(rows)
    return BytesIO(out.getvalue().encode("gb18030"))
