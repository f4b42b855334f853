"""Pages of the auditor's desk; each module adds its own to the blueprint."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

blueprint = Blueprint("audit_desk", __name__, url_prefix="/audit")
_PAGES = ("desk", "findings", "flags", "looks", "papers", "public", "samples", "steps", "writing")


def load_pages() -> None:
    """Import every module that adds pages."""
    for name in _PAGES:
        import_module(f"{__name__}.{name}")
