"""What a run begins with, however much more money there is.

While each purchase is the cheapest that any project could ever be, and nobody is short of it, more
money changes nothing: no price can fall below those, and nobody becomes short. So a run with a
greater endowment may begin behind these purchases.
"""

from __future__ import annotations

from dataclasses import dataclass

from budgeting.tally.shares.prices import Estimate
from budgeting.tally.shares.table import Floats


@dataclass(frozen=True, slots=True)
class Opening:
    """The first purchases and their prices; what each group of voters `paid` for them in all,
    give or take `errors`."""

    bought: tuple[int, ...]
    prices: tuple[Estimate, ...]
    paid: Floats
    errors: Floats
