"""ISO 20022 bank-to-customer statements (camt.053), of any version from 001.02 on.

What each element means is in the message definition report of camt.053; versions differ in a few
places (``Sts`` and ``Sts/Cd``, ``Dbtr/Nm`` and ``Dbtr/Pty/Nm``), which are both looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import IO, NoReturn

from core.i18n import lazy_gettext
from ledger.statements.balances import check_sum
from ledger.statements.camt_entries import Money, entry_lines, money_of
from ledger.statements.file import MOST_LINES, Hashing, StatementFile, StatementLine, refuse
from ledger.statements.values import Unreadable, iso_day
from ledger.statements.xml_nodes import Node, Pieces

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.([0-9]{2})")
_PARTS = frozenset({"Acct", "Bal", "FrToDt", "Ntry"})
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)


@dataclass(slots=True)
class _Statement:
    """What has been read so far of one ``Stmt``."""

    row: int
    account: str = ""
    opening: int | None = None
    closing: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    lines: list[StatementLine] = field(default_factory=list)


class _Reading:
    """Takes the parts of a document as they come, and checks each statement at its end."""

    def __init__(self, currency: str, latest: date) -> None:
        self.currency, self.latest = currency, latest
        self.statements = list[_Statement]()
        self.version = ""
        self.count = 0

    def opened(self, name: str, namespace: str, row: int, column: int) -> None:
        if name == "Document":
            found = _NAMESPACE.fullmatch(namespace)
            if not found or found[1] == "01":
                refuse(_not_camt(), row, column)
            self.version = found[1]
        elif name == "Stmt" and self.version:
            self._finish()
            self.statements.append(_Statement(row))

    def ended(self, node: Node) -> None:
        if not self.statements:
            refuse(_not_camt(), node.row, node.column)
        statement = self.statements[-1]
        if node.name == "Acct":
            self._account(statement, node)
        elif node.name == "Bal":
            self._balance(statement, node)
        elif node.name == "FrToDt":
            statement.from_on = self._day(node, "FrDtTm", "FrDt")
            statement.to_on = self._day(node, "ToDtTm", "ToDt")
        else:
            self._entry(statement, node)

    def _account(self, statement: _Statement, node: Node) -> None:
        statement.account = re.sub(r"\s", "", node.value("Id/IBAN", "Id/Othr/Id"))[:60]
        if self.statements[0].account != statement.account:
            refuse(
                lazy_gettext("There are statements of several accounts. Please send one."),
                node.row,
                node.column,
            )
        if (currency := node.first("Ccy")) and currency.text != self.currency:
            _refuse_at(currency, self._other_currency(currency.text))

    def _balance(self, statement: _Statement, node: Node) -> None:
        code = node.value("Tp/CdOrPrtry/Cd")
        if code in _OPENING and statement.opening is None:
            statement.opening = self._money(node).signed
        elif code in _CLOSING:
            statement.closing = self._money(node).signed

    def _entry(self, statement: _Statement, node: Node) -> None:
        status = node.value("Sts/Cd", "Sts")
        if status != "BOOK":
            if status in ("PDNG", "INFO", "FUTR"):
                return
            _refuse_at(node, Unreadable(lazy_gettext("The entry does not say that it is booked.")))
        money = self._money(node)
        lines = entry_lines(node, money, self._day(node, "BookgDt/Dt", "BookgDt/DtTm"))
        self.count += len(lines)
        if self.count > MOST_LINES:
            refuse(
                lazy_gettext("More than 50,000 lines. Please send the statement in parts."),
                node.row,
                node.column,
            )
        statement.lines += lines

    def _money(self, node: Node) -> Money:
        try:
            return money_of(node, self.currency)
        except Unreadable as error:
            _refuse_at(node.first("Amt") or node, error)

    def _day(self, node: Node, *paths: str) -> date:
        found = node.first(*paths) or node
        try:
            return iso_day(found.text, self.latest)
        except Unreadable as error:
            _refuse_at(found, error)

    def _other_currency(self, found: str) -> Unreadable:
        return Unreadable(
            lazy_gettext(
                "This is in %(found)s, the account is in %(wanted)s.",
                found=found[:40],
                wanted=self.currency,
            )
        )

    def _finish(self) -> None:
        """Check the statement that ends here, also against the one before it."""
        if not self.statements:
            return
        statement = self.statements[-1]
        check_sum(statement.opening, statement.lines, statement.closing, self.currency)
        if len(self.statements) > 1:
            before = self.statements[-2].closing
            if None not in (before, statement.opening) and before != statement.opening:
                refuse(
                    lazy_gettext("This statement does not begin where the one before it ends."),
                    statement.row,
                )

    def result(self, sha256: str) -> StatementFile:
        self._finish()
        if not self.statements:
            refuse(_not_camt(), 1, 1)
        first, last = self.statements[0], self.statements[-1]
        lines = tuple(line for statement in self.statements for line in statement.lines)
        days = [line.booked_on for line in lines]
        days += [day for s in self.statements for day in (s.from_on, s.to_on) if day]
        if not days:
            refuse(lazy_gettext("There is no booked line in this file."))
        return StatementFile(
            format=f"camt.053.001.{self.version}",
            account=first.account,
            currency=self.currency,
            opening=first.opening,
            closing=last.closing,
            from_on=min(days),
            to_on=max(days),
            lines=lines,
            sha256=sha256,
        )


def read_camt(stream: IO[bytes], *, currency: str, latest: date) -> StatementFile:
    """Read a whole camt.053 document of an account in ``currency``, booked by ``latest``.

    Several statements in it must be of one account and follow each other. Only booked entries
    count. Raises ``Invalid``, naming line and column, for the first fault.
    """
    reading, pieces = _Reading(currency, latest), Hashing(stream)
    Pieces(_PARTS, reading.ended, reading.opened).read(pieces)
    return reading.result(pieces.sha256)


def _refuse_at(node: Node, error: Unreadable) -> NoReturn:
    refuse(error.problem, node.row, node.column)


def _not_camt() -> str:
    return str(lazy_gettext("This is not a camt.053 bank statement."))
