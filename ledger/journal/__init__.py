"""Double entry without a database: which accounts there are, what each event books, what a
figure is made of, and how balances follow from transfers. Pure."""

from ledger.journal.accounts import (
    ASSETS,
    DEBIT_NORMAL,
    EXPENSES,
    FREE,
    INCOME,
    LIABILITIES,
    Kind,
    Line,
    Ref,
)
from ledger.journal.balances import Balance, mirror, replay
from ledger.journal.events import BY_RULE, CODES, EVENTS, Event, Leg, lines_of
from ledger.journal.figures import FIGURES

__all__ = [
    "ASSETS",
    "BY_RULE",
    "CODES",
    "DEBIT_NORMAL",
    "EVENTS",
    "EXPENSES",
    "FIGURES",
    "FREE",
    "INCOME",
    "LIABILITIES",
    "Balance",
    "Event",
    "Kind",
    "Leg",
    "Line",
    "Ref",
    "lines_of",
    "mirror",
    "replay",
]
