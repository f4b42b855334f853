"""Businesses as partners: guidance calls, pledges, matching, agreements, payments."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach sponsorship's rooms to the application."""
    from core.demo import add_chapter
    from sponsorship import businesses, guidance, payments, pledges, showing

    for part in (guidance, businesses, pledges, payments, showing):
        part.register(app)
    add_chapter("sponsorship.demo:partners")
