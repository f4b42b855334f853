"""Public money: funds, vouchers, and the journal in which every yuan is booked twice."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the ledger's tables, pages and commands."""
    from ledger import models  # noqa: F401 - fills the metadata
