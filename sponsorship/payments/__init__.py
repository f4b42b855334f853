"""Paying: providers, their events, refunds, disputes, payouts and reconciliation."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, webhooks, jobs, commands and words of payments."""
    from sponsorship.payments import providers
    from sponsorship.payments.providers import bank, stripe_provider
    from sponsorship.payments.words import TITLES
    from transparency.words import name_types

    providers.register(app, stripe_provider.from_settings, bank.from_settings)
    name_types(TITLES)
