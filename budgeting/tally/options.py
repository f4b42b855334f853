"""The options of the command."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from fractions import Fraction

from budgeting.tally.greedy import MISFITS
from budgeting.tally.numbers import Number, whole
from budgeting.tally.rules import COMPARISONS, COMPLETIONS, RULES, STOPS, UTILITIES, RuleSpec
from budgeting.tally.sentences import LOCALES
from budgeting.tally.ties import TieOrder

_DECIMAL = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,30})?")
_DEFAULT = RuleSpec()


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the options; exits with 2 and a word on what is wrong if misused."""
    parser = argparse.ArgumentParser(
        prog="python -m budgeting.tally", description="Apply a rule to a Pabulib file."
    )
    parser.add_argument("file", help="a .pb file, or - for standard input")
    parser.add_argument("--rule", choices=RULES, default=_DEFAULT.rule)
    _add_conditions(parser)
    _add_shares(parser.add_argument_group("equal shares"))
    output = parser.add_argument_group("output")
    output.add_argument("--json", action="store_true", help="print JSON instead of a table")
    output.add_argument(
        "--explain",
        action="store_true",
        help="say why, for each project, and what the result gives to the voters as a whole",
    )
    output.add_argument(
        "--recount",
        action="store_true",
        help="count over again, step by step: who paid how much, exactly",
    )
    output.add_argument("--lang", choices=LOCALES, default="en", help="language of sentences")
    return parser.parse_args(argv)


def spec_of(options: argparse.Namespace) -> RuleSpec:
    """The rule that the options ask for."""
    return RuleSpec(
        rule=options.rule,
        misfit=options.misfit,
        min_votes=options.min_votes,
        ties=options.ties,
        utility=options.utility,
        completion=options.completion,
        until=options.until,
        step=options.step,
        compare=options.compare,
    )


def _add_conditions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--misfit",
        choices=MISFITS,
        default=_DEFAULT.misfit,
        help="at a project that does not fit: skip it or stop there (greedy, and filling up)",
    )
    parser.add_argument(
        "--min-votes", type=_not_negative, default=0, metavar="N", help="leave out below N votes"
    )
    parser.add_argument(
        "--ties",
        type=_tie_order,
        default=_DEFAULT.ties,
        metavar="ORDER",
        help="id (default) | seed:TEXT, after any of cost, votes: cost,votes,id",
    )
    parser.add_argument(
        "--limits",
        metavar="FILE.json",
        help='{"ceilings": [{"name", "projects": [ids], "amount"}], "exclusive": [[ids]], '
        '"funded": [ids]}',
    )


def _add_shares(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--utility",
        choices=UTILITIES,
        default=_DEFAULT.utility,
        help="what a project is worth to its supporters; by the ballot (default): their points "
        "where they give points or ranks, else its cost",
    )
    group.add_argument(
        "--completion",
        choices=COMPLETIONS,
        default=_DEFAULT.completion,
        help="what becomes of money left over; default: %(default)s",
    )
    group.add_argument(
        "--until",
        choices=STOPS,
        default=_DEFAULT.until,
        help="where add1 stops; default: %(default)s",
    )
    group.add_argument(
        "--step",
        type=_above_zero,
        default=_DEFAULT.step,
        metavar="AMOUNT",
        help="by how much add1 raises each voter's money at a time; default: 1",
    )
    group.add_argument(
        "--compare",
        choices=COMPARISONS,
        default=_DEFAULT.compare,
        help="let the winners of greedy stand if more voters like them better",
    )


def _not_negative(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 30):
        raise argparse.ArgumentTypeError("must be a whole number, not below zero")
    return int(text)


def _above_zero(text: str) -> Number:
    if not _DECIMAL.fullmatch(text) or not Fraction(text):
        raise argparse.ArgumentTypeError("must be a number above zero")
    return whole(Fraction(text))


def _tie_order(text: str) -> TieOrder:
    try:
        return TieOrder(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
