"""Amounts and texts as the exports hold them."""

from __future__ import annotations

from datetime import date

from core.cells import decimals, one_line, plain, say, unarmed, units

NO_DAY = date(2000, 1, 1)

__all__ = ["NO_DAY", "decimals", "one_line", "plain", "say", "unarmed", "units"]
