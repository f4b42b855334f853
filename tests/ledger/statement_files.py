"""Statement files for tests, written as banks write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from hypothesis import HealthCheck, settings

from ledger.statements import CsvMapping, StatementFile, read_camt, read_csv

# A busy machine is slow without anything being wrong.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TODAY = date(2026, 3, 2)
HEAD = "日期,金额,余额,币种,用途,对方户名,摘要,流水号"
MAPPING = CsvMapping(
    date="日期",
    amount="金额",
    balance="余额",
    currency="币种",
    reference="用途",
    counterparty="对方户名",
    text="摘要",
    bank_id="流水号",
)
ROWS = (
    "2026-02-01,1000.00,1000.00,人民币,拨款,星河街道财政所,2026年第一批,S1",
    '2026-02-03,"-250.50",749.50,CNY,PZ-000002,滨河园林有限公司,工程款,S2',
    "2026-02-03,-49.5,700.00,,PZ-000003,,手续费,S3",
)


def csv_bytes(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> bytes:
    """A CSV file of these rows."""
    return ("\r\n".join([head, *rows]) + "\r\n").encode(encoding)


def csv_file(content: bytes, mapping: CsvMapping = MAPPING, **options: Any) -> StatementFile:
    """Read a CSV file of an account in yuan."""
    known: dict[str, Any] = {"currency": "CNY", "latest": TODAY}
    return read_csv(BytesIO(content), mapping, **(known | options))


def camt_file(content: bytes | str, **options: Any) -> StatementFile:
    """Read a camt.053 file of an account in yuan."""
    raw = content.encode() if isinstance(content, str) else content
    known: dict[str, Any] = {"currency": "CNY", "latest": TODAY}
    return read_camt(BytesIO(raw), **(known | options))


def amount_xml(minor: int, currency: str = "CNY") -> str:
    """An amount and its side."""
    side = "CRDT" if minor >= 0 else "DBIT"
    whole, rest = divmod(abs(minor), 100)
    return f'<Amt Ccy="{currency}">{whole}.{rest:02d}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def balance_xml(code: str, minor: int, day: str = "2026-02-01") -> str:
    """A balance of a statement."""
    kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
    return f"<Bal>{kind}{amount_xml(minor)}<Dt><Dt>{day}</Dt></Dt></Bal>"


def entry_xml(minor: int, day: str = "2026-02-03", details: str = "", extra: str = "") -> str:
    """A booked entry, as version 08 writes it."""
    inner = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return (
        f"<Ntry>{amount_xml(minor)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{day}</Dt></BookgDt>{extra}{inner}</Ntry>"
    )


def camt_xml(
    entries: Sequence[str],
    opening: int = 0,
    closing: int = 0,
    *,
    version: str = "08",
    account: str = "CN001",
    before: str = "",
) -> str:
    """A document with one statement; ``before`` comes between the XML declaration and it."""
    return document(statement(entries, opening, closing, account), version=version, before=before)


def statement(entries: Sequence[str], opening: int, closing: int, account: str = "CN001") -> str:
    """One statement with its balances."""
    number = f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"
    balances = balance_xml("OPBD", opening) + balance_xml("CLBD", closing)
    return "<Stmt><Id>1</Id>" + "\n".join([number, balances, *entries]) + "</Stmt>"


def document(*statements: str, version: str = "08", before: str = "") -> str:
    """A document of some statements."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{before}'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">'
        f"<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>\n{''.join(statements)}"
        "</BkToCstmrStmt></Document>"
    )
