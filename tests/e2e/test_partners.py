"""A business becomes a partner, as people do it: a call, a pledge of money by card, another by bank
transfer, a third in kind, and what everybody reads of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser

from sponsorship.payments.providers.stripe_provider import StripeProvider
from tests.e2e.conftest import DESKTOP, PHONE, Site, serve
from tests.e2e.partnering import Partnering
from tests.e2e.players import Player
from tools import localstripe
from transparency.keys import create_key
from transparency.sequencer import drain

SECRET = "whsec_of_the_browsers"


@pytest.fixture
def site(make_app: Callable[..., Flask], chromium: Browser) -> Iterator[Site]:
    """A site with a stand-in for Stripe, which sends its messages to it."""
    process, base = localstripe.start()
    app = make_app("sqlite", demo=True, stripe_key="sk_test_e2e", stripe_webhook_secret=SECRET)
    with app.app_context():
        for running in serve(app, chromium):
            made = replace(app.config["SETTINGS"], stripe_base=base, base_url=running.url)
            app.config["SETTINGS"] = made
            app.extensions["payment_providers"] |= {"stripe": StripeProvider(made)}
            localstripe.register(base, f"{running.url}/hooks/stripe", SECRET)
            yield running
    process.terminate()
    process.wait(10)
    if process.stdout is not None:
        process.stdout.close()


@pytest.mark.parametrize(
    ("locale", "viewport", "javascript"),
    [("zh_Hans", PHONE, True), ("en", DESKTOP, False)],
    ids=["zh phone", "en desktop without scripts"],
)
def test_partners_give_and_everybody_sees_what_came_of_it(
    site: Site, locale: str, viewport: dict[str, int], javascript: bool
) -> None:
    create_key(site.app.config["SETTINGS"])
    square = Partnering.begin(site, locale=locale, viewport=viewport, javascript=javascript)
    square.publish()
    square.look_for_partners()
    square.register()
    by_card, by_bank = square.offer("10,000"), square.offer("10,000")
    lamps = square.offer("3,600", kind="goods", what="Twelve lamps.", valuation="¥300 each.")
    for pledge in (by_card, by_bank, lamps):
        square.agree(pledge)
    square.pay_by_card(by_card)
    paid(square.manager, by_card, "10,000")
    square.pay_by_bank(by_bank)
    paid(square.manager, by_bank, "10,000")
    square.receive(lamps)
    square.release(by_card)
    drain(site.app)
    read(square, by_card)
    assert square.faults() == []


def paid(manager: Player, pledge: int, amount: str) -> None:
    """The sponsor sees within seconds that the money has arrived."""
    for _ in range(40):
        manager.go(f"/sponsor/pledges/{pledge}")
        if manager.page.locator(".tag.jade").count():
            break
        manager.page.wait_for_timeout(250)
    assert f"¥{amount}" in manager.text
    assert manager.page.locator(".tag.jade").count()


def read(square: Partnering, pledge: int) -> None:
    """A visitor finds the gifts on the pages of sponsor, project and money, with proof."""
    visitor = square.visitor
    visitor.go(f"/partners/sponsors/{square.business}")
    for amount in ("¥20,000", "¥10,000", "¥3,600"):
        assert amount in visitor.text
    visitor.follow(r"/money/pledges/\d+")
    assert f"PL-{pledge:06d}" in visitor.text or "PL-" in visitor.text
    visitor.go(f"/projects/{square.ground.project}")
    for words in ("¥10,000", "¥5,000", "¥3,600"):
        assert words in visitor.text
    proof = visitor.page.locator("section[aria-labelledby=life] a[href^='/log/entries/']").first
    visitor.visit.go(proof.get_attribute("href") or "")
    assert visitor.page.locator("main a[href$='proof.json']").count() == 1
    square.manager.go("/sponsor")
    for amount in ("¥10,000", "¥3,600"):
        assert amount in square.manager.text
