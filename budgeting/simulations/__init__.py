"""Trying the rules: every rule on the same ballots, before officers choose one for a round."""
