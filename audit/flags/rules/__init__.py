"""The rules, one small function each; a module here adds its own to the registry."""

from __future__ import annotations

from importlib import import_module

_MODULES = (
    "benford",
    "gaps",
    "hours",
    "invoices",
    "late",
    "prices",
    "related",
    "rounds",
    "splits",
    "tenders",
)


def load() -> None:
    """Register every rule."""
    for name in _MODULES:
        import_module(f"{__name__}.{name}")
