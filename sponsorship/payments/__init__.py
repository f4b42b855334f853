"""Paying: providers, their events, refunds, disputes, payouts and reconciliation."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, webhooks, jobs, commands and words of payments."""
