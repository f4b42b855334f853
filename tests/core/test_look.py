"""What every page shares: the frame, the macros, the error pages."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from jinja2 import Environment, FileSystemLoader
from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField
from wtforms.validators import InputRequired

from config import ROOT
from core.forms import line, options
from core.i18n import Localized

UI = '{% from "_macros/ui.html" import pagination, share_links %}'
VALUES = '{% from "_macros/values.html" import tr %}'
FORMS = '{% from "_macros/forms.html" import error_summary, field %}'


class SampleForm(Form):
    """A field of each kind that the macros treat differently."""

    name = line("Name", 10, description="As on your card.")
    kind = RadioField(
        "Kind",
        [InputRequired("Choose one.")],
        choices=options([("a", "A"), ("b", "B")]),
    )


def refused() -> SampleForm:
    form = SampleForm(MultiDict({"name": "<b>much too long</b>"}))
    form.validate()
    return form


@pytest.mark.parametrize(("accepted", "tag"), [("zh-CN,zh;q=0.9", "zh-Hans"), ("en-GB", "en")])
def test_style_guide_speaks_the_readers_language(
    client: FlaskClient, accepted: str, tag: str
) -> None:
    page = client.get("/style", headers={"Accept-Language": accepted})
    assert page.status_code == 200
    assert f'<html lang="{tag}">' in page.text


def test_nothing_on_a_page_needs_inline_script_or_style(client: FlaskClient) -> None:
    html = client.get("/style").text
    assert not re.findall(r"\sstyle=|<style|\son\w+=|javascript:", html)
    assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", html))


def test_signed_out_pages_carry_no_token_and_start_no_session(client: FlaskClient) -> None:
    page = client.get("/offline")
    assert "csrf_token" not in page.text
    assert "Set-Cookie" not in page.headers


def test_large_type_is_remembered_and_leads_back(client: FlaskClient) -> None:
    before = client.get("/offline?a=1").text
    link = re.search(r'class="elder-switch"[^>]*href="([^"]+)"', before)
    assert link is not None
    answer = client.get(link[1].replace("&amp;", "&"))
    assert answer.location == "/offline?a=1"
    assert '<html lang="en" class="elder">' in client.get("/offline").text


def test_page_links_keep_every_other_argument(app: Flask) -> None:
    with app.test_request_context("/list?area=1&area=2&page=2&endpoint=x&_external=1"):
        page = SimpleNamespace(number=2, pages=3)
        html = render_template_string(UI + "{{ pagination(page) }}", page=page)
    assert 'href="?area=1&amp;area=2&amp;endpoint=x&amp;_external=1&amp;page=1"' in html
    assert 'href="?area=1&amp;area=2&amp;endpoint=x&amp;_external=1&amp;page=3"' in html


def test_one_page_needs_no_page_links(app: Flask) -> None:
    with app.test_request_context("/list"):
        page = SimpleNamespace(number=1, pages=1)
        assert not render_template_string(UI + "{{ pagination(page) }}", page=page).strip()


def test_refused_field_says_why_and_is_tied_to_hint_and_error(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        html = render_template_string(FORMS + "{{ field(form.name) }}", form=refused())
    assert 'aria-describedby="name-hint name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="name-hint">As on your card.' in html
    assert "&lt;b&gt;much too long&lt;/b&gt;" in html


def test_error_summary_links_to_the_first_control_of_each_field(app: Flask) -> None:
    with app.test_request_context("/"):
        html = render_template_string(FORMS + "{{ error_summary(form) }}", form=refused())
    assert 'href="#name"' in html
    assert 'href="#kind-0"' in html
    assert "Choose one." in html


def test_good_form_has_no_error_summary(app: Flask) -> None:
    form = SampleForm(MultiDict({"name": "Li", "kind": "a"}))
    form.validate()
    with app.test_request_context("/"):
        html = render_template_string(FORMS + "{{ error_summary(form) }}", form=form)
    assert not html.strip()


def test_text_in_another_language_says_so_and_is_marked(app: Flask) -> None:
    value = Localized("河边 <b>", "zh_Hans", fallback=True)
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        html = render_template_string(VALUES + "{{ tr(value) }}", value=value)
    assert '<span lang="zh-Hans">河边 &lt;b&gt;</span>' in html
    assert "(only in Chinese)" in html


def test_missing_page_says_what_to_do_next(client: FlaskClient) -> None:
    page = client.get("/no-such-page")
    assert page.status_code == 404
    assert "There is nothing here" in page.text
    assert 'href="/"' in page.text


def test_crash_page_needs_nothing_that_may_be_broken() -> None:
    templates = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)
    html = templates.get_template("errors/plain.html").render(request_id="a1b2")
    assert "Something went wrong on our side" in html
    assert "我们这边出了点问题" in html
    assert "a1b2" in html
