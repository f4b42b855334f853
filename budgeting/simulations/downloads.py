"""A simulation's figures as files: projects by rule and rules by figure as CSV, all as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from fractions import Fraction

from budgeting.simulations.pages import Column, Page
from budgeting.tally.numbers import number_text
from core.types import MINOR_UNITS

# How a cell begins that a spreadsheet would take for a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_SHARES = ("none", "to_25", "to_50", "to_75", "below_100", "all")


def projects_csv(page: Page) -> str:
    """A line for each project: 1 under the rules by which it wins, 0 under the others counted."""
    head = ["project_id", "name", "categories", "cost", "votes", "score"]
    scores = {project["id"]: project["score"] for project in page.election.get("projects", ())}
    lines = [
        [
            row.id,
            row.name.text,
            ", ".join(category.text for category in row.categories),
            _amount(page, row.cost),
            str(row.votes),
            scores[row.id],
            *("1" if column.number in row.wins else "0" for column in page.counted),
        ]
        for row in page.rows
    ]
    return _csv([head + [column.run.key for column in page.counted], *lines])


def rules_csv(page: Page) -> str:
    """A line for each rule that was counted; shares in percent of the voters, or of the money."""
    head = ["rule", "winners", "spent", "spent_percent", "without_percent", "average_percent"]
    head += ["money_percent", *(f"share_{name}_percent" for name in _SHARES)]
    names = [f"category: {s.name.text}" if s.name else "no category" for s in page.spending]
    lines = [
        [
            column.run.key,
            str(len(column.result["selected"])),
            _amount(page, column.result["cost"]),
            _percent(column.spent),
            *_shares(column),
            *(_amount(page, found.amounts[column.number]) for found in page.spending),
        ]
        for column in page.counted
    ]
    return _csv([head + names, *lines])


def everything_json(page: Page) -> str:
    """The election and every outcome; money in minor units, shares in thousandths."""
    shown = {
        "currency": page.currency,
        "asked": page.wishes,
        "election": page.election,
        "rules": [
            {"rule": column.run.key, "settings": column.run.settings} | column.result
            for column in page.counted
        ],
    }
    return json.dumps(shown, ensure_ascii=False, indent=2)


def _shares(column: Column) -> Iterable[str]:
    summary = column.summary
    if not summary:
        return [""] * (3 + len(_SHARES))
    return map(
        _percent, (summary["without"], summary["average"], summary["money"], *summary["shares"])
    )


def _percent(thousandths: int) -> str:
    return number_text(Fraction(thousandths, 10))


def _amount(page: Page, minor: int) -> str:
    return number_text(Fraction(minor, MINOR_UNITS.get(page.currency, 100)))


def _csv(lines: Iterable[Iterable[str]]) -> str:
    """With the mark by which spreadsheets know the encoding, and without formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow(f"'{cell}" if cell.startswith(_FORMULAS) else cell for cell in line)
    return "\ufeff" + out.getvalue()
