"""The public's side of the money: pages to follow it, questions about it, files to check it."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, downloads and commands."""
    from audit import exports

    exports.register(app)
