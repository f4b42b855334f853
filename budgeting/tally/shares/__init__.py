"""The method of equal shares: every voter gets the same money, and groups buy what they support.

Peters, Pierczynski, Skowron, "Proportional participatory budgeting with additive utilities"
(2021); equalshares.net.
"""

from budgeting.tally.shares.rule import equal_shares

__all__ = ["equal_shares"]
