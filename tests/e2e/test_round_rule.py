"""The round's form in a browser: what does not apply is out of sight, and nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from tests.conftest import START
from tests.e2e.conftest import Site
from tests.factories import Factory

SETTINGS = ("utility", "completion", "until", "compare", "misfit", "ties")
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def office(site: Site) -> tuple[int, int]:
    """An area with a community in it, and its officer."""
    make = Factory(START)
    area = make.area("Xinghe")
    make.area("West", area)
    return area, make.staff(Role.OFFICER, area)


def shown(page: Page) -> set[str]:
    """Which settings of the rule are in sight."""
    return {name for name in SETTINGS if page.locator(f"#{name}-0").is_visible()}


def test_only_what_applies_is_in_sight(site: Site, office: tuple[int, int]) -> None:
    area, officer = office
    visit = site.visit(officer, viewport=NARROW)
    page = visit.go(f"/areas/{area}/rounds/new")
    assert shown(page) == set(SETTINGS)
    assert visit.axe() == []
    assert visit.overflow() == []
    score = page.get_by_label("As many points as they gave it")
    expect(score).to_be_hidden()
    page.get_by_label("Share out points").check()
    expect(score).to_be_visible()
    expect(page.locator("#max_choices")).to_be_hidden()
    page.get_by_label("Leave it unspent").check()
    assert shown(page) == set(SETTINGS) - {"until"}
    page.get_by_label("Most votes first (greedy)").check()
    assert shown(page) == {"misfit", "ties"}
    page.get_by_label("Balanced burden").check()
    assert shown(page) == {"ties"}
    page.get_by_label("Equal shares (recommended)").check()
    expect(page.get_by_label("Leave it unspent")).to_be_checked()
    assert visit.problems == []


def test_after_an_error_the_choices_are_as_they_were(site: Site, office: tuple[int, int]) -> None:
    area, officer = office
    page = site.visit(officer).go(f"/areas/{area}/rounds/new")
    page.get_by_label("Balanced burden").check()
    page.get_by_label("Share out points").check()
    page.locator("#max_points").fill("99999")
    page.get_by_label("Pick projects, at most so many").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Balanced burden")).to_be_checked()
    expect(page.locator("#max_points")).to_have_value("99999")
    expect(page.locator("#max_points")).to_be_visible()  # it is at fault
    assert shown(page) == {"ties"}


def test_without_scripts_everything_is_in_sight(site: Site, office: tuple[int, int]) -> None:
    area, officer = office
    page = site.visit(officer, javascript=False).go(f"/areas/{area}/rounds/new")
    page.get_by_label("Most votes first (greedy)").check()
    assert shown(page) == set(SETTINGS)
    expect(page.get_by_label("As many points as they gave it")).to_be_visible()
    expect(page.get_by_text("Counts for equal shares.").first).to_be_visible()
