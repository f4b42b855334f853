"""A newcomer follows the money: from the first page to one payment and its proof."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from audit.models import LineQuestion
from core.db import db
from tests.audit.town import build_town
from tests.conftest import START
from tests.e2e.conftest import PHONE, Site
from tests.factories import Factory
from transparency.keys import create_key
from transparency.sequencer import drain


@pytest.fixture
def books(site: Site) -> Factory:
    """A city with money in its books."""
    make = Factory(START)
    build_town(make, START)
    create_key(site.app.config["SETTINGS"])
    drain(site.app)
    return make


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_payment_and_its_proof_are_three_taps_from_the_first_page(
    site: Site, books: Factory, javascript: bool
) -> None:
    visit = site.visit(viewport=PHONE, javascript=javascript)
    page = visit.go("/")
    page.locator("section[aria-labelledby=money-line] .btn").click()
    page.wait_for_url("**/money")
    page.wait_for_load_state("load")
    page.locator("section[aria-labelledby=newest] .lines a[hx-get]").first.click()
    opened = page.locator("tr.open:not([hidden])" if javascript else "main .card").first
    expect(opened).to_contain_text("Approved")
    expect(opened).to_contain_text("Voucher PZ-")
    opened.get_by_role("link", name="Check the proof").click()
    expect(page).to_have_url(re.compile("/log/entries/[0-9]+$"))
    expect(page.get_by_role("link", name="Download the proof")).to_be_visible()
    assert visit.problems == []


def test_an_opened_line_closes_again_and_opens_once(site: Site, books: Factory) -> None:
    visit = site.visit(viewport=PHONE)
    page = visit.go("/money/lines?figure=paid")
    first = page.locator(".lines a[hx-get]").first
    opened = page.locator("tr.open:not([hidden])")
    first.click()
    expect(opened).to_have_count(1)
    first.click()
    expect(opened).to_have_count(1)
    opened.get_by_role("button", name="Close").click()
    expect(opened).to_have_count(0)
    assert visit.problems == []


def test_the_picture_is_drawn_from_its_table(site: Site, books: Factory) -> None:
    visit = site.visit()
    page = visit.go("/money")
    expect(page.locator("[data-money=sankey] canvas")).to_be_visible()
    expect(page.locator("[data-money=time] canvas")).to_be_visible()
    assert page.locator("#flows tbody tr").count() > 5
    assert visit.problems == []


def test_a_resident_asks_about_a_line_without_a_script(site: Site, books: Factory) -> None:
    area = books.area("Elsewhere")
    page = site.visit(books.person(area), javascript=False).go("/money/lines?figure=paid")
    page.locator(".lines a[hx-get]").first.click()
    page.get_by_role("link", name="Ask about this line").click()
    page.fill("main [name=text]", "Why is this lamp dearer than the other?")
    page.get_by_role("button", name="Ask in public").click()
    expect(page.locator("main .question")).to_contain_text("Answer due by")
    assert db.session.scalars(select(LineQuestion.text)).one().startswith("Why is this lamp")
