"""Businesses: registered, verified, with the people who act for them and what they declare."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, duties and words of businesses."""
