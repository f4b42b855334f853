"""The lines as a journal for hledger, with the balances that they must lead to."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from audit.exports.book import AccountInfo, Book
from audit.exports.journals import account_facts, closing, facts, pieces
from audit.exports.rows import Row, rows_of
from audit.exports.values import one_line, units

# In hledger's comments and descriptions these would begin something: a comment, the next tag,
# the note after a payee. Their full-width brothers say the same.
_BEGINNERS = str.maketrans({";": "；", ",": "，", "|": "｜"})


def hledger_file(session: Session, book: Book) -> Iterator[bytes]:
    """For ``hledger check --strict``: it refuses the file when a single amount was changed."""
    return pieces(_texts(session, book))


def _texts(session: Session, book: Book) -> Iterator[str]:
    yield f"; {_said(book.title)}\n"
    yield "decimal-mark .\n"
    for currency in sorted({fund.currency for fund in book.funds.values()}):
        yield f"commodity {_style(currency)} {currency}\n"
    for account in book.accounts.values():
        yield _account(account)
    for row in rows_of(session, book):
        yield _transaction(row)
    if book.accounts:
        # The latest day, and last in the file: hledger compares after every other line.
        yield f"\n{book.last_day} * balances\n"
        yield from map(_balance, book.accounts.values())
    yield f"\n; {book.lines} lines. {'; '.join(closing(book))}\n"


def _style(currency: str) -> str:
    sample = str(units(0, currency)).replace("0", "1000", 1)
    return sample if "." in sample else f"{sample}."


def _account(account: AccountInfo) -> str:
    tags = ", ".join(f"{name}: {_said(text)}" for name, text in account_facts(account))
    return f"account {account.name}  ; {tags}\n"


def _transaction(row: Row) -> str:
    what = f"{_said(row.payee.name)} | {_said(row.about)}" if row.payee else _said(row.about)
    tags = "".join(f"    ; {name}: {_said(text)}\n" for name, text in facts(row))
    amount, currency = units(row.amount, row.fund.currency), row.fund.currency
    return (
        f"\n{row.day} * ({row.number}) {what}\n    ; group: {row.group}\n{tags}"
        f"    {row.debit.name}  {amount} {currency}\n"
        f"    {row.credit.name}  -{amount} {currency}\n"
    )


def _balance(account: AccountInfo) -> str:
    currency = account.fund.currency
    net = units(account.net, currency)
    return f"    {account.name}  {units(0, currency)} {currency} = {net} {currency}\n"


def _said(text: str) -> str:
    return one_line(text).translate(_BEGINNERS)
