"""The lines as a journal for beancount, with the balances that they must lead to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from audit.exports.book import AccountInfo, Book
from audit.exports.journals import account_facts, closing, facts, pieces
from audit.exports.rows import Row, rows_of
from audit.exports.values import one_line, units


def beancount_file(session: Session, book: Book) -> Iterator[bytes]:
    """For ``bean-check``: it refuses the file when a single amount was changed."""
    return pieces(_texts(session, book))


def _texts(session: Session, book: Book) -> Iterator[str]:
    yield f'option "title" {_quoted(book.title)}\n'
    currencies = sorted({fund.currency for fund in book.funds.values()})
    for currency in currencies:
        yield f'option "operating_currency" "{currency}"\n'
    for account in book.accounts.values():
        yield _open(account, book)
    for row in rows_of(session, book):
        yield _transaction(row)
    after = book.last_day + timedelta(days=1)
    for account in book.accounts.values():
        net, currency = units(account.net, account.fund.currency), account.fund.currency
        # Without a tolerance of nothing, a difference of one fen would pass.
        yield f"{after} balance {account.name}  {net} ~ {units(0, currency)} {currency}\n"
    yield f"; {book.lines} lines. {'; '.join(closing(book))}\n"


def _open(account: AccountInfo, book: Book) -> str:
    meta = "".join(f"  {name}: {_quoted(text)}\n" for name, text in account_facts(account))
    return f"{book.first_day} open {account.name} {account.fund.currency}\n{meta}"


def _transaction(row: Row) -> str:
    payee = f"{_quoted(row.payee.name)} " if row.payee else ""
    meta = "".join(f"  {name}: {_quoted(text)}\n" for name, text in facts(row))
    amount, currency = units(row.amount, row.fund.currency), row.fund.currency
    return (
        f"\n{row.day} * {payee}{_quoted(row.about)} ^group-{row.group}\n"
        f"  line: {row.number}\n{meta}"
        f"  {row.debit.name}  {amount} {currency}\n"
        f"  {row.credit.name}  -{amount} {currency}\n"
    )


def _quoted(text: str) -> str:
    said = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{said}"'
