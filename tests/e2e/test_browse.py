"""The list and the map of projects together, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.conftest import START
from tests.e2e.conftest import DESKTOP, PHONE, Site
from tests.factories import Factory


def two_places() -> tuple[int, int]:
    """Two projects ten kilometres apart."""
    make = Factory(START)
    square = [[119.8, 30.5], [120.0, 30.5], [120.0, 30.7], [119.8, 30.7], [119.8, 30.5]]
    area = make.area(boundary={"type": "Polygon", "coordinates": [square]})
    round_id = make.round(area)
    west = make.project(round_id, area, latitude=30.6, longitude=119.85)
    east = make.project(round_id, area, latitude=30.6, longitude=119.95)
    return west, east


def on_the_map(page: Page) -> list[str | None]:
    """The projects that the list shows as lying on the visible part of the map."""
    items = page.locator("[data-map-here] [data-map-item]")
    return [item.get_attribute("data-map-item") for item in items.all()]


def test_moving_the_map_sorts_the_list(site: Site) -> None:
    west, _east = two_places()
    visit = site.visit(viewport=DESKTOP)
    page = visit.go("/projects")
    page.wait_for_selector(".map .pin")
    assert on_the_map(page) == []
    page.locator(".map").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(400)
    assert on_the_map(page) == [str(west)]
    assert visit.axe() == []
    assert visit.problems == []


def test_a_pin_leads_to_its_project(site: Site) -> None:
    idents = two_places()
    page = site.visit(viewport=DESKTOP).go("/projects")
    page.locator(".map .pin").first.press("Enter")
    address = page.locator(".leaflet-popup a[href^='/projects/']").get_attribute("href")
    assert address in {f"/projects/{ident}" for ident in idents}


def test_a_phone_shows_the_list_or_the_map_and_fetches_no_hidden_map(site: Site) -> None:
    two_places()
    visit = site.visit(viewport=PHONE)
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    page = visit.go("/projects")
    assert not page.is_visible(".map")
    assert not any("map.json" in url for url in asked)
    page.click("text=Show on the map")
    page.wait_for_selector(".map .pin")
    assert not page.is_visible("#found")
    assert visit.overflow() == []


def test_without_scripts_the_list_is_everything(site: Site) -> None:
    two_places()
    page = site.visit(viewport=PHONE, javascript=False).go("/projects?view=map")
    assert page.is_visible("noscript .notice")
    page.click("text=Show as a list")
    assert page.locator("[data-map-item]").count() == 2
