"""How one bank writes its CSV: which column is what, remembered for each account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from core.errors import Invalid
from core.i18n import Message, lazy_gettext

DELIMITERS = {",": ",", ";": ";", "tab": "\t", "|": "|"}
ENCODINGS = ("auto", "utf-8", "utf-8-sig", "gb18030")
DATE_FORMATS = {
    "2026-03-31": "%Y-%m-%d",
    "20260331": "%Y%m%d",
    "2026/3/31": "%Y/%m/%d",
    "2026年3月31日": "%Y年%m月%d日",
    "31.03.2026": "%d.%m.%Y",
    "31/03/2026": "%d/%m/%Y",
    "03/31/2026": "%m/%d/%Y",
}
DECIMALS = (".", ",")
MOST_SKIPPED = 50


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """The columns of a CSV statement, each by its heading, or by its number ("3").

    Either ``amount`` (negative: paid out) or both of ``paid_out`` and ``paid_in``. ``skip`` lines
    come before the headings. ``delimiter`` and ``date_format`` are keys of the tables above.
    """

    date: str
    amount: str = ""
    paid_out: str = ""
    paid_in: str = ""
    balance: str = ""
    currency: str = ""
    reference: str = ""
    counterparty: str = ""
    text: str = ""
    bank_id: str = ""
    delimiter: str = ","
    encoding: str = "auto"
    date_format: str = "2026-03-31"
    decimal: str = "."
    skip: int = 0

    def columns(self) -> dict[str, str]:
        """The headings that are looked for, by what they mean."""
        return {name: getattr(self, name) for name in COLUMNS if getattr(self, name)}

    def checked(self) -> CsvMapping:
        """Itself. Raises ``Invalid`` (each fault at its field) when it cannot be followed."""
        wrong = dict[str, Message]()
        if not self.date:
            wrong["date"] = lazy_gettext("Please say in which column the date is.")
        if bool(self.amount) == bool(self.paid_out or self.paid_in):
            wrong["amount"] = lazy_gettext(
                "Please name one column of amounts, or the two of money out and money in."
            )
        elif not self.amount and not (self.paid_out and self.paid_in):
            wrong["paid_in" if self.paid_out else "paid_out"] = lazy_gettext(
                "Please name both columns, money out and money in."
            )
        for name, allowed in _CLOSED.items():
            if getattr(self, name) not in allowed:
                wrong[name] = lazy_gettext("Please choose one of the list.")
        if not 0 <= self.skip <= MOST_SKIPPED:
            wrong["skip"] = lazy_gettext("Between 0 and %(most)s, please.", most=MOST_SKIPPED)
        if wrong:
            raise Invalid(next(iter(wrong.values())), fields=wrong)
        return self

    def as_json(self) -> dict[str, Any]:
        """What is kept with the account."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> CsvMapping:
        """What was kept, of whatever this version knows; ``{}`` gives usual headings."""
        known = {field.name for field in fields(cls)}
        return cls(**({"date": ""} | {k: v for k, v in kept.items() if k in known}))


COLUMNS = (
    "date",
    "amount",
    "paid_out",
    "paid_in",
    "balance",
    "currency",
    "reference",
    "counterparty",
    "text",
    "bank_id",
)
_CLOSED: dict[str, Any] = {
    "delimiter": DELIMITERS,
    "encoding": ENCODINGS,
    "date_format": DATE_FORMATS,
    "decimal": DECIMALS,
}
