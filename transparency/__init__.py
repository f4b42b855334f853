"""What was decided, when and by whom: an append-only record that everything later proves."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Nothing to attach yet: other rooms call ``transparency.log`` directly."""
    from transparency import models  # noqa: F401 - fills the metadata
