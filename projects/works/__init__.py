"""Delivery: the plan, reported and accepted work, changes, the final account, evaluation."""
