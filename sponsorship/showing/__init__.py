"""What everybody sees of sponsorship: the market square, sponsors, what came from where."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the public pages, panels and exports of sponsorship."""
