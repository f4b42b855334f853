"""``flask audit export``: the ledger as a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from audit.exports.book import Book
from audit.exports.formats import FORMATS, check_fits
from audit.exports.ocds.files import which
from audit.exports.ocds.load import count_processes
from audit.exports.scope import NAMES, find_scope
from audit.exports.values import units
from core.clock import now
from core.db import db
from core.errors import DomainError
from core.i18n import LOCALES
from core.web import settings

audit = AppGroup("audit", help="What everybody may know of the money.")
EVERY = 1 << 24  # bytes between two words of progress


def _filters(command: click.decorators.FC) -> click.decorators.FC:
    for name in reversed(NAMES):
        option = f"--{name.replace('_', '-')}"
        command = click.option(option, name, default="", help=_HELP[name])(command)
    return command


_HELP = {
    "within": "Identity of an area: its funds and those of all areas below.",
    "figure": "A figure of the pages of money, such as spent.",
    "code": "A code of lines, such as pay.",
    "year": "Year of the funds.",
    "currency": "Such as CNY.",
    "level": "Such as community.",
    "kind": "Of funds, such as allocation.",
    "area": "Identity of an area: its own funds only.",
    "fund": "Identity of a fund.",
    "round": "Identity of a round's cost centre: with its projects.",
    "cost_centre": "Identity of a cost centre.",
    "payee": "Identity of a payee.",
    "others": "Identities of payees to leave out, as 1,2,3.",
    "voucher": "Identity of a voucher.",
    "since": "First month, as 2026-01.",
    "until": "Last month, as 2026-12.",
    "amount_from": "Smallest amount, in units.",
    "amount_to": "Largest amount, in units.",
}


@audit.command("export")
@click.option("--format", "name", type=click.Choice(tuple(FORMATS)), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--language", type=click.Choice(LOCALES), default="en", show_default=True)
@_filters
def export(name: str, out: Path, language: str, **asked: str) -> None:
    """Write the ledger, or a part of it, to a file; a file that is there is replaced at once when
    the new one is whole."""
    with force_locale(language):
        form = FORMATS[name]
        try:
            scope = find_scope(db.session, asked)
            check_fits(form, scope)
            book = form.opens(db.session, scope, now(), settings().site_name_en)
            write_whole(out, form.write(db.session, book))
        except DomainError as error:
            raise click.ClickException(str(error.message)) from error
        except OSError as error:
            raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from error
    if name == "ocds":
        count = count_processes(db.session, which(scope))
        click.echo(f"{out}: {count} contracting processes")
    else:
        _tell(out, book)


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write ``pieces`` beside ``path``, then rename: whoever looks sees the old file or the whole
    new one. Says on standard error how far it is."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    written = told = 0
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                written += file.write(piece)
                if written - told >= EVERY:
                    told = written
                    click.echo(f"{written >> 20} MB…", err=True)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _tell(out: Path, book: Book) -> None:
    click.echo(f"{out}: {book.lines} lines of {len(book.funds)} funds")
    for total in book.totals:
        amount = units(total.amount, total.currency)
        click.echo(f"{total.currency}  {total.code:<14} {total.lines:>8}  {amount:>18,}")
