"""What both journals of plain-text accounting have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit.exports.book import AccountInfo, Book
from audit.exports.rows import Row
from audit.exports.values import units

AT_ONCE = 1 << 16


def pieces(texts: Iterable[str]) -> Iterator[bytes]:
    """Texts joined to pieces of a sensible size, in UTF-8."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= AT_ONCE:
            yield "".join(held).encode()
            held.clear()
            size = 0
    yield "".join(held).encode()


def account_facts(account: AccountInfo) -> Iterator[tuple[str, str]]:
    """What is told of an account besides its name; nothing that is empty."""
    told = {
        "words": account.words,
        "fund": account.fund.name,
        "round": account.centre.round_title,
        "project": account.centre.project_title,
        "call": account.centre.call_title,
        "pledge": account.centre.pledge,
        "payee": account.payee.name if account.payee else "",
    }
    return ((name, text) for name, text in told.items() if text)


def facts(row: Row) -> Iterator[tuple[str, str]]:
    """What is told of a line besides its amount and accounts; nothing that is empty."""
    told = {
        "code": row.code,
        "fund": row.fund.name,
        "area": row.fund.area,
        "round": row.centre.round_title,
        "project": row.centre.project_title,
        "call": row.centre.call_title,
        "pledge": row.centre.pledge,
        "payee-name": row.payee.name if row.payee else "",
        "payee-code": row.payee.code if row.payee else "",
        "purpose": row.purpose,
        "voucher": row.voucher,
        "asked-by": row.asked_by,
        "approved-by": row.approved_by,
        "reverses": "" if row.reverses is None else str(row.reverses),
        "recorded": row.recorded_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "log-entry": "" if row.seq is None else str(row.seq),
        "documents": row.documents,
    }
    return ((name, text) for name, text in told.items() if text)


def closing(book: Book) -> Iterator[str]:
    """The sums with which a journal ends, so that a cut-off one can be told from a whole one."""
    for currency, amount in book.by_currency.items():
        yield f"{currency} {units(amount, currency)}"
