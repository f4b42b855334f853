"""camt.053 statements: entries, batches and versions are read; hostile files are refused."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import Invalid
from tests.ledger.statement_files import (
    amount_xml,
    balance_xml,
    camt_file,
    camt_xml,
    document,
    entry_xml,
    statement,
)

PARTY_08 = "<RltdPties><Cdtr><Pty><Nm>滨河园林</Nm></Pty></Cdtr></RltdPties>"
PARTY_02 = "<RltdPties><Cdtr><Nm>滨河园林</Nm></Cdtr></RltdPties>"
TEXTS = "<RmtInf><Ustrd>工程款</Ustrd><Ustrd>第二期</Ustrd></RmtInf>"


def transaction(minor: int, reference: str, party: str = PARTY_08) -> str:
    return (
        f"<TxDtls><Refs><AcctSvcrRef>B{reference}</AcctSvcrRef><EndToEndId>{reference}</EndToEndId>"
        f"</Refs>{amount_xml(minor)}{party}{TEXTS}</TxDtls>"
    )


def test_an_entry_becomes_a_line_with_what_tells_whom_it_is_for() -> None:
    entry = entry_xml(-250_50, details=transaction(-250_50, "PZ-000002"))
    found = camt_file(camt_xml([entry], 1000_00, 749_50))
    assert (found.format, found.account) == ("camt.053.001.08", "CN001")
    assert (found.opening, found.closing) == (1000_00, 749_50)
    (line,) = found.lines
    assert (line.booked_on, line.amount, line.currency) == (date(2026, 2, 3), -250_50, "CNY")
    assert (line.reference, line.counterparty) == ("PZ-000002", "滨河园林")
    assert (line.text, line.bank_id) == ("工程款 第二期", "BPZ-000002")


def test_version_02_says_state_party_and_amount_in_other_places() -> None:
    amount = '<AmtDtls><TxAmt><Amt Ccy="CNY">1.00</Amt></TxAmt></AmtDtls>'
    details = "".join(
        f"<TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs>{amount}{PARTY_02}</TxDtls>"
        for name in ("A", "B")
    )
    entry = entry_xml(-2_00, details=details).replace("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>")
    found = camt_file(camt_xml([entry], 2_00, 0, version="02"))
    assert [(x.amount, x.reference, x.counterparty) for x in found.lines] == [
        (-1_00, "A", "滨河园林"),
        (-1_00, "B", "滨河园林"),
    ]


def test_a_batch_is_one_line_for_each_of_its_transactions() -> None:
    details = transaction(-3_00, "A") + transaction(1_00, "B") + transaction(-2_00, "C")
    found = camt_file(camt_xml([entry_xml(-4_00, details=details)], 4_00, 0))
    assert [(x.amount, x.bank_id) for x in found.lines] == [
        (-3_00, "BA"),
        (1_00, "BB"),
        (-2_00, "BC"),
    ]


def test_a_batch_that_does_not_give_the_entry_stays_one_line() -> None:
    details = transaction(-3_00, "A") + transaction(-2_00, "B")
    extra = "<AcctSvcrRef>X</AcctSvcrRef><AddtlNtryInf>含手续费</AddtlNtryInf>"
    found = camt_file(camt_xml([entry_xml(-5_10, details=details, extra=extra)], 5_10, 0))
    (line,) = found.lines
    assert (line.amount, line.reference, line.bank_id) == (-5_10, "A B", "X")
    assert line.text == "工程款 第二期 含手续费"


def test_the_reference_may_be_structured_and_not_provided_is_none() -> None:
    details = (
        "<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId><InstrId>I1</InstrId></Refs></TxDtls>"
    )
    strd = (
        "<TxDtls><Refs><EndToEndId>E</EndToEndId></Refs><RmtInf><Strd><CdtrRefInf><Ref>RF18</Ref>"
        "</CdtrRefInf></Strd></RmtInf></TxDtls>"
    )
    entries = [entry_xml(1_00, details=details), entry_xml(1_00, details=strd)]
    found = camt_file(camt_xml(entries, 0, 2_00))
    assert [line.reference for line in found.lines] == ["I1", "RF18"]


def test_pending_entries_and_entries_of_nothing_do_not_count() -> None:
    pending = entry_xml(5_00).replace("BOOK", "PDNG")
    found = camt_file(camt_xml([pending, entry_xml(0), entry_xml(1_00)], 0, 1_00))
    assert [line.amount for line in found.lines] == [1_00]


def test_statements_of_several_days_are_one_after_the_other() -> None:
    first = statement([entry_xml(1_00, "2026-02-01")], 0, 1_00)
    second = statement([entry_xml(2_00, "2026-02-02")], 1_00, 3_00)
    found = camt_file(document(first, second))
    assert (found.opening, found.closing, len(found.lines)) == (0, 3_00, 2)
    with pytest.raises(Invalid, match="does not begin where the one before it ends"):
        camt_file(document(second, first))


def test_a_statement_without_lines_has_its_period() -> None:
    period = (
        "<FrToDt><FrDtTm>2026-01-01T00:00:00</FrDtTm><ToDtTm>2026-01-31T23:59:59</ToDtTm></FrToDt>"
    )
    found = camt_file(camt_xml([period], 5_00, 5_00))
    assert (found.from_on, found.to_on) == (date(2026, 1, 1), date(2026, 1, 31))
    with pytest.raises(Invalid, match="no booked line"):
        camt_file(camt_xml([], 5_00, 5_00))


def test_a_business_envelope_around_the_document_is_no_fault() -> None:
    inner = camt_xml([entry_xml(1_00)], 0, 1_00).partition("\n")[2]
    assert len(camt_file(f"<Envelope><AppHdr><Fr/></AppHdr>{inner}</Envelope>").lines) == 1


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (entry_xml(1_00).replace("1.00", "1.005"), "“1.005” has parts of a cent"),
        (entry_xml(1_00).replace("1.00", "1" + "0" * 18), "is too large to be real"),
        (entry_xml(1_00).replace("1.00", "-1"), "The amount is negative"),
        (entry_xml(1_00).replace("1.00", "x"), "“x” is not an amount"),
        (entry_xml(1_00).replace("CNY", "USD"), "This is in USD, the account is in CNY"),
        (entry_xml(1_00).replace(' Ccy="CNY"', ""), "the account is in CNY"),
        (entry_xml(1_00).replace("CRDT", "BOTH"), "whether money comes in or goes out"),
        (entry_xml(1_00, "2026-03-03"), "2026-03-03 lies in the future"),
        (entry_xml(1_00, "1987-01-01"), "1987-01-01 lies in the future, or before"),
        (entry_xml(1_00, "soon"), "“soon” is not a date"),
        (entry_xml(1_00).replace("BOOK", "?"), "does not say that it is booked"),
        ("<Ntry><Sts>BOOK</Sts></Ntry>", "The amount is missing"),
        (entry_xml(1_00, extra="<a>" * 45 + "</a>" * 45), "nested too deep"),
        (entry_xml(1_00, extra=f"<a>{'x' * 20_001}</a>"), "This value is too long"),
        (entry_xml(1_00, extra="<a/>" * 200_001), "too much in one entry"),
    ],
)
def test_a_fault_is_named_with_its_line_and_column(entry: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        camt_file(camt_xml([entry], 0, 1_00))
    said = str(refused.value.fields["file"])
    assert said.startswith("Line 5, column ")
    assert says in said


BOMB = "".join(f'<!ENTITY b{i} "{f"&b{i - 1};" * 10 if i else "b" * 10}">\n' for i in range(12))


@pytest.mark.parametrize(
    "before",
    [
        f"<!DOCTYPE Document [{BOMB}]>",
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE Document>",
    ],
    ids=["bomb", "outside", "file", "type only"],
)
def test_document_types_and_entities_are_refused(before: str) -> None:
    content = camt_xml([entry_xml(1_00)], 0, 1_00, before=before)
    with pytest.raises(Invalid, match=r"Line 2, column .*declares a document type or entities"):
        camt_file(content.replace("<Id>1</Id>", "<Id>&b11;</Id>"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"not xml", "Line 1, column 1: This is not well-formed XML"),
        (b"<a>", "Line 1, column 4: This is not well-formed XML"),
        (b"<Document/>", "Line 1, column 1: This is not a camt.053"),
        (b"<a><Ntry/></a>", "Line 1, column 4: This is not a camt.053"),
        (camt_xml([]).replace("camt.053", "camt.054").encode(), "Line 2, column 1: This is not a"),
        (camt_xml([], version="01").encode(), "Line 2, column 1: This is not a camt.053"),
        (camt_xml([entry_xml(1_00)]).encode().replace(b"<Id>1", b"<Id>\xff"), "Line 3, column"),
        (camt_xml([entry_xml(1_00)]).encode().replace(b"<Id>1", b"<Id>\0"), "Line 3, column"),
        (b'<?xml version="1.0" encoding="gb18030"?><a/>', "send it as UTF-8"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "send it as UTF-8"),
        (camt_xml([entry_xml(1_00)], 0, 1_00).encode()[:-30], "not well-formed"),
    ],
)
def test_a_file_that_is_no_statement_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        camt_file(content)
    assert says in str(refused.value)


def test_another_account_or_currency_in_the_head_is_refused() -> None:
    with pytest.raises(Invalid, match="statements of several accounts"):
        camt_file(document(statement([entry_xml(1)], 0, 1), statement([], 1, 1, "CN002")))
    with pytest.raises(Invalid, match="This is in USD"):
        camt_file(camt_xml([entry_xml(1)], 0, 1).replace("<Ccy>CNY", "<Ccy>USD"))


def test_a_missing_line_shows_in_the_closing_balance() -> None:
    with pytest.raises(Invalid, match=r"give ¥1, the closing balance is ¥3\."):
        camt_file(camt_xml([entry_xml(1_00)], 0, 3_00))
    assert (
        camt_file(document(f"<Stmt>{balance_xml('ITBD', 9)}{entry_xml(1)}</Stmt>")).opening is None
    )
