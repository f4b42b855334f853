"""Taking in a bank statement: all of it or nothing, and no line twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.canonical import digest
from core.db import lock
from core.errors import Conflict, Invalid
from core.i18n import Message, date_long, format_money, lazy_gettext
from core.types import MINOR_UNITS, Texts
from ledger.models import BankAccount, BankLine, BankStatement, Fund
from ledger.statements import CsvMapping, StatementFile, StatementLine
from ledger.statements.file import fault
from transparency import log

_AT_ONCE = 1000


def open_bank_account(
    session: Session,
    area: Area,
    *,
    name: Texts,
    number: str,
    currency: str,
    by_id: int,
    now: datetime,
) -> BankAccount:
    """Enter a bank account. ``number`` may be whole; only its last four characters are kept.

    Raises ``Invalid`` for an unknown currency or a number that is too short.
    """
    bare = re.sub(r"[^0-9A-Za-z]", "", number)
    if len(bare) < 4:
        raise _wrong("number", lazy_gettext("Please write at least its last four characters."))
    if currency not in MINOR_UNITS:
        raise _wrong("currency", lazy_gettext("This currency is not kept here."))
    made = BankAccount(
        area_id=area.id,
        name=name,
        number=f"**** {bare[-4:].upper()}",
        currency=currency,
        created_at=now,
    )
    session.add(made)
    session.flush()
    body = {"account": made.id, "area": area.id, "currency": currency, "by": by_id}
    log.record(session, "ledger.bank_opened", _subjects(made), body, now)
    return made


def keep_funds_at(
    session: Session, account_id: int, fund_ids: Sequence[int], by_id: int, now: datetime
) -> None:
    """Say which funds' money lies at a bank account; those not named no longer do.

    Raises ``Invalid`` for a fund of another currency, or outside of the account's area.
    """
    account = lock(session, BankAccount, account_id)
    wanted = set(fund_ids)
    rows = select(Fund).where(Fund.id.in_(wanted) | (Fund.bank_account_id == account.id))
    for fund in session.scalars(rows).all():
        if fund.id not in wanted:
            fund.bank_account_id = None
            continue
        if fund.currency != account.currency or not fund.area.path.startswith(account.area.path):
            raise _wrong("funds", lazy_gettext("A fund of this area and currency, please."))
        fund.bank_account_id = account.id
    body = {"account": account.id, "funds": sorted(wanted), "by": by_id}
    log.record(session, "ledger.bank_funds", _subjects(account), body, now)


def import_statement(
    session: Session,
    account_id: int,
    file: StatementFile,
    *,
    by_id: int,
    now: datetime,
    mapping: CsvMapping | None = None,
    twins: bool = False,
) -> BankStatement:
    """Take in the lines of a statement that are not there yet; keep how its CSV was read.

    A line that looks like one of another file (same day and amount, other words) is refused
    unless ``twins`` says that these are two. Raises ``Conflict`` for a file that was taken in
    already, and ``Invalid`` (field ``file``) for the wrong account.
    """
    account = lock(session, BankAccount, account_id)
    _check_file(session, account, file)
    new = list(_new_lines(session, account.id, file, twins=twins))
    made = BankStatement(
        bank_account_id=account.id,
        sha256=file.sha256,
        format=file.format,
        from_on=file.from_on,
        to_on=file.to_on,
        opening=file.opening,
        closing=file.closing,
        lines=len(new),
        known=len(file.lines) - len(new),
        imported_by_id=by_id,
        imported_at=now,
    )
    session.add(made)
    session.flush()
    rows = [_row(account.id, made.id, *one) for one in new]
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(insert(BankLine), rows[start : start + _AT_ONCE])
    if mapping is not None:
        account.mapping = mapping.as_json()
    account.counted_at = None
    _record(session, account, made, now)
    return made


def _check_file(session: Session, account: BankAccount, file: StatementFile) -> None:
    if file.account and not file.account.upper().endswith(account.number[-4:]):
        raise fault(
            lazy_gettext(
                "This statement is of the account ending with %(found)s, not with %(wanted)s.",
                found=file.account[-4:],
                wanted=account.number[-4:],
            )
        )
    if file.currency != account.currency:
        raise fault(lazy_gettext("The account is kept in %(currency)s.", currency=account.currency))
    before = session.scalar(
        select(BankStatement.imported_at).where(
            BankStatement.bank_account_id == account.id, BankStatement.sha256 == file.sha256
        )
    )
    if before is not None:
        problem = lazy_gettext("This file was taken in already: %(day)s.", day=date_long(before))
        raise Conflict(problem, fields={"file": problem})


def _new_lines(
    session: Session, account_id: int, file: StatementFile, *, twins: bool
) -> Iterator[tuple[int, StatementLine, str]]:
    """Position, line and fingerprint of what is not there yet."""
    known = _known(session, account_id, file)
    marked = list(zip(range(1, len(file.lines) + 1), file.lines, _marks(file.lines), strict=True))
    came = {mark for _position, _line, mark in marked}
    others = Counter(place for mark, place in known.items() if mark not in came)
    for position, line, mark in marked:
        if mark in known:
            continue
        if not twins and others[line.booked_on, line.amount]:
            raise _twin(line)
        yield position, line, mark


def _known(session: Session, account_id: int, file: StatementFile) -> dict[str, tuple[date, int]]:
    rows = select(BankLine.fingerprint, BankLine.booked_on, BankLine.amount).where(
        BankLine.bank_account_id == account_id,
        BankLine.booked_on.between(file.from_on, file.to_on),
    )
    return {mark: (day, amount) for mark, day, amount in session.execute(rows)}


def _marks(lines: Sequence[StatementLine]) -> Iterator[str]:
    """The fingerprint of each line: what the bank calls it, or all that it says of it; lines that
    are the same in everything are counted."""
    seen = Counter[str]()
    for line in lines:
        said = [line.bank_id] if line.bank_id else [line.reference, line.counterparty, line.text]
        plain = digest([line.booked_on.isoformat(), line.amount, line.currency, said])
        seen[plain] += 1
        yield digest([plain, seen[plain]])


def _twin(line: StatementLine) -> Invalid:
    problem = lazy_gettext(
        "There is a line of %(amount)s on %(day)s already, with other words. If the bank "
        "really booked both, tick that these are two; else send the file in the form used before.",
        amount=format_money(line.amount, line.currency),
        day=line.booked_on.isoformat(),
    )
    return fault(problem, line.row)


def _row(
    account_id: int, statement_id: int, position: int, line: StatementLine, mark: str
) -> dict[str, Any]:
    return {
        "statement_id": statement_id,
        "bank_account_id": account_id,
        "position": position,
        "booked_on": line.booked_on,
        "amount": line.amount,
        "currency": line.currency,
        "reference": line.reference,
        "counterparty": line.counterparty,
        "text": line.text,
        "bank_id": line.bank_id,
        "fingerprint": mark,
    }


def _record(session: Session, account: BankAccount, made: BankStatement, now: datetime) -> None:
    body = {
        "account": account.id,
        "statement": made.id,
        "sha256": made.sha256,
        "format": made.format,
        "from": made.from_on.isoformat(),
        "to": made.to_on.isoformat(),
        "lines": made.lines,
        "known": made.known,
        "by": made.imported_by_id,
    }
    log.record(session, "ledger.statement_imported", _subjects(account), body, now)


def _subjects(account: BankAccount) -> list[log.Subject]:
    return [("bank_account", account.id), ("area", account.area_id)]


def _wrong(field: str, problem: Message) -> Invalid:
    return Invalid(problem, fields={field: problem})
