"""Paying: providers, their events, refunds, disputes, payouts and reconciliation."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, webhooks, jobs, commands and words of payments."""
    from core.desk import add_desk_link
    from core.i18n import lazy_gettext
    from core.panels import add_panel
    from sponsorship.payments import (  # noqa: F401 - they register
        duties,
        jobs,
        own_data,
        panels,
        policies,
        providers,
    )
    from sponsorship.payments import routes as pages
    from sponsorship.payments.providers import bank, stripe_provider
    from sponsorship.payments.routes import (  # noqa: F401 - each adds its pages
        demonstrating,
        overseeing,
        paying,
        receiving,
    )
    from sponsorship.payments.words import TITLES
    from transparency.words import name_types

    providers.register(app, stripe_provider.from_settings, bank.from_settings)
    for routes in (pages.sponsor, pages.office, pages.hooks, pages.demo):
        app.register_blueprint(routes)
    name_types(TITLES)
    own, office = panels.own_payments, panels.payments
    add_panel("sponsorship.pledge", 40, own, "sponsorship/payments/on_pledge.html")
    add_panel("sponsorship.pledge.office", 40, office, "sponsorship/payments/on_pledge_office.html")
    listed = "partners_office_payments.index"
    title = lazy_gettext("Sponsors' payments")
    add_desk_link(45, title, listed, "sponsorship:payment:list")
    _transfers(app)


def _transfers(app: Flask) -> None:
    """Transfers that people confirm, receipts, and the comparison with the books."""
    from core.desk import add_desk_link
    from core.i18n import lazy_gettext
    from core.panels import add_panel
    from sponsorship.payments import (  # noqa: F401 - they register
        cli,
        reconciling_jobs,
        transfer_duties,
        transfer_policies,
    )
    from sponsorship.payments import transfer_panels as panels
    from sponsorship.payments.office_words import TITLES
    from sponsorship.payments.routes import paying_in, reconciling, transfers
    from transparency.words import name_subject, name_types

    for pages in (
        paying_in.blueprint,
        transfers.blueprint,
        reconciling.everybody,
        reconciling.office,
    ):
        app.register_blueprint(pages)
    app.cli.add_command(cli.payments)
    name_types(TITLES)
    name_subject("provider", lazy_gettext("Payment service"), lambda _ref: "/partners/payments")
    shown = "sponsorship/payments/{}.html".format
    add_panel("sponsorship.payments.office", 20, panels.waiting, shown("on_payments"))
    add_panel("sponsorship.payment.office", 20, panels.of_payment, shown("on_payment"))
    add_panel("sponsorship.pledge", 45, panels.receipts, shown("on_pledge_receipts"))
    seen = "sponsorship:transfers:list"
    title = lazy_gettext("Transfers of sponsors")
    add_desk_link(46, title, "partners_office_transfers.index", seen)
