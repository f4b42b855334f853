"""The style guide, and so every component, on the screens and in the modes that people use."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import DESKTOP, PHONE, Site

NARROW = {"width": 320, "height": 640}


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
@pytest.mark.parametrize("elder", ["on", "off"])
@pytest.mark.parametrize("viewport", [NARROW, DESKTOP], ids=["narrow", "desktop"])
def test_every_component_fits_and_is_accessible(
    site: Site, viewport: dict[str, int], elder: str, locale: str
) -> None:
    visit = site.visit(locale=locale, viewport=viewport)
    page = visit.go(f"/large-type/{elder}?next=/style")
    assert page.url.endswith("/style")
    assert visit.overflow() == []
    assert visit.axe() == []
    assert visit.problems == []


def test_buttons_are_large_enough_for_a_thumb(site: Site) -> None:
    page = site.visit(viewport=PHONE).go("/style")
    heights: list[float] = page.eval_on_selector_all(
        ".btn, .form-control, .form-select, .form-check, summary, .brand",
        "all => all.map(e => e.getBoundingClientRect().height).filter(Boolean)",
    )
    assert len(heights) > 15
    assert min(heights) >= 44


def test_menu_opens_without_scripts(site: Site) -> None:
    page = site.visit(viewport=PHONE, javascript=False).go("/style")
    page.click("details.narrow-only summary")
    assert page.is_visible("details.narrow-only .drop a")


def test_menu_closes_on_escape_and_gives_the_focus_back(site: Site) -> None:
    page = site.visit(viewport=PHONE).go("/style")
    page.click("details.narrow-only summary")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not page.is_visible("details.narrow-only .drop")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_failed_form_puts_the_focus_on_what_is_wrong(site: Site) -> None:
    page = site.visit(viewport=PHONE).go("/style")
    assert page.evaluate("document.activeElement.matches('[data-focus]')") is True


def test_chart_and_map_draw_under_the_strict_policy(site: Site) -> None:
    visit = site.visit(viewport=DESKTOP)
    page = visit.go("/style")
    assert page.locator(".chart canvas").count() == 1
    assert page.locator(".map .leaflet-control-zoom-in").count() == 1
    assert visit.problems == []
