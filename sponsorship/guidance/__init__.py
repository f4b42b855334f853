"""Guidance calls: what an authority wants, matches and forbids, version by version."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, duties and words of guidance calls."""
