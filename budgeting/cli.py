"""Commands about rounds: ``flask rounds …``."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select

from budgeting.closing import close
from budgeting.counting import tie_order
from budgeting.keys import round_key
from budgeting.models import Round
from budgeting.pabulib_export import export_round
from budgeting.pabulib_import import Imported, import_round
from budgeting.services.freeze import freeze_round
from budgeting.tally.greedy import MISFITS
from budgeting.tally.pabulib import PabulibError
from budgeting.tally.rules import COMPARISONS, COMPLETIONS, RULES, STOPS, UTILITIES
from core.clock import now
from core.db import db, transaction
from core.errors import Conflict, DomainError
from core.i18n import localize
from core.web import settings

rounds = AppGroup("rounds", help="Participatory budgeting rounds.")

BAD_FILE = 2
_FILE = click.Path(dir_okay=False, path_type=Path)


_CHOICES = {
    "rule": (tuple(RULES), "How it is counted; else by the city's own rule if we know it."),
    "misfit": (MISFITS, "At a project that does not fit, by most votes."),
    "utility": (UTILITIES, "What a choice is worth, by equal shares."),
    "completion": (COMPLETIONS, "What becomes of money left over, by equal shares."),
    "until": (STOPS, "How far voters' money is raised, by equal shares."),
    "compare": (COMPARISONS, "Whose winners stand if more voters like those better."),
}


def _tie_order(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    try:
        if text is not None:
            tie_order(text, "hash")
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return text


def _rule_options(command: Callable[..., None]) -> Callable[..., None]:
    """Options for the settings of a rule; those not given are None."""
    ties = "Order of equal projects: id, cost,votes,id or seed:TEXT."
    command = click.option("--ties", callback=_tie_order, help=ties)(command)
    least = click.IntRange(min=0)
    command = click.option("--min-votes", type=least, help="Leave out below so many.")(command)
    for name, (values, text) in reversed(_CHOICES.items()):
        command = click.option(f"--{name}", type=click.Choice(values), help=text)(command)
    return command


@rounds.command("list")
def list_() -> None:
    """Every round: its identity, its state and its title."""
    rows = select(Round.id, Round.state, Round.title).order_by(Round.id)
    for ident, state, title in db.session.execute(rows):
        click.echo(f"{ident}\t{state}\t{localize(title, 'en').text}")


@rounds.command("freeze")
@click.argument("round_id", metavar="ID", type=int)
def freeze(round_id: int) -> None:
    """Seal the public round ID, whose voting has begun, without waiting for the worker."""
    with transaction() as session:
        known = session.get(Round, round_id) is not None
        sealed = known and freeze_round(session, round_id, settings().keys, now())
    if not sealed:
        _stop(Conflict("Only a public round can be sealed, in its voting, with projects ready."))
    click.echo(f"Round {round_id} is sealed and open for votes.")


@rounds.command("close-without-key")
@click.argument("round_id", metavar="ID", type=int)
@click.confirmation_option(prompt="Is the key of this vote lost for good? The record will say so.")
def close_without_key(round_id: int) -> None:
    """Count the vote of round ID, which has ended, although its key is lost."""
    try:
        round_key(settings().keys, round_id)
    except Conflict:
        pass
    else:
        _stop(Conflict("The key of this vote is there: the worker closes it by itself."))
    with transaction() as session:
        known = session.get(Round, round_id) is not None
        closed = known and close(session, round_id, now(), key_lost=True)
    if not closed:
        _stop(Conflict("There is no such vote that has ended and waits to be closed."))
    click.echo(f"Round {round_id} is closed, and its votes are being counted.")


@rounds.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--area", type=int, help="Identity of the area; else the city the file names.")
@click.option("--title", default="", help="Title of the round; else one made from the file.")
@_rule_options
def import_(file: Path, area: int | None, title: str, **settings: Any) -> None:
    """Make a finished round from a Pabulib FILE."""
    rule = {name: value for name, value in settings.items() if value is not None}
    data = file.read_bytes()
    try:
        with transaction() as session:
            made = import_round(session, data, now(), area_id=area, title=title, rule=rule)
    except (DomainError, PabulibError) as error:
        _stop(error, f"{file}: ")
    _tell(file, made)


@rounds.command("export")
@click.argument("round_id", metavar="ID", type=int)
@click.option("--sub-budget", "area", type=int, help="Identity of the area whose budget it is.")
@click.option("--out", type=_FILE, help="File to write; else standard output.")
def export(round_id: int, area: int | None, out: Path | None) -> None:
    """Write the ballots of the closed round ID as a Pabulib file."""
    text = io.StringIO()
    try:
        export_round(db.session, round_id, text, area)
    except DomainError as error:
        _stop(error)
    if out:
        out.write_text(text.getvalue(), "utf-8")
    else:
        click.echo(text.getvalue(), nl=False)


def _tell(file: Path, made: Imported) -> None:
    for warning in made.warnings:
        click.echo(f"{file}: {warning}", err=True)
    if made.warning_count > len(made.warnings):
        click.echo(f"{file}: {made.warning_count} warnings in all", err=True)
    click.echo(
        f"Round {made.round_id}: {made.ballots} ballots, {made.projects} projects, "
        f"{made.selected} selected. See /rounds/{made.round_id}/result"
    )


def _stop(error: Exception, where: str = "") -> NoReturn:
    """Say what is wrong, in English like the rest of the command line, and leave."""
    with force_locale("en"):
        click.echo(f"{where}{error}", err=True)
    raise SystemExit(BAD_FILE)
