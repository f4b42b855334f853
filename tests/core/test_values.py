"""Money, text, dates and numbers as people write and read them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from core.clock import add_working_days, working_days_between
from core.forms import parse_money
from core.i18n import date_long, format_money, localize, normalise
from core.text import mask_name, query_tokens, render_markdown, search_tokens, tidy_line
from core.types import Money, UtcDateTime
from core.web import safe_next


@given(st.integers(-(10**15), 10**15), st.lists(st.integers(0, 1000), min_size=1, max_size=9))
def test_a_split_loses_nothing(amount: int, weights: list[int]) -> None:
    if sum(weights) == 0:
        weights[0] = 1
    parts = Money(amount, "CNY").split(weights)
    assert sum(part.amount for part in parts) == amount


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        Money(1, "CNY") + Money(1, "EUR")


@pytest.mark.parametrize(
    ("typed", "minor"), [("12000", 1200000), ("¥12,000.50", 1200050), ("12，000", 1200000)]
)
def test_money_is_read_as_people_type_it(app: Flask, typed: str, minor: int) -> None:
    assert parse_money(typed, "CNY") == minor


@pytest.mark.parametrize("typed", ["1.005", "abc", "1e400", "NaN", "∞", "1" * 40, "--5"])
def test_money_that_is_none_is_refused_in_words(app: Flask, typed: str) -> None:
    english = {"Accept-Language": "en"}
    with app.test_request_context(headers=english), pytest.raises(ValueError, match=r"[A-Z].+\."):
        parse_money(typed, "CNY")


def test_money_shows_decimals_only_where_there_are_some(app: Flask) -> None:
    with app.test_request_context():
        assert format_money(120000000, "CNY") == "¥1,200,000"
        assert format_money(120000050, "CNY") == "¥1,200,000.50"
        assert format_money(500, "JPY").endswith("500")


def test_an_instant_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), None)  # type: ignore[arg-type]  # noqa: DTZ001 - the point of the test


def test_working_days_know_holidays_and_make_up_days() -> None:
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert working_days_between(date(2026, 9, 30), date(2026, 10, 10)) == 3


@pytest.mark.parametrize(
    ("locale", "text"), [("zh_Hans", "11 月 29 日（周日）"), ("en", "Sunday 29 November")]
)
def test_dates_read_as_spoken(app: Flask, locale: str, text: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert date_long(date(2026, 11, 29)) == text


@pytest.mark.parametrize(
    ("tag", "locale"),
    [("zh-CN", "zh_Hans"), ("zh-Hant-TW", "zh_Hans"), ("en-GB", "en"), ("fr", None), ("", None)],
)
def test_language_tags(tag: str, locale: str | None) -> None:
    assert normalise(tag) == locale


def test_a_missing_language_falls_back_and_says_so(app: Flask) -> None:
    with app.test_request_context():
        found = localize({"zh_Hans": "长椅"}, "en")
    assert (found.text, found.lang, found.fallback) == ("长椅", "zh_Hans", True)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("欧阳锋", "欧*"), ("Maria Kowalska", "Maria K."), ("", "*")],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_two_character_word_is_among_the_tokens_of_a_sentence() -> None:
    assert set(query_tokens("公园")) <= set(search_tokens("滨河社区口袋公园 Pocket Park"))
    assert "park" in search_tokens("Pocket Park")


@given(st.text(max_size=300))
def test_markdown_never_lets_markup_through(text: str) -> None:
    html = render_markdown(text + "<script>alert(1)</script><img src=x onerror=alert(1)>")
    assert "<script" not in html
    assert "<img" not in html


def test_markdown_links_may_not_run_anything() -> None:
    assert "javascript:" not in render_markdown(
        "[x](javascript:alert(1)) [y](data:text/html,x)"
    ).replace("(javascript:alert(1))", "").replace("(data:text/html,x)", "")


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "", None],
)
def test_no_open_redirect(target: str | None) -> None:
    assert safe_next(target) == "/"


def test_control_characters_and_direction_tricks_are_dropped() -> None:
    assert tidy_line(" a\u202eb\x00 \n c ") == "ab c"
