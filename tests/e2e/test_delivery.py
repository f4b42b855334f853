"""A chosen project is built, as people do it: from the plan to the last invoice, in both languages,
on a phone and on a desktop without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask_babel import force_locale

from projects.life import TITLES
from projects.tenders.words import TENDER_TITLES
from projects.works.words import WORKS_TITLES
from tests.e2e.building import Building
from tests.e2e.conftest import DESKTOP, PHONE, Site
from tests.e2e.players import Player
from transparency.keys import create_key
from transparency.sequencer import drain

# What happened, in the order in which a visitor reads it.
STEPS = (
    "project.submitted",
    "project.selected",
    "delivery.begun",
    "tender.published",
    "tender.answered",
    "tender.opened",
    "tender.awarded",
    "tender.objection",
    "tender.dismissed",
    "contract.agreed",
    "contract.signed",
    "delivery.reported",
    "delivery.disputed",
    "delivery.dispute_answered",
    "delivery.accepted_once",
    "delivery.accepted",
    "delivery.completed",
    "contract.retention",
    "contract.closed",
    "account.drawn",
    "account.approved",
)
WORDS = {**TITLES, **TENDER_TITLES, **WORKS_TITLES}


@pytest.mark.parametrize(
    ("locale", "viewport", "javascript"),
    [("zh_Hans", PHONE, True), ("en", DESKTOP, False)],
    ids=["zh phone", "en desktop without scripts"],
)
def test_a_project_is_built_and_read_from_its_idea_to_its_last_invoice(
    site: Site, locale: str, viewport: dict[str, int], javascript: bool
) -> None:
    create_key(site.app.config["SETTINGS"])
    town = Building.begin(site, locale=locale, viewport=viewport, javascript=javascript)
    town.plan()
    town.notice()
    town.days_on(1)
    town.question()
    town.bids()
    town.days_on(9)
    town.judge()
    town.award()
    town.days_on(9)
    town.contract()
    town.days_on(10)
    town.report(0, town.foreman)
    town.dispute()
    town.accept()
    town.pay("Benches", "4,750")
    town.report(1, town.foreman)
    town.accept()
    town.pay("Lamps", "1,900")
    town.report(2, town.department)
    town.accept()
    town.days_on(17)
    town.release()
    town.pay("Retention", "350")
    town.days_on(1)
    town.account()
    town.rate()
    drain(site.app)
    read(town.visitor, town.url, locale)
    assert town.faults() == []


def read(visitor: Player, url: str, locale: str) -> None:
    """A visitor finds every step, amount and proof on the project's page."""
    visitor.go(url)
    shown = visitor.text
    for amount in ("¥7,000", "¥5,000", "¥2,000", "¥350", "¥3,000"):
        assert amount in shown
    for words in ("Stoneworks", "Lovely evenings by the river.", "Cheaper than planned"):
        assert words in shown
    steps = list(life(visitor))
    assert all(proof for _, proof in steps)
    told = "\n".join(words for words, _ in steps)
    with force_locale(locale):
        at = [told.find(str(WORDS[one])) for one in reversed(STEPS)]
    assert -1 not in at, [one for one, place in zip(reversed(STEPS), at, strict=True) if place < 0]
    visitor.visit.go(steps[0][1])
    assert visitor.page.locator("main a[href$='proof.json']").count() == 1


def life(visitor: Player) -> Iterator[tuple[str, str]]:
    """The entries of the life line, the newest first: what they say, where they are proved."""
    while True:
        entries = visitor.page.locator("section[aria-labelledby=life] ol.life > li")
        for entry in entries.all():
            proof = entry.locator("a[href^='/log/entries/']")
            yield entry.inner_text(), proof.first.get_attribute("href") or ""
        older = visitor.page.locator("section[aria-labelledby=life] a[rel=next]")
        if not older.count():
            return
        visitor.go(f"{visitor.page.url.partition('?')[0]}{older.get_attribute('href')}")
