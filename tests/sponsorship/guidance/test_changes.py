"""What a version changed, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sponsorship.guidance.changes import Change, Piece, changes, compare
from sponsorship.models import GuidanceVersion
from sponsorship.terms import Terms

TERMS = Terms(date(2026, 1, 1), date(2026, 6, 1), gets={"en": "Thanks."})


def version(title: str = "Call", **terms: Any) -> GuidanceVersion:
    """A version of a call."""
    said = replace(TERMS, **terms)
    return GuidanceVersion(title={"en": title}, text={"en": "Why."}, terms=said.to_json())


def found(**terms: Any) -> list[Change]:
    """What changes when the terms become these."""
    names = {7: {"en": "Riverside"}}
    return changes(version(), version(**terms), "CNY", names)


@pytest.mark.usefixtures("in_english")
def test_the_same_words_are_no_change() -> None:
    assert found() == []


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("terms", "was", "now"),
    [
        ({"least": 250_00}, "¥100", "¥250"),
        ({"small_most": 0}, "¥1,000", "People give through businesses only"),
        ({"public_least": 30}, "No least share", "30 % of each project's cost"),
        ({"sign_days": 1}, "14 days", "1 day"),
        (
            {"excluded_sectors": ("tobacco", "lending")},
            "No sector is excluded",
            "Tobacco, Consumer lending",
        ),
        ({"area_ids": (7,)}, "In the whole area", "Riverside"),
    ],
)
def test_a_term_is_said_as_it_was_and_as_it_is(terms: dict[str, Any], was: str, now: str) -> None:
    assert [(one.was, one.now) for one in found(**terms)] == [(was, now)]


@pytest.mark.usefixtures("in_english")
def test_matching_that_begins_says_all_its_limits() -> None:
    begun = found(
        match_percent=50, match_pool=1_000_00, match_until=date(2026, 5, 1), match_sponsor_most=5_00
    )
    said = {one.label: (one.was, one.now) for one in begun}
    assert said["Public money adds"] == ("nothing", "50 % of what is given in money")
    assert said["In all at most"] == (None, "¥1,000")
    assert said["For one sponsor at most"] == (None, "¥5")
    assert said["For one project at most"] == (None, "No limit")


@pytest.mark.usefixtures("in_english")
def test_a_text_is_compared_by_language() -> None:
    one, other = (
        found(gets={"en": "Thanks.", "zh_Hans": "致谢。"}),
        found(gets={"en": "Many thanks."}),
    )
    assert [(c.label, c.lang) for c in one] == [("What sponsors get (中文)", "zh_Hans")]
    assert other[0].pieces[1:] == (Piece("new", "Many thanks"), Piece("same", "."))


@pytest.mark.parametrize(
    ("was", "now", "pieces"),
    [
        ("", "New.", [("new", "New.")]),
        ("Old.", "", [("old", "Old.")]),
        (
            "One. Two trees. Three.",
            "One. Two oaks. Three.",
            [("same", "One. Two "), ("old", "trees"), ("new", "oaks"), ("same", ". Three.")],
        ),
        (
            "最长三年。不影响投票。",
            "最长两年。不影响投票。",
            [("same", "最长"), ("old", "三"), ("new", "两"), ("same", "年。不影响投票。")],
        ),
    ],
)
def test_only_the_words_that_changed_are_marked(
    was: str, now: str, pieces: list[tuple[str, str]]
) -> None:
    assert [(one.kind, one.text) for one in compare(was, now)] == pieces


def test_both_texts_can_be_read_off_the_pieces() -> None:
    was = "Trees come first.\nThen lamps; then bins!\n\n" * 60 + "一句话。" * 200
    now = was.replace("lamps", "shelves for books").replace("一句话", "两句话", 3) + "End"
    pieces = compare(was, now)
    assert "".join(one.text for one in pieces if one.kind != "new") == was
    assert "".join(one.text for one in pieces if one.kind != "old") == now
