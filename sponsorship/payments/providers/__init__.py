"""The payment providers of an installation."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

from config import Settings
from core.errors import Invalid
from core.i18n import lazy_gettext
from sponsorship.payments.providers.protocol import PaymentProvider

Factory = Callable[[Settings], PaymentProvider | None]
_EXTENSION = "payment_providers"


def register(app: Flask, *factories: Factory) -> None:
    """Make those providers for which there are settings."""
    made = [factory(app.config["SETTINGS"]) for factory in factories]
    app.extensions[_EXTENSION] = {one.name: one for one in made if one is not None}


def providers() -> dict[str, PaymentProvider]:
    """The providers by name."""
    found: dict[str, PaymentProvider] = current_app.extensions[_EXTENSION]
    return found


def provider(name: str) -> PaymentProvider:
    """The provider of this name. Raises ``Invalid`` where it is not set up."""
    found = providers().get(name)
    if found is None:
        raise Invalid(lazy_gettext("This way to pay is not set up here."))
    return found
