"""Pledges: offered, accepted, signed, delivered, released or given back."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, jobs, duties and words of pledges."""
