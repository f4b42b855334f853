"""Reading Pabulib files: the good, and each bad one with its place."""

from __future__ import annotations

import io
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgeting.tally.election import Ballot, Vote
from budgeting.tally.pabulib import MESSAGES, PabulibError, PabulibFile, read

GOOD = """META
key;value
description;"Spring; round ""one\"""
country;China
num_projects;2
num_votes;3
budget;100.50
vote_type;approval
PROJECTS
project_id;cost;name;target
p1;60;"Lamps
in the lane";elderly
p2;40.25;Benches;
VOTES
voter_id;vote;age
a;p1,p2;70
b;p2;
c;;33
"""


def parse(text: str | bytes) -> PabulibFile:
    return read(io.BytesIO(text.encode() if isinstance(text, str) else text))


def fault(text: str | bytes) -> PabulibError:
    with pytest.raises(PabulibError) as caught:
        parse(text)
    return caught.value


def pointed(vote: str, points: str, kind: str = "cumulative") -> str:
    return (
        f"META\nbudget;9\nvote_type;{kind}\nPROJECTS\nproject_id;cost\n1;5\n2;5\n"
        f"VOTES\nvoter_id;vote;points\nv;{vote};{points}\n"
    )


def test_a_file_gives_its_meta_projects_and_votes_in_order() -> None:
    file = parse(GOOD)
    assert file.meta["description"] == 'Spring; round "one"'
    assert file.budget == Fraction("100.5")
    assert [(p.id, p.cost, p.name) for p in file.projects] == [
        ("p1", 60, "Lamps\nin the lane"),
        ("p2", Fraction("40.25"), "Benches"),
    ]
    assert file.projects[0].extra == {"beneficiaries": "elderly"}
    assert file.votes == [Vote("a", ("p1", "p2")), Vote("b", ("p2",)), Vote("c", ())]
    assert file.warnings == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("VOTES\n", "\n\nVOTES;;\n"),
        lambda text: text.replace("p2;40.25", " p2 ; 40.25 "),
        lambda text: text.replace("a;p1,p2;", "a;p1, p2;"),
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("key;value\n", ""),
    ],
    ids=["CRLF", "BOM", "blanks", "spaces", "spaced list", "no last line end", "no meta header"],
)
def test_harmless_differences_change_nothing(change: object) -> None:
    file, expected = parse(change(GOOD)), parse(GOOD)  # type: ignore[operator]
    assert (file.votes, file.budget, len(file.projects)) == (expected.votes, expected.budget, 2)


def test_equal_ballots_are_grouped_whatever_their_order() -> None:
    text = GOOD.replace("num_votes;3\n", "") + "d;p2,p1;\ne;p1,p2;\n"
    assert parse(text).election().ballots == {
        Ballot(("p1", "p2"), (1, 1)): 3,
        Ballot(("p2",), (1,)): 1,
        Ballot((), ()): 1,
    }


def test_points_stay_with_their_projects() -> None:
    assert parse(pointed("2,1", "3,0.5")).votes == [Vote("v", ("2", "1"), (3, Fraction(1, 2)))]


def test_points_of_a_ranking_follow_from_its_order() -> None:
    file = parse(pointed("2,1", "9,9", "ordinal"))
    assert file.votes == [Vote("v", ("2", "1"))]
    assert file.election().ballots == {Ballot(("2", "1"), (2, 1)): 1}


def test_a_repeated_project_counts_once_at_its_first_place() -> None:
    file = parse(pointed("1,2,1,1", "3,2,1,0"))
    assert file.votes == [Vote("v", ("1", "2"), (3, 2))]
    assert (
        list(map(str, file.warnings))
        == ["line 10: The ballot names the project 1 twice. It is counted once."] * 2
    )


def test_warnings_are_capped_but_all_counted() -> None:
    text = GOOD.replace("num_votes;3\n", "")
    text += "".join(f"x{number};p1,p1;\n" for number in range(500))
    file = parse(text)
    assert (len(file.warnings), file.warning_count) == (100, 500)


