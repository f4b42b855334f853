"""Pabulib files (.pb), the open format in which cities publish participatory budgets."""

from budgeting.tally.pabulib.faults import MESSAGES, PabulibError, PabulibWarning
from budgeting.tally.pabulib.reader import PabulibFile, read
from budgeting.tally.pabulib.writer import write

__all__ = ["MESSAGES", "PabulibError", "PabulibFile", "PabulibWarning", "read", "write"]
