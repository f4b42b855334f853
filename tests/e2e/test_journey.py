"""From an idea to its result, as people do it: in both languages, on a phone and on a desktop."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

import pytest
from playwright.sync_api import Page

from accounts.models import Role
from budgeting.models import PhaseKind
from core.jobs import run_due
from projects.states import State
from tests.conftest import START, set_clock
from tests.e2e.conftest import DESKTOP, PHONE, Site, Visit
from tests.factories import Factory


class Look(TypedDict):
    """How a browser is set up."""

    locale: str
    viewport: dict[str, int]
    javascript: bool


DAY = timedelta(days=1)
TITLE = {"zh_Hans": "河边的长椅", "en": "A bench by the river"}
COUNTED = {"zh_Hans": "入选", "en": "Chosen"}


class Town:
    """A round that has begun to collect ideas, and the people who bring it to its end."""

    def __init__(self, site: Site) -> None:
        make = Factory(START)
        self.site = site
        self.area = make.area("Riverside")
        self.round = make.round(self.area, PhaseKind.SUBMISSION, languages=["zh_Hans", "en"])
        make.category(self.round)
        self.department = make.organisation(self.area)
        self.officer = make.staff(Role.OFFICER, self.area)
        self.reviewer = make.staff(Role.REVIEWER, self.area, self.department)
        self.resident = make.person(self.area)
        self.other = make.project(self.round, self.area, State.ELIGIBLE)

    def days_on(self, days: int) -> None:
        """Let the clock run, and the worker do what is due then."""
        at = START + days * DAY
        set_clock(self.site.app, at)
        run_due(at)


def propose(page: Page, town: Town, title: str) -> str:
    """Write and hand in a proposal; gives its address."""
    page.goto(f"/projects/new?round={town.round}")
    page.locator("main form button[type=submit]").click()
    page.fill("main [name=title]", title)
    page.fill("main [name=summary]", "Sit and look at the water.")
    page.fill("main [name=description]", "There is no bench along the **whole** river.")
    page.fill("main [name=beneficiaries]", "Everybody who walks there")
    page.fill("main [name=estimate]", "12,000")
    page.select_option("[name=category_id]", index=1)
    page.locator("button[name=action][value=submit]").click()
    page.wait_for_url("**/projects/*")
    return page.url


def review(town: Town, project: str, look: Look) -> list[Visit]:
    """The officer asks, the department answers, the officer publishes."""
    visits = [town.site.visit(person, **look) for person in (town.officer, town.reviewer)]
    officer, reviewer = visits[0].page, visits[1].page
    officer.goto(project + "/review")
    officer.locator("[name=organisations]").first.check()
    officer.locator("form[action$='/review/ask'] button[type=submit]").click()
    reviewer.goto("/desk")
    reviewer.locator("main a[href^='/reviews/']").first.click()
    reviewer.locator("[name=feasible]").first.check()
    reviewer.fill("main [name=reason]", "There is room, and the ground is ours.")
    reviewer.fill("main [name=cost]", "15,000")
    reviewer.locator("main form button[type=submit]").click()
    officer.goto(project + "/review")
    officer.locator("[name=eligible]").first.check()
    officer.fill("form:not([action]) [name=reason]", "It can be built this year.")
    officer.locator("form:not([action]) button[type=submit]").last.click()
    officer.wait_for_load_state()
    return visits


def vote(page: Page, town: Town, title: str) -> str:
    """Choose the project and leave; gives the receipt's code."""
    page.goto(f"/rounds/{town.round}")
    page.locator(f"main a[href='/rounds/{town.round}/ballot']").first.click()
    card = page.locator("article.pick", has_text=title)
    card.locator("button[value=add]").click()
    card.locator("button[value=remove]").wait_for()
    address = page.locator("a[href^='/receipt?code=']").first.get_attribute("href")
    assert address is not None
    return address


@pytest.mark.parametrize(
    ("locale", "viewport", "javascript"),
    [("zh_Hans", PHONE, True), ("en", DESKTOP, True), ("en", PHONE, False)],
    ids=["zh phone", "en desktop", "en phone without scripts"],
)
def test_a_newcomer_proposes_is_reviewed_votes_and_reads_the_result(
    site: Site, locale: str, viewport: dict[str, int], javascript: bool
) -> None:
    town = Town(site)
    title = TITLE[locale]
    look: Look = {"locale": locale, "viewport": viewport, "javascript": javascript}
    visits = [site.visit(town.resident, strong=False, **look)]
    page = visits[0].page
    project = propose(page, town, title)
    town.days_on(6)
    visits += review(town, project, look)
    page.goto(project)
    assert "¥15,000" in page.content()

    town.days_on(16)
    receipt = vote(page, town, title)
    page.goto(receipt)
    assert page.locator("main .notice, main .sealbox").count()
    page.goto(f"/rounds/{town.round}/ballot")
    assert page.locator("article.pick.on", has_text=title).count() == 1

    town.days_on(26)
    page.goto(f"/rounds/{town.round}/result")
    row = page.locator("tr", has_text=title)
    assert COUNTED[locale] in row.inner_text()
    page.goto(project)
    assert COUNTED[locale] in page.locator("main").inner_text()
    assert [problem for visit in visits for problem in visit.problems] == []