BAD = {
    "nothing": ("", "empty", 1, 1),
    "blank lines": ("\n\n \n", "not_pabulib", 3, 1),
    "only blank": ("\n;;\n", "empty", 2, 1),
    "other text": ("<html>\n", "not_pabulib", 1, 1),
    "cut in meta": (GOOD[:40], "malformed", 3, 1),
    "no projects": (GOOD[: GOOD.index("PROJECTS")], "section_missing", 8, 1),
    "no votes": (GOOD[: GOOD.index("VOTES")], "section_missing", 13, 1),
    "no columns": (GOOD[: GOOD.index("voter_id")], "column_missing", 14, 1),
    "cut in votes": (GOOD[: GOOD.index("c;;33")], "votes_count", 17, 1),
    "sections swapped": (
        "META\nbudget;1\nvote_type;approval\nVOTES\nPROJECTS\n",
        "section_order",
        4,
        1,
    ),
    "section again": (GOOD + "PROJECTS\n", "section_order", 19, 1),
    "projects short": (GOOD.replace("p2;40.25;Benches;\n", ""), "projects_count", 13, 1),
    "no budget": (GOOD.replace("budget;100.50\n", ""), "meta_missing", 8, 1),
    "empty budget": (GOOD.replace("100.50", ""), "meta_missing", 9, 1),
    "two budgets": (GOOD.replace("PROJECTS", "budget;1\nPROJECTS"), "meta_repeated", 9, 1),
    "half a line": (GOOD.replace("country;China", "country"), "row_width", 4, 1),
    "lottery": (GOOD.replace("approval", "lottery"), "vote_type", 8, 11),
    "half ballots": (GOOD.replace("num_votes;3", "num_votes;2.5"), "whole_number", 6, 11),
    "words for money": (GOOD.replace("40.25", "forty"), "number", 13, 4),
    "exponent": (GOOD.replace("40.25", "1e9"), "number", 13, 4),
    "endless digits": (GOOD.replace("40.25", "9" * 5000), "number", 13, 4),
    "other digits": (GOOD.replace("40.25", "٤٠"), "number", 13, 4),
    "no cost": (GOOD.replace("40.25", ""), "number", 13, 4),
    "decimal comma": (GOOD.replace("40.25", "40,25"), "decimal_comma", 13, 4),
    "budget with comma": (GOOD.replace("100.50", "100,50"), "decimal_comma", 7, 8),
    "negative cost": (GOOD.replace("40.25", "-1"), "negative", 13, 4),
    "no cost column": (
        GOOD.replace("project_id;cost", "project_id;price"),
        "column_missing",
        10,
        1,
    ),
    "column twice": (GOOD.replace("name;target", "cost;target"), "column_repeated", 10, 17),
    "short line": (GOOD.replace("Benches;", "Benches"), "row_width", 13, 1),
    "long line": (GOOD.replace("Benches;", "Benches;old;new"), "row_width", 13, 1),
    "no id": (GOOD.replace("p2;40.25", ";40.25"), "id_missing", 13, 1),
    "comma in id": (GOOD.replace("p2;40.25", '"p,2";40.25'), "project_comma", 13, 1),
    "project twice": (GOOD.replace("p2;40.25", "p1;40.25"), "project_repeated", 13, 1),
    "stray quote": (GOOD.replace("Benches;", '"Ben"ches;'), "malformed", 13, 1),
    "open quote": (GOOD.replace("Benches;", '"Benches;'), "malformed", 13, 1),
    "no voter": (GOOD.replace("b;p2;", ";p2;"), "id_missing", 17, 1),
    "voter twice": (GOOD.replace("b;p2;", "a;p2;"), "voter_repeated", 17, 1),
    "foreign project": (GOOD.replace("b;p2;", "b;p2,p9;"), "project_unknown", 17, 3),
    "empty choice": (GOOD.replace("b;p2;", "b;p2,;"), "project_unknown", 17, 3),
    "two of one": (GOOD.replace("approval", "choose-1"), "choose_one", 16, 3),
    "no points": (GOOD.replace("approval", "cumulative"), "column_missing", 15, 1),
    "too few points": (pointed("1,2", "3"), "points_count", 10, 7),
    "too many points": (pointed("1", "3,2"), "points_count", 10, 5),
    "words for points": (pointed("1,2", "3,two"), "number", 10, 7),
    "points below zero": (pointed("1,2", "3,-1"), "negative", 10, 7),
    "GBK": (GOOD.replace("Benches", "长椅").encode("gbk"), "encoding", 13, 10),
    "UTF-16": (GOOD.encode("utf-16"), "encoding", 1, 1),
    "binary": (b"META\nx;\0\n", "encoding", 2, 3),
}


@pytest.mark.parametrize(("text", "code", "line", "column"), BAD.values(), ids=BAD.keys())
def test_what_is_wrong_is_said_with_its_place(
    text: str | bytes, code: str, line: int, column: int
) -> None:
    error = fault(text)
    assert (error.code, error.line, error.column) == (code, line, column)
    assert str(error) == f"line {line}, column {column}: {MESSAGES[code] % error.params}"
    assert len(str(error)) < 300


def test_every_message_is_reached_by_a_test() -> None:
    assert {code for _, code, _, _ in BAD.values()} | {"choice_repeated"} == set(MESSAGES)


def test_scoring_may_go_below_zero() -> None:
    assert parse(pointed("1,2", "3,-1", "scoring")).votes[0].points == (3, -1)


@given(st.binary(max_size=80), st.integers(0, len(GOOD)))
def test_rubbish_anywhere_gives_a_file_or_an_error_but_never_a_crash(
    rubbish: bytes, place: int
) -> None:
    data = GOOD.encode()
    data = data[:place] + rubbish + data[place:]
    try:
        counts = parse(data).election().counts()
    except PabulibError:
        error = fault(data)
        assert 1 <= error.line <= data.count(b"\n") + data.count(b"\r") + 1
        assert MESSAGES[error.code] % error.params in str(error)
    else:
        assert sum(count.votes for count in counts.values()) <= 3 * len(counts)
