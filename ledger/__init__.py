"""Public money: funds, vouchers, and the journal in which every yuan is booked twice."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the ledger's tables, pages and commands."""
    from ledger import models  # noqa: F401 - fills the metadata

    _register_bank(app)


def _register_bank(app: Flask) -> None:
    """Attach the pages on which statements are taken in and matched."""
    from core.desk import add_desk_link
    from core.i18n import lazy_gettext
    from ledger import bank_policies  # noqa: F401 - registers the permissions
    from ledger.routes import bank, bank_upload

    app.register_blueprint(bank.blueprint)
    app.register_blueprint(bank_upload.blueprint)
    add_desk_link(25, lazy_gettext("Bank statements"), "ledger_bank.accounts", "ledger:bank:list")
