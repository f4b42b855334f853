"""A fake payment service, and the real stand-in on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config import Settings
from sponsorship.payments.providers.stripe_provider import StripeProvider
from tests.sponsorship.payments.fake import Fake
from tools import localstripe

SECRET = "whsec_of_the_tests"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """The suite against live Stripe is not there unless somebody brings a key for it."""
    import os  # noqa: PLC0415

    live = collection_path.name == "test_live.py"
    return True if live and not os.environ.get("GONGZHI_STRIPE_LIVE_KEY") else None


@pytest.fixture
def fake(app: Flask) -> Iterator[Fake]:
    """A service that does what it is told, under the name of Stripe."""
    known = app.extensions["payment_providers"]
    made = Fake()
    app.extensions["payment_providers"] = known | {"stripe": made}
    yield made
    app.extensions["payment_providers"] = known


@pytest.fixture(scope="session")
def localstripe_url() -> Iterator[str]:
    """A real localstripe, once for all tests of a worker."""
    process, base = localstripe.start()
    yield base
    process.terminate()
    process.wait(10)
    if process.stdout is not None:
        process.stdout.close()


def settings_with_stripe(app: Flask, **values: Any) -> Settings:
    """The application's settings, with an account of Stripe."""
    about: dict[str, Any] = {"stripe_key": "sk_test_x", "stripe_webhook_secret": SECRET}
    made: Settings = replace(app.config["SETTINGS"], **about | values)
    return made


@pytest.fixture
def stand_in(app: Flask, localstripe_url: str) -> Iterator[StripeProvider]:
    """Stripe, with an empty localstripe in its place."""
    localstripe.forget(localstripe_url)
    known, settings = app.extensions["payment_providers"], app.config["SETTINGS"]
    app.config["SETTINGS"] = settings_with_stripe(app, stripe_base=localstripe_url, demo=True)
    made = StripeProvider(app.config["SETTINGS"])
    app.extensions["payment_providers"] = known | {"stripe": made}
    yield made
    app.extensions["payment_providers"], app.config["SETTINGS"] = known, settings
