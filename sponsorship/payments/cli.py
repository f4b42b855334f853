"""Commands about payments: ``flask payments …``."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import AppGroup
from sqlalchemy import select

from core.clock import local_zone, now
from core.db import db
from core.errors import DomainError
from sponsorship.models import ProviderEvent, Reconciliation
from sponsorship.payments import events
from sponsorship.payments.providers import providers
from sponsorship.payments.providers.protocol import ProviderError
from sponsorship.payments.reconcile import reconcile

payments = AppGroup("payments", help="Sponsors' payments, and the services that they go through.")
FAILED = 1
_OPEN = (events.Status.FAILED, events.Status.WAITING)


@payments.command("reconcile")
@click.option("--provider", "only", help="Only this service.")
def reconcile_(only: str | None) -> None:
    """Compare payment services with the books, and mend what a crash has left."""
    names = [name for name in providers() if name != "bank" and only in {None, name}]
    if not names:
        raise click.ClickException("There is no such service here.")
    failed = False
    for name in names:
        try:
            run = db.session.get_one(Reconciliation, reconcile(providers()[name], now()))
        except (ProviderError, DomainError) as error:
            failed = True
            click.echo(f"{name}: not compared: {error}")
            continue
        click.echo(
            f"{name}: {run.lines} lines, {run.matched} matched, {run.unmatched} not in the books,"
            f" {run.missing} not at the service, {run.mended} mended"
        )
    if failed:
        raise click.exceptions.Exit(FAILED)


@payments.command("replay")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="Only from then."
)
@click.option("--event", "event_id", help="Only this message, whatever became of it.")
def replay(since: datetime | None, event_id: str | None) -> None:
    """Work again on messages that failed or wait: what they are about is asked for anew."""
    ids = _chosen(since, event_id)
    counted: dict[str, int] = {}
    for ident in ids:
        try:
            became = events.work(ident, now()).value
        except DomainError as error:
            became = events.Status.WAITING.value
            click.echo(f"{ident}: {error.message}")
        counted[became] = counted.get(became, 0) + 1
    said = ", ".join(f"{number} {became}" for became, number in sorted(counted.items()))
    click.echo(f"{len(ids)} messages" + (f": {said}" if said else ""))
    if counted.keys() & set(_OPEN):
        raise click.exceptions.Exit(FAILED)


def _chosen(since: datetime | None, event_id: str | None) -> list[str]:
    rows = select(ProviderEvent.event_id).order_by(ProviderEvent.created_at, ProviderEvent.event_id)
    if event_id is not None:
        found = list(db.session.scalars(rows.where(ProviderEvent.event_id == event_id)))
        if not found:
            raise click.ClickException("There is no such message.")
        return found
    rows = rows.where(ProviderEvent.status.in_(_OPEN))
    if since is not None:
        at = since.replace(tzinfo=local_zone()).astimezone(UTC)
        rows = rows.where(ProviderEvent.received_at >= at)
    return list(db.session.scalars(rows))
