"""Commands of the demo."""

from __future__ import annotations

from contextlib import suppress

import click
from flask.cli import with_appcontext

from core.clock import now
from core.web import settings
from transparency.keys import create_key


@click.group("demo")
def demo() -> None:
    """The fictional sub-district for trying things out."""


@demo.command("seed")
@with_appcontext
def seed_command() -> None:
    """Fill an empty database with the demo community; do nothing when there is data."""
    from budgeting.demo.seed import seed  # noqa: PLC0415 - draws pictures, which nobody else does

    if not settings().demo:
        raise click.ClickException("The demo is only for GONGZHI_DEMO=1, never for a real city.")
    with suppress(FileExistsError):
        create_key(settings())
    click.echo("Seeing to the demo community of Xinghe; the first time takes a moment …")
    if seed(now()):
        click.echo(DONE.format(url=settings().base_url))
    else:
        click.echo("There is data already, so nothing was made.")


DONE = """\
星河街道: three communities, 17 organisations, 2,133 people, 7 rounds, 64 projects, 2,320 ballots,
3,000 lines of money from the city down to those who were paid.
Look at:
  {url}/          what can be done now
  {url}/rounds    a round in each phase: ideas, review, vote, result, delivery
  {url}/money     where the money came from, and where it went
  {url}/projects  all projects as a list and on a map
  {url}/demo      sign in as anyone with one click (exists only in the demo)"""
