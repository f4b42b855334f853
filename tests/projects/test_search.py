"""Projects are found by their words, and whatever is typed is only ever words."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.db import transaction
from projects import search
from projects.models import Project
from projects.states import State
from tests.factories import Factory


@pytest.fixture
def round_id(make: Factory) -> int:
    return make.round(make.area())


def indexed(make: Factory, round_id: int, title: str, summary: str = "…", **values: Any) -> int:
    """A project with Chinese text that search knows."""
    area = make.area()
    texts = {"title": {"zh_Hans": title}, "summary": {"zh_Hans": summary}}
    empty: dict[str, Any] = {"description": {}, "beneficiaries": {}}
    ident = make.project(round_id, area, **(texts | empty | values))
    with transaction() as session:
        search.index(session, session.get_one(Project, ident))
    return ident


def ids(session: Session, words: str, *, every: bool = True) -> list[int]:
    """What is found, the best match first."""
    found = search.match(session, words, every=every)
    if found is None:
        return []
    return list(session.scalars(select(found.c.project_id).order_by(found.c.score.desc())))


def test_two_character_chinese_words_are_found(
    make: Factory, round_id: int, session: Session
) -> None:
    park = indexed(make, round_id, "滨河口袋公园")
    lamps = indexed(make, round_id, "老街路灯改造")
    assert ids(session, "公园") == [park]
    assert ids(session, "路灯") == [lamps]
    assert ids(session, "灯") == [lamps]
    assert ids(session, "园公") == []


def test_english_words_are_found_whatever_their_case(
    make: Factory, round_id: int, session: Session
) -> None:
    ident = indexed(make, round_id, "楼道上网", beneficiaries={"en": "Free WiFi for Pine Lane"})
    assert ids(session, "wifi pine") == [ident]
    assert ids(session, "WIFI") == [ident]
    assert ids(session, "ＷｉＦｉ") == [ident]


def test_chinese_and_english_words_mix(make: Factory, round_id: int, session: Session) -> None:
    ident = indexed(make, round_id, "社区5G公园", summary="Wi-Fi 与 LED 路灯")
    indexed(make, round_id, "社区公园")
    assert ids(session, "公园 led 5g") == [ident]


def test_every_word_is_needed_unless_any_will_do(
    make: Factory, round_id: int, session: Session
) -> None:
    park = indexed(make, round_id, "公园")
    lamps = indexed(make, round_id, "路灯")
    assert ids(session, "公园 路灯") == []
    assert sorted(ids(session, "公园 路灯", every=False)) == [park, lamps]


def test_a_word_in_the_title_ranks_above_the_same_word_in_the_description(
    make: Factory, round_id: int, session: Session
) -> None:
    below = indexed(make, round_id, "街角的长椅", description={"zh_Hans": "紧挨着公园"})
    above = indexed(make, round_id, "街角的公园", description={"zh_Hans": "紧挨着长椅"})
    assert ids(session, "公园") == [above, below]


def test_a_changed_text_is_found_by_its_new_words_only(
    make: Factory, round_id: int, session: Session
) -> None:
    ident = indexed(make, round_id, "公园")
    with transaction() as writing:
        project = writing.get_one(Project, ident)
        project.title = {"zh_Hans": "路灯"}
        search.index(writing, project)
    assert ids(session, "公园") == []
    assert ids(session, "路灯") == [ident]


SYNTAX = (
    "\" OR 1=1 --~NEAR(~*~tokens:公~^公~a AND NOT b~'; DROP TABLE project; --~\\~''~公园\x00~!~a:*~"
    "| &~-公~{a b}~" + "e\u0301" * 90
)


@pytest.mark.parametrize("words", SYNTAX.split("~"))
def test_query_syntax_is_only_words(
    make: Factory, round_id: int, session: Session, words: str
) -> None:
    indexed(make, round_id, "公园")
    assert ids(session, words) in ([], ids(session, "公园"))
    assert ids(session, words, every=False) in ([], ids(session, "公园"))


def test_similar_proposals_are_those_of_the_round_with_much_the_same_words(
    make: Factory, round_id: int, session: Session
) -> None:
    twin = indexed(make, round_id, "滨河边的荒地改成口袋公园", "给老人和孩子歇脚")
    indexed(make, round_id, "青松里楼道加装扶手", "老人上下楼更安全")
    indexed(make, round_id, "滨河口袋公园", state=State.DRAFT)
    indexed(make, make.round(make.area()), "滨河口袋公园")
    found = search.similar(session, "把滨河的荒地做成口袋公园", round_id)
    assert [p.id for p in found] == [twin]
    assert search.similar(session, "把滨河的荒地做成口袋公园", round_id, but=twin) == []
    assert search.similar(session, "？！", round_id) == []


def test_the_same_category_and_a_near_place_come_first(
    make: Factory, round_id: int, session: Session
) -> None:
    parks = make.category(round_id)
    plain = indexed(make, round_id, "口袋公园")
    filed = indexed(make, round_id, "口袋公园", category_id=parks)
    near = indexed(make, round_id, "口袋公园", latitude=30.6, longitude=119.9)
    place = (30.6001, 119.9001)
    found = search.similar(session, "口袋公园", round_id, category_id=parks, place=place)
    assert [p.id for p in found] == [near, filed, plain]


def test_reindexing_finds_what_was_written_behind_its_back(
    app: Flask, make: Factory, round_id: int, session: Session
) -> None:
    ident = make.project(round_id, make.area(), title={"zh_Hans": "公园"})
    with transaction() as writing:
        writing.execute(text("DELETE FROM project_search"))
        assert search.reindex(writing) == 1
    assert ids(session, "公园") == [ident]


def test_reindex_command_says_how_many(app: Flask, make: Factory, round_id: int) -> None:
    make.project(round_id, make.area())
    result = app.test_cli_runner().invoke(args=["projects", "reindex"])
    assert result.exit_code == 0
    assert "1 project" in result.output
