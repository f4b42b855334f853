"""People with a browser each, who use a site as it stands: they follow links and send forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page

from core.clock import now
from core.jobs import run_due
from tests.conftest import set_clock
from tests.e2e.conftest import Site, Visit

DAY = timedelta(days=1)


class Player:
    """Somebody at a browser. Roles count for some hours only, so on another day they sign in
    again."""

    def __init__(self, site: Site, person: int | None, look: dict[str, Any], strong: bool) -> None:
        self.site, self.person, self.strong = site, person, strong
        self.visit: Visit = site.visit(person, strong=strong, **look)
        self.since = now()
        self.wide: list[str] = []

    @property
    def page(self) -> Page:
        """What they look at."""
        return self.visit.page

    @property
    def text(self) -> str:
        """What they read, without the menu."""
        return self.page.locator("main").inner_text()

    def go(self, path: str) -> Page:
        """Open ``path``; whoever has been away for hours signs in again first."""
        if self.person is not None and now() - self.since > timedelta(hours=1):
            self.site.sign_in(self.visit, self.person, strong=self.strong)
            self.since = now()
        self.visit.go(path)
        return self._looked()

    def follow(self, address: str) -> Page:
        """Follow the link to an address, given as a pattern, on the page."""
        links = self.page.locator("main a[href]")
        found = [one for one in self._hrefs(links) if re.fullmatch(address, one)]
        assert found, f"{self.page.url} has no link to {address}"
        self.visit.go(found[0])
        return self._looked()

    def send(self, button: str = "main form button[type=submit]", **values: Any) -> Page:
        """Fill in a form by the names of its fields (text, a choice, a tick, a file) and press its
        button; what is refused fails the test."""
        pressed = self.page.locator(button).last
        form = pressed.locator("xpath=ancestor::form")
        for name, value in values.items():
            self._fill(form.locator(f"[name='{name}']"), value)
        with self.page.expect_navigation(wait_until="load"):
            pressed.click()
        wrong = self.page.locator("main .notice.bad")
        assert wrong.count() == 0, f"{self.page.url}: {wrong.first.inner_text()}"
        return self._looked()

    def _fill(self, found: Locator, value: Any) -> None:
        tag, kind = found.first.evaluate("e => [e.tagName, e.type]")
        if tag == "SELECT":
            found.select_option(value)
        elif kind == "file":
            found.set_input_files(value)
        elif kind in {"radio", "checkbox"}:
            for one in value if isinstance(value, list) else [value]:
                found.and_(self.page.locator(f"[value='{one}']")).check()
        else:
            found.fill(str(value))

    def _looked(self) -> Page:
        if too_wide := self.visit.overflow():
            self.wide.append(f"{self.page.url} is too wide: {too_wide}")
        return self.page

    def _hrefs(self, links: Locator) -> list[str]:
        found: list[str] = links.evaluate_all("all => all.map(a => a.getAttribute('href'))")
        return found


@dataclass
class Cast:
    """Everybody who plays, with the same look of their browsers, and the clock."""

    site: Site
    look: dict[str, Any]
    at: datetime
    players: list[Player] = field(default_factory=list)

    def player(self, person: int | None, *, strong: bool = True, **look: Any) -> Player:
        """Another browser."""
        made = Player(self.site, person, self.look | look, strong)
        self.players.append(made)
        return made

    def days_on(self, days: int) -> None:
        """It is later, and the worker has done what was due."""
        self.at += days * DAY
        set_clock(self.site.app, self.at)
        run_due(self.at)

    def faults(self) -> list[str]:
        """What any browser complained of, and the pages that did not fit its screen."""
        return [
            fault for player in self.players for fault in (*player.visit.problems, *player.wide)
        ]


def upload(name: str, mime: str, data: bytes) -> FilePayload:
    """A file to choose in a form."""
    return {"name": Path(name).name, "mimeType": mime, "buffer": data}
