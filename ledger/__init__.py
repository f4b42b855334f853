"""Public money: funds, vouchers, and the journal in which every yuan is booked twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Attach the ledger's tables, pages and commands."""
    from ledger import (
        log_export,
        models,  # noqa: F401 - fills the metadata
    )

    log_export.register()
    _register_bank(app)
    _register_office(app)
    _register_words()


def _register_bank(app: Flask) -> None:
    """Attach the pages on which statements are taken in and matched."""
    from core.desk import add_desk_link
    from core.i18n import lazy_gettext
    from ledger import bank_policies, jobs  # noqa: F401 - they register themselves
    from ledger.routes import bank, bank_upload

    app.register_blueprint(bank.blueprint)
    app.register_blueprint(bank_upload.blueprint)
    add_desk_link(25, lazy_gettext("Bank statements"), "ledger_bank.accounts", "ledger:bank:list")


def _register_office(app: Flask) -> None:
    """Attach the pages of finance officers, approvers and auditors, and their duties."""
    from core.desk import add_desk_link
    from core.i18n import lazy_gettext
    from ledger import duties, policies  # noqa: F401 - they register themselves
    from ledger.routes import (
        asking,  # noqa: F401 - adds its pages to the blueprint
        closing,  # noqa: F401
        deciding,  # noqa: F401
        desk,  # noqa: F401
        funds,  # noqa: F401
        limits,  # noqa: F401
        officer,
        payees,  # noqa: F401
        vouchers,  # noqa: F401
    )

    app.register_blueprint(officer)
    see = "ledger:office:see"
    add_desk_link(20, lazy_gettext("Vouchers"), "ledger_officer.desk", see)
    add_desk_link(21, lazy_gettext("Funds"), "ledger_officer.funds", see)
    add_desk_link(22, lazy_gettext("Payees"), "ledger_officer.payees", "ledger:payee:see")


def _register_words() -> None:
    """Say on the log's pages what its entries about money are called, and where these are shown."""
    from core.i18n import lazy_gettext
    from ledger.voucher_words import EVENTS
    from transparency.words import name_subject, name_types

    name_types(EVENTS)
    name_subject("voucher", lazy_gettext("Voucher"), lambda _ref: None)
    name_subject("group", lazy_gettext("Booked together:"), lambda _ref: None)
    name_subject("fund", lazy_gettext("Fund"), "/money/funds/{}".format)
