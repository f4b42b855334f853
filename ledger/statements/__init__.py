"""Bank statements as files: read whole or refused whole. No database, no web."""

from ledger.statements.camt import read_camt
from ledger.statements.csv_reader import read_csv
from ledger.statements.file import (
    MOST_BYTES,
    MOST_LINES,
    StatementFile,
    StatementLine,
    read_bounded,
)
from ledger.statements.mapping import DATE_FORMATS, DELIMITERS, ENCODINGS, CsvMapping

__all__ = [
    "DATE_FORMATS",
    "DELIMITERS",
    "ENCODINGS",
    "MOST_BYTES",
    "MOST_LINES",
    "CsvMapping",
    "StatementFile",
    "StatementLine",
    "read_bounded",
    "read_camt",
    "read_csv",
]
