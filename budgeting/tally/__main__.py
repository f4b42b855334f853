"""The command `python -m budgeting.tally`: count a Pabulib file without any database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from budgeting.tally.election import Election
from budgeting.tally.explain import explain
from budgeting.tally.greedy import MISFITS
from budgeting.tally.numbers import number_text
from budgeting.tally.outcome import Outcome
from budgeting.tally.pabulib import PabulibError, PabulibFile, read
from budgeting.tally.rules import RULES, RuleSpec, run
from budgeting.tally.sentences import LOCALES
from budgeting.tally.ties import BY_ID, TieOrder

_BAD_FILE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0, or 2 for a file that cannot be read; exits with 2 if misused."""
    options = _parse(argv)
    try:
        file = _read(options.file)
    except (OSError, PabulibError) as error:
        sys.stderr.write(f"{options.file}: {error}\n")
        return _BAD_FILE
    for warning in file.warnings:
        sys.stderr.write(f"{options.file}: {warning}\n")
    if file.warning_count > len(file.warnings):
        sys.stderr.write(f"{options.file}: {file.warning_count} warnings in all\n")
    election = file.election()
    outcome = run(election, RuleSpec(options.rule, options.misfit, options.min_votes, options.ties))
    why = _sentences(election, outcome, options.lang) if options.explain else {}
    text = _json(outcome, why) if options.json else _table(election, outcome, why)
    sys.stdout.write(text + "\n")
    return 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m budgeting.tally", description="Apply a rule to a Pabulib file."
    )
    parser.add_argument("file", help="a .pb file, or - for standard input")
    parser.add_argument("--rule", choices=RULES, default="greedy")
    parser.add_argument(
        "--misfit", choices=MISFITS, default="skip", help="at a project that does not fit"
    )
    parser.add_argument(
        "--min-votes", type=_not_negative, default=0, metavar="N", help="leave out below N votes"
    )
    parser.add_argument(
        "--ties", type=_tie_order, default=BY_ID, help="id | cost,votes,id | seed:TEXT"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--explain", action="store_true", help="say why, for each project")
    parser.add_argument("--lang", choices=LOCALES, default="en", help="language of explanations")
    return parser.parse_args(argv)


def _not_negative(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError("must be a whole number, not below zero")
    return int(text)


def _tie_order(text: str) -> TieOrder:
    try:
        return TieOrder(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _read(path: str) -> PabulibFile:
    if path == "-":
        return read(sys.stdin.buffer)
    with Path(path).open("rb") as stream:
        return read(stream)


def _json(outcome: Outcome, why: Mapping[str, str]) -> str:
    shown = outcome.to_json()
    for line in shown["projects"]:
        if line["id"] in why:
            line["why"] = why[line["id"]]
    return json.dumps(shown, ensure_ascii=False, indent=2)


def _table(election: Election, outcome: Outcome, why: Mapping[str, str]) -> str:
    return "\n".join(_lines(election, outcome, why))


def _lines(election: Election, outcome: Outcome, why: Mapping[str, str]) -> Iterator[str]:
    names = {project.id: project.name for project in election.projects}
    yield f"{'rank':>4} {outcome.unit:>8} {'cost':>14}  selected  project"
    for result in outcome.projects:
        score, cost = number_text(result.score), number_text(result.cost)
        mark = "yes" if result.selected else "-"
        yield f"{result.rank:>4} {score:>8} {cost:>14}  {mark:<8}  {result.id} {names[result.id]}"
        if result.id in why:
            yield f"     {why[result.id]}"
    for tie in outcome.ties:
        yield f"tie, decided in this order: {', '.join(tie)}"
    yield (
        f"{len(outcome.selected)} of {len(outcome.projects)} projects for "
        f"{number_text(outcome.cost)} of {number_text(outcome.budget)}; {outcome.voters} ballots"
    )


def _sentences(election: Election, outcome: Outcome, locale: str) -> dict[str, str]:
    names = {project.id: project.name or project.id for project in election.projects}
    return {
        result.id: explain(result.reason, locale, title=names.__getitem__)
        for result in outcome.projects
    }


if __name__ == "__main__":
    sys.exit(main())
