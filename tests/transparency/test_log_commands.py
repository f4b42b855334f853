"""``flask log``: keys, sequencing, and checking the log against its own database."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from flask import Flask

from core.i18n import gettext
from tests.databases import unguarded
from tests.transparency.leaves import conf, facts, sequenced
from transparency import sequencer
from transparency.keys import load_key


def flask(app: Flask, *arguments: str) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["log", *arguments])
    return answer.exit_code, answer.output


def sql(*statements: str) -> None:
    with unguarded() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_key_is_made_once_for_its_owner_only(app: Flask) -> None:
    code, said = flask(app, "key", "create")
    path = conf(app).log_key_path
    key = load_key(conf(app))
    assert key
    assert (code, str(key.verifier) in said, str(key) in said) == (0, True, False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    code, said = flask(app, "key", "create")
    assert (code, "there already" in said) == (1, True)
    assert path.read_bytes() == before
    assert flask(app, "key", "show") == (0, f"{key.verifier}\n")
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_key_that_is_not_there_or_broken_is_told(app: Flask) -> None:
    code, said = flask(app, "key", "show")
    assert (code, "key create" in said) == (1, True)
    conf(app).log_key_path.parent.mkdir(exist_ok=True)
    conf(app).log_key_path.write_text("x")
    assert "cannot be used" in flask(app, "key", "show")[1]


def test_sequencing_once_says_how_many(app: Flask) -> None:
    flask(app, "key", "create")
    facts(3)
    assert flask(app, "sequence", "--once") == (0, "3 placed.\n")
    assert flask(app, "sequence", "--once") == (0, "0 placed.\n")


def test_an_untouched_log_holds(app: Flask) -> None:
    sequenced(app, 300)
    facts(300)
    sequencer.drain(app)
    facts(1)
    code, said = flask(app, "verify")
    assert code == 0, said
    assert "600 leaves, 4 tiles, 2 checkpoints" in said
    assert "1 leaves wait" in said


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (
            ["UPDATE leaf SET body = '{}' WHERE seq = 17"],
            ["leaf 17 is not what was entered", "300 leaves was signed over other leaves"],
        ),
        (
            [
                "DELETE FROM leaf_subject WHERE leaf_id = (SELECT id FROM leaf WHERE seq = 17)",
                "DELETE FROM leaf WHERE seq = 17",
            ],
            ["leaf 17 is missing"],
        ),
        (
            [
                "DELETE FROM leaf_subject WHERE leaf_id = (SELECT id FROM leaf WHERE seq = 299)",
                "DELETE FROM leaf WHERE seq = 299",
            ],
            ["leaf 299 is missing"],
        ),
        (
            [
                "UPDATE leaf SET seq = 9999 WHERE seq = 5",
                "UPDATE leaf SET seq = 5 WHERE seq = 280",
                "UPDATE leaf SET seq = 280 WHERE seq = 9999",
            ],
            ["leaf 5 is not what was entered", "leaf 280 is not what was entered"],
        ),
        (["UPDATE leaf SET seq = 400 WHERE seq = 299"], ["leaf 400 has a place, but the tree"]),
        (["DELETE FROM log_tile WHERE level = 1"], ["tile 1/0 holds 0 hashes", "leaves 0 to 255"]),
        (["UPDATE checkpoint SET note = 'x'"], ["the checkpoint of 300 leaves: a signed note"]),
        (
            ["UPDATE checkpoint SET note = replace(note, '300', '301')"],
            ["the checkpoint of 300 leaves: the signature"],
        ),
        (["UPDATE checkpoint SET size = 301"], ["301 leaves: the log is shorter"]),
        (["UPDATE checkpoint SET root = 'ab'"], ["its note says something else"]),
    ],
    ids=[
        "changed",
        "removed",
        "last removed",
        "swapped",
        "moved",
        "tile lost",
        "note lost",
        "note changed",
        "checkpoint moved",
        "root changed",
    ],
)
def test_what_was_changed_in_the_database_is_named(
    app: Flask, statements: list[str], named: list[str]
) -> None:
    sequenced(app, 300)
    sql(*statements)
    code, said = flask(app, "verify")
    assert code == 1
    assert [one for one in named if one not in said] == [], said


def test_an_export_needs_a_signature_and_an_empty_folder(app: Flask, tmp_path: Path) -> None:
    facts(1)
    code, said = flask(app, "export", str(tmp_path / "out"))
    refusal = gettext("Nothing is signed yet, so there is nothing to check.")
    assert (code, refusal in said) == (1, True)
    flask(app, "key", "create")
    sequencer.drain(app)
    code, said = flask(app, "export", str(tmp_path / "out"))
    assert (code, "python verify.py" in said) == (0, True)
    assert (tmp_path / "out" / "tile" / "entries" / "000.p" / "1").is_file()
    code, said = flask(app, "export", str(tmp_path / "out"))
    assert (code, "is not empty" in said) == (1, True)
