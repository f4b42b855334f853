"""An entry of a camt.053 statement: one line, or one for each transaction booked in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.i18n import lazy_gettext
from ledger.statements.file import StatementLine
from ledger.statements.values import Unreadable, amount_of, same_currency
from ledger.statements.xml_nodes import Node

_REFERENCES = (
    "RmtInf/Strd/CdtrRefInf/Ref",
    "Refs/EndToEndId",
    "Refs/InstrId",
    "Refs/TxId",
    "Refs/ChqNb",
)
_NOTHING = frozenset({"NOTPROVIDED", "NONREF"})
_SIGNS = {"CRDT": 1, "DBIT": -1}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of the account's currency, in minor units; incoming is positive."""

    signed: int
    currency: str


def money_of(node: Node, currency: str, *, sign: int | None = None) -> Money:
    """The ``Amt`` of a balance, an entry or a transaction with its side.

    Raises ``Unreadable``. ``sign`` holds where the element itself names no side.
    """
    amount = node.first("Amt", "AmtDtls/TxAmt/Amt")
    if amount is None:
        raise Unreadable(lazy_gettext("The amount is missing."))
    same_currency(amount.attributes.get("Ccy", ""), currency)
    minor = amount_of(amount.text, currency)
    side = _SIGNS.get(node.value("CdtDbtInd"), sign)
    if side is None:
        raise Unreadable(lazy_gettext("It is not said whether money comes in or goes out."))
    if minor < 0:
        raise Unreadable(lazy_gettext("The amount is negative; its side says that already."))
    return Money(minor * side, currency)


def entry_lines(entry: Node, money: Money, booked_on: date) -> list[StatementLine]:
    """The lines of a booked entry of that amount.

    A batch becomes one line for each of its transactions when these give the entry's amount to
    the cent; where charges or another currency come between, the entry stays one line.
    """
    if not money.signed:
        return []
    details = list(entry.all("NtryDtls/TxDtls"))
    parts = _parts(details, money)
    if len(parts) < 2:
        return [_line(entry, details, money.signed, money.currency, booked_on)]
    return [
        _line(entry, [detail], part, money.currency, booked_on)
        for detail, part in zip(details, parts, strict=True)
        if part
    ]


def _parts(details: list[Node], money: Money) -> list[int]:
    sign = 1 if money.signed > 0 else -1
    try:
        parts = [money_of(detail, money.currency, sign=sign).signed for detail in details]
    except Unreadable:
        return []
    return parts if sum(parts) == money.signed else []


def _line(
    entry: Node, details: list[Node], amount: int, currency: str, booked_on: date
) -> StatementLine:
    # Money that comes in comes from the debtor; money that goes out goes to the creditor.
    party = "Dbtr" if amount > 0 else "Cdtr"
    paths = (f"RltdPties/{party}/Nm", f"RltdPties/{party}/Pty/Nm")
    texts = [_joined(details, "RmtInf/Ustrd"), _joined(details, "AddtlTxInf")]
    texts.append(entry.value("AddtlNtryInf"))
    detail_id = details[0].value("Refs/AcctSvcrRef") if len(details) == 1 else ""
    return StatementLine(
        row=entry.row,
        booked_on=booked_on,
        amount=amount,
        currency=currency,
        reference=_reference(entry, details),
        counterparty=_joined(details, *paths),
        text=" ".join(filter(None, texts)),
        bank_id=detail_id or entry.value("AcctSvcrRef"),
    ).tidied()


def _reference(entry: Node, details: list[Node]) -> str:
    found = [
        reference
        for detail in details
        for reference in [next(filter(_means, (detail.value(path) for path in _REFERENCES)), "")]
        if reference
    ]
    return " ".join(dict.fromkeys(found)) or entry.value("NtryRef")


def _means(reference: str) -> bool:
    return bool(reference) and reference.upper() not in _NOTHING


def _joined(details: list[Node], *paths: str) -> str:
    found = [node.text for detail in details for path in paths for node in detail.all(path)]
    return " ".join(dict.fromkeys(filter(None, found)))
