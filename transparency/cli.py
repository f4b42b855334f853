"""Commands about the log: ``flask log …``."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import click
from flask import current_app
from flask.cli import AppGroup

from core.db import db
from core.errors import Conflict
from core.web import settings
from transparency import sequencer
from transparency.exporting import one_moment, to_folder
from transparency.keys import BadKey, create_key, load_key
from transparency.verifying import LogVerification

cli = AppGroup("log", help="The public transparency log.")
key = AppGroup("key", help="The key that signs the log.")
cli.add_command(key)


@key.command("create")
def create_command() -> None:
    """Make the log's signing key. There is only ever one; a file that is there stays."""
    try:
        made = create_key(settings())
    except FileExistsError as error:
        raise click.ClickException(f"{settings().log_key_path} is there already.") from error
    click.echo(f"The key is in {settings().log_key_path}. Keep a copy where only few can get it:")
    click.echo("without it the log cannot be continued. Tell everybody its public part:")
    click.echo(str(made.verifier))


@key.command("show")
def show_command() -> None:
    """Print the public part of the key."""
    try:
        found = load_key(settings())
    except BadKey as error:
        raise click.ClickException(f"The key cannot be used: {error}.") from error
    if found is None:
        raise click.ClickException("There is no key. `flask log key create` makes one.")
    click.echo(str(found.verifier))


@cli.command("sequence")
@click.option("--once", is_flag=True, help="Place and sign what waits now, then stop.")
def sequence_command(once: bool) -> None:
    """Give recorded facts their places in the log and sign it, until stopped. Where another
    sequencer is at work, wait for it to end."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # proxy
    if once:
        click.echo(f"{sequencer.drain(app)} placed.")
        return
    sequencer.run(app, Event())


@cli.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def export_command(folder: Path) -> None:
    """Write the signed log, its tree and the ledger into FOLDER, for verify.py or a web server."""
    try:
        count = to_folder(db.session, folder)
    except FileExistsError as error:
        raise click.ClickException(f"{error}.") from error
    except Conflict as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(f"{count} files written. Check them with: python verify.py {folder}")


@cli.command("verify")
def verify_command() -> None:
    """Work out every leaf, tile, root and signature anew from the database, and say what holds."""
    one_moment(db.session)
    found = LogVerification(db.session).run()
    click.echo(
        f"Looked at {found.leaves} leaves, {found.tiles} tiles, {found.checkpoints} checkpoints and"
        f" {found.cosignatures} signatures of witnesses; {found.waiting} leaves wait for a place."
    )
    for problem in found.problems:
        click.echo(f"- {problem}")
    if found.problems:
        raise click.ClickException(f"{len(found.problems)} things do not hold.")
    click.echo("Everything holds. What the log said before this database, only others can tell:")
    click.echo("those who saved a checkpoint, and witnesses.")
