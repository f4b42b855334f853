"""The page's own scripts when the network is slow, fails, or people are quicker than it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import pytest
from flask import Flask, abort, render_template_string, request
from playwright.sync_api import Page, expect

from core.web import csrf
from tests.e2e.conftest import Site

BALLOT = """
{% extends "base.html" %}
{% from "_macros/ballot.html" import ballot_status %}
{% block content %}
{{ ballot_status() }}
<div id="ballot" data-announce="{{ chosen|length }} chosen">
  {% for key in order %}
  <form data-ballot method="post" action="/choose/{{ key }}">
    <button class="btn btn-quiet" id="b-{{ key }}">
      {{- "Remove" if key in chosen else "Choose" }}</button>
  </form>
  {% endfor %}
  <ol data-rank="move">
    {% for key in order %}
    <li class="card" data-rank-item="{{ key }}"><span class="grip">=</span>{{ key }}</li>
    {% endfor %}
  </ol>
  <form id="move" data-ballot method="post" action="/move">
    <input type="hidden" name="item"><input type="hidden" name="position">
  </form>
</div>
{% endblock %}
{% block scripts %}
<script type="module" src="{{ static_url('js/ballot.mjs') }}"></script>
<script type="module" src="{{ static_url('js/rank.mjs') }}"></script>
{% endblock %}
"""
DRAFT = """
{% extends "base.html" %}
{% from "_macros/forms.html" import autosave_attrs, autosave_status %}
{% block content %}
<form method="post" {{ autosave_attrs("/draft") }}>
  {{ autosave_status() }}<input name="title" aria-label="Title">
</form>
{% endblock %}
{% block scripts %}
<script type="module" src="{{ static_url('js/autosave.mjs') }}"></script>
{% endblock %}
"""


@dataclass
class Stored:
    """What the server has, and how often it still fails."""

    chosen: set[str] = field(default_factory=set)
    order: list[str] = field(default_factory=lambda: ["a", "b", "c"])
    requests: list[str] = field(default_factory=list)
    draft: str = ""
    failures: int = 0

    def meet(self) -> None:
        """Take a request, slowly; fails when a failure is due."""
        time.sleep(0.1)
        self.requests.append(request.path)
        if self.failures:
            self.failures -= 1
            abort(503)


def serve(app: Flask, stored: Stored) -> None:
    """Add a small ballot and a draft to ``app``."""

    def ballot() -> str:
        return render_template_string(BALLOT, chosen=stored.chosen, order=stored.order)

    def choose(key: str) -> str:
        stored.meet()
        stored.chosen ^= {key}
        return ballot()

    def move() -> str:
        stored.meet()
        stored.order.remove(request.form["item"])
        stored.order.insert(int(request.form["position"]) - 1, request.form["item"])
        return ballot()

    def write() -> str:
        return render_template_string(DRAFT)

    def save() -> tuple[str, int]:
        stored.meet()
        stored.draft = request.form["title"]
        return "", 204

    app.add_url_rule("/ballot", view_func=ballot)
    app.add_url_rule("/choose/<key>", view_func=csrf.exempt(choose), methods=["POST"])
    app.add_url_rule("/move", view_func=csrf.exempt(move), methods=["POST"])
    app.add_url_rule("/draft", view_func=write)
    app.add_url_rule("/draft", view_func=csrf.exempt(save), methods=["POST"])


@pytest.fixture
def stored(site: Site) -> Stored:
    """What the added pages' server has."""
    made = Stored()
    serve(site.app, made)
    return made


def drag(page: Page, from_: int, to: int) -> None:
    """Drag one item of the ranked list to just below another."""
    grip = page.locator(".grip").nth(from_).bounding_box()
    goal = page.locator("[data-rank-item]").nth(to).bounding_box()
    assert grip is not None
    assert goal is not None
    page.mouse.move(grip["x"] + 4, grip["y"] + 4)
    page.mouse.down()
    page.mouse.move(goal["x"] + 9, goal["y"] + goal["height"] - 2, steps=6)
    page.mouse.up()


def test_choice_pressed_twice_quickly_counts_once(site: Site, stored: Stored) -> None:
    page = site.visit().go("/ballot")
    page.locator("#b-a").dblclick()
    expect(page.locator("#ballot-status")).to_have_text("1 chosen")
    page.wait_for_timeout(400)
    assert stored.requests == ["/choose/a"]


def test_choice_made_while_another_is_saved_is_not_lost(site: Site, stored: Stored) -> None:
    page = site.visit().go("/ballot")
    page.click("#b-a")
    page.click("#b-b")
    expect(page.locator("#ballot-status")).to_have_text("2 chosen")
    assert stored.chosen == {"a", "b"}
    assert page.evaluate("document.activeElement.id") == "b-b"


def test_failed_choice_is_not_shown_as_made_and_is_sent_again(site: Site, stored: Stored) -> None:
    page = site.visit().go("/ballot")
    stored.failures = 1
    page.click("#b-a")
    expect(page.locator("#ballot-status")).to_have_text("Not saved yet. Trying again…")
    assert page.inner_text("#b-a") == "Choose"
    expect(page.locator("#b-a")).to_have_text("Remove")
    assert stored.requests == ["/choose/a"] * 2
    assert stored.chosen == {"a"}


def test_dragging_saves_the_new_order(site: Site, stored: Stored) -> None:
    page = site.visit().go("/ballot")
    drag(page, 0, 2)
    expect(page.locator("#ballot-status")).to_have_text("0 chosen")
    assert stored.order == ["b", "c", "a"]


def test_order_that_was_not_saved_is_shown_as_it_was(site: Site, stored: Stored) -> None:
    page = site.visit().go("/ballot")
    stored.failures = 1
    drag(page, 0, 2)
    expect(page.locator("#ballot-status")).to_have_class("saved small error")
    assert page.locator("[data-rank-item]").first.get_attribute("data-rank-item") == "a"


def test_draft_saves_itself_and_says_so(site: Site, stored: Stored) -> None:
    page = site.visit().go("/draft")
    page.fill("[name=title]", "A park")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved at")
    assert stored.draft == "A park"


def test_draft_the_server_did_not_take_is_brought_back_and_sent_again(
    site: Site, stored: Stored
) -> None:
    page = site.visit().go("/draft")
    stored.failures = 1
    page.fill("[name=title]", "A park")
    expect(page.locator("[data-autosave-status]")).to_contain_text("trying again")
    page.reload()
    assert page.input_value("[name=title]") == "A park"
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved at")
    assert stored.draft == "A park"
    assert page.evaluate("localStorage.length") == 0
