"""The command `python -m budgeting.tally`: count a Pabulib file without any database."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from budgeting.tally.election import Election
from budgeting.tally.options import parse, spec_of
from budgeting.tally.pabulib import PabulibError, PabulibFile, read
from budgeting.tally.rules import run

_DISAGREES = 1
_BAD_FILE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0, 1 for a recount that disagrees with the result, or 2 for a file
    that cannot be read; exits with 2 if misused."""
    options = parse(argv)
    try:
        election = _election(options)
    except (OSError, PabulibError, _BadLimits) as error:
        path = options.limits if isinstance(error, _BadLimits) else options.file
        sys.stderr.write(f"{path}: {error}\n")
        return _BAD_FILE
    try:
        text = _count(election, options)
    except _Disagrees as error:
        sys.stderr.write(f"the recount disagrees: {error}\n")
        return _DISAGREES
    _print(text)
    return 0


class _BadLimits(Exception):
    """The file of limits cannot be used."""


class _Disagrees(Exception):
    """A recount does not come to the result."""


def _election(options: Namespace) -> Election:
    """What the files say. Warnings are written on the way."""
    file = _read(options.file)
    for warning in file.warnings:
        sys.stderr.write(f"{options.file}: {warning}\n")
    if file.warning_count > len(file.warnings):
        sys.stderr.write(f"{options.file}: {file.warning_count} warnings in all\n")
    election = file.election()
    return _limited(election, options.limits) if options.limits else election


def _read(path: str) -> PabulibFile:
    if path == "-":
        return read(sys.stdin.buffer)
    with Path(path).open("rb") as stream:
        return read(stream)


def _limited(election: Election, path: str) -> Election:
    from budgeting.tally.limits_file import read_limits  # noqa: PLC0415 - only if asked for

    try:
        known = [project.id for project in election.projects]
        return replace(election, limits=read_limits(Path(path).read_bytes(), known))
    except (OSError, ValueError) as error:
        raise _BadLimits(str(error)) from error


def _count(election: Election, options: Namespace) -> str:
    from budgeting.tally.recount import recount  # noqa: PLC0415 - read the files first
    from budgeting.tally.show import Shown, as_json, as_text  # noqa: PLC0415
    from budgeting.tally.whole import look_at  # noqa: PLC0415

    spec = spec_of(options)
    outcome = run(election, spec)
    try:
        checked = recount(election, outcome) if options.recount else None
    except ValueError as error:
        raise _Disagrees(str(error)) from error
    whole = look_at(election, spec, outcome) if options.explain else None
    shown = Shown(election, outcome, options.lang, whole, checked)
    return as_json(shown) if options.json else as_text(shown)


def _print(text: str) -> None:
    """Write, and leave quietly if nobody reads on."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
