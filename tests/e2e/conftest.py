"""A real browser on a real server: what it logs and what axe finds are part of the result."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from accounts.sessions import open_session
from config import ROOT
from core.clock import now
from core.db import transaction
from tools.browser import find_chromium, launch_flags

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"width": 390, "height": 844}
# How htmx reports a request that a newer one replaced, or that the reader left behind.
ABORTED = ("htmx:sendAbort", "htmx:afterRequest")
DESKTOP = {"width": 1180, "height": 900}
# Ends when charts are on their canvas, and when maps have what they asked for and have shown it:
# not by waiting until the network is quiet for a while. Polls by itself, as the policy of the pages
# forbids what Playwright's own way of polling needs.
DRAWN = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const has = url => !url || performance.getEntriesByType('resource')
    .some(e => e.name === new URL(url, location.href).href);
  const filled = e => e.querySelector('canvas') || !document.getElementById(e.dataset.table);
  const mapped = e => !e.checkVisibility() || e.classList.contains('leaflet-container')
    && has(e.dataset.baseUrl) && has(e.dataset.geojsonUrl);
  const drawn = () => [...document.querySelectorAll('[data-chart], [data-money]')].every(filled)
    && [...document.querySelectorAll('.map')].every(mapped);
  const end = performance.now() + 30000;
  while (!drawn()) {
    if (performance.now() > end) throw new Error(`${location} is not drawn`);
    await frame();
  }
  await frame();
  await frame();
}"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=launch_flags(), headless=True
        )
        yield browser
        browser.close()


@dataclass
class Site:
    """A running site, and browsers on it."""

    app: Flask
    url: str
    chromium: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    def visit(
        self,
        person: int | None = None,
        *,
        locale: str = "en",
        viewport: dict[str, int] | None = None,
        javascript: bool = True,
        strong: bool = True,
        still: bool = False,
    ) -> Visit:
        """A new browser, signed in as ``person`` unless it is nobody's; ``still`` if they have
        asked for nothing to move."""
        context = self.chromium.new_context(
            base_url=self.url,
            viewport=viewport or PHONE,  # type: ignore[arg-type]  # a plain dictionary will do
            locale={"en": "en-GB", "zh_Hans": "zh-CN"}[locale],
            java_script_enabled=javascript,
            service_workers="block",
            reduced_motion="reduce" if still else "no-preference",
        )
        self.contexts.append(context)
        visit = Visit(context.new_page(), scripts=javascript)
        if person is not None:
            self.sign_in(visit, person, strong=strong)
        return visit

    def sign_in(self, visit: Visit, person: int, *, strong: bool = True) -> None:
        """Sign a browser in as ``person``, or anew after its session has ended."""
        cookie = {"name": "session", "value": self._cookie(person, strong), "url": self.url}
        visit.page.context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dictionary

    def _cookie(self, person: int, strong: bool) -> str:
        with self.app.app_context(), transaction() as session:
            token = open_session(session, person, strong=strong, device="test", now=now())
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]  # the cookie interface
        signed: str = serializer.dumps({"_user_id": token, "_fresh": True})
        return signed


class Visit:
    """A page that remembers what went wrong on it."""

    def __init__(self, page: Page, *, scripts: bool = True) -> None:
        self.page = page
        self.scripts = scripts
        self.problems: list[str] = []
        self.status = 0
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and not text.startswith(ABORTED) and "status of 4" not in text:
            self.problems.append(text)

    def go(self, path: str) -> Page:
        """Open ``path`` and wait until it is drawn, maps and charts too."""
        answer = self.page.goto(path, wait_until="load")
        self.status = answer.status if answer else self.status  # none for a place on the same page
        if self.scripts:
            self.page.evaluate(DRAWN)
        return self.page

    def overflow(self) -> list[str]:
        """What is wider than the screen."""
        found: list[str] = self.page.evaluate(
            """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
            [...document.querySelectorAll('body *')]
              .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)
              .map(e => e.tagName + '.' + e.className).slice(0, 6)"""
        )
        return found

    def axe(self) -> list[str]:
        """The violations of WCAG 2.2 AA that axe finds, serious or worse."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        options = json.dumps({"runOnly": TAGS, "resultTypes": ["violations"]})
        result = self.page.evaluate(f"axe.run(document, {options})")
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:200]}"
            for v in result["violations"]
            if v["impact"] in {"serious", "critical"}
        ]


@pytest.fixture
def site(make_app: Callable[..., Flask], chromium: Browser) -> Iterator[Site]:
    """An empty site on SQLite, with its clock at the tests' beginning."""
    from tests.conftest import START, set_clock  # noqa: PLC0415 - pytest loads it by itself

    app = make_app("sqlite")
    set_clock(app, START)
    with app.app_context():
        yield from serve(app, chromium)


def serve(app: Flask, chromium: Browser) -> Iterator[Site]:
    """Run ``app`` on a free port while a test uses it."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    running = Site(app, f"http://127.0.0.1:{server.server_port}", chromium)
    yield running
    for context in running.contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()
