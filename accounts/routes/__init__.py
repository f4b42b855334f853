"""The pages of accounts: one blueprint per audience, which the modules here fill."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

public = Blueprint("accounts_public", __name__)
member = Blueprint("accounts_member", __name__)
officer = Blueprint("accounts_officer", __name__)

_PAGES = (
    "demo",
    "desk",
    "manage",
    "me",
    "own_data",
    "pages",
    "register",
    "roles",
    "security",
    "sign_in",
    "staff",
    "verify",
)


def load_pages() -> None:
    """Import every module that adds pages to the blueprints."""
    for name in _PAGES:
        import_module(f"{__name__}.{name}")
