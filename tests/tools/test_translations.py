"""The check on the Chinese catalogue finds what is missing and what would break."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import translations


def catalogue(**texts: str) -> Catalog:
    made = Catalog(locale="zh_Hans")
    for text, translation in texts.items():
        made.add(text, translation)
    return made


def test_a_text_without_translation_is_reported() -> None:
    found = translations.problems(catalogue(Vote=""), catalogue(Vote=""))
    assert found == ["not translated: 'Vote'"]


def test_a_text_that_the_catalogue_lacks_is_reported() -> None:
    assert translations.problems(catalogue(Vote=""), catalogue()) == ["not translated: 'Vote'"]


def test_a_translated_text_is_in_order() -> None:
    assert translations.problems(catalogue(Vote=""), catalogue(Vote="投票")) == []


def test_a_fuzzy_translation_does_not_count() -> None:
    guessed = catalogue(Vote="投票")
    message = guessed.get("Vote")
    assert message
    message.flags.add("fuzzy")
    assert translations.problems(catalogue(Vote=""), guessed) == ["marked fuzzy: 'Vote'"]


@pytest.mark.parametrize("translation", ["你好", "你好，%(nam)s", "你好，%(name)d"])
def test_a_translation_with_other_placeholders_is_reported(translation: str) -> None:
    text = "Hello %(name)s"
    found = translations.problems(catalogue(**{text: ""}), catalogue(**{text: translation}))
    assert found == [f"placeholders differ: {text!r}"]


def test_chinese_has_one_form_for_one_and_many() -> None:
    source = Catalog(locale="zh_Hans")
    source.add(("One vote", "%(num)s votes"), ("",))
    done = Catalog(locale="zh_Hans")
    done.add(("One vote", "%(num)s votes"), ("%(num)s 票",))
    assert translations.problems(source, done) == []


def test_merging_fills_the_catalogue_and_names_keys_that_no_page_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Catalog(locale="zh_Hans")
    source.add("Vote")
    source.add(("One vote", "%(num)s votes"))
    monkeypatch.setattr(translations, "extract", lambda: source)
    monkeypatch.setattr(translations, "PO", tmp_path / "messages.po")
    texts = {"Vote": "投票", "One vote\0%(num)s votes": "%(num)s 票", "Gone": "没了"}
    (tmp_path / "texts.json").write_text(json.dumps(texts), encoding="utf-8")

    assert translations.merge([str(tmp_path / "texts.json")]) == ["Gone"]

    assert translations.problems(source, translations.load()) == []


def test_texts_of_private_template_folders_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "templates" / "_macros").mkdir(parents=True)
    (tmp_path / "templates" / "_macros" / "ui.html").write_text("{{ _('Close') }}")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text("_('Not ours')")
    monkeypatch.setattr(translations, "ROOT", tmp_path)

    assert [message.id for message in translations.extract() if message.id] == ["Close"]
