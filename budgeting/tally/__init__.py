"""Counting votes and choosing projects: pure arithmetic over plain data, exact, without a database.

Kept empty so that a caller pays only for the module it imports.
"""
