"""Commands about people: the first administrator comes from here."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from accounts.addresses import normalise_email
from accounts.models import Area, Role
from accounts.queries import area_choices
from accounts.services import places, roles
from accounts.services.people import arrive
from accounts.services.setting_up import new_link
from core.clock import local_date, now
from core.db import db, transaction
from core.errors import Conflict, DomainError
from core.web import settings

accounts = AppGroup("accounts", help="People, roles and areas.")


def register(app: Flask) -> None:
    """Attach ``flask accounts …``."""
    app.cli.add_command(accounts)


@accounts.command("admin")
@click.argument("email")
@click.option("--area", "area_id", type=int, help="The area to administer, by its number.")
@click.option("--create", "city", metavar="NAME", help="Make a new city of this name instead.")
def admin(email: str, area_id: int | None, city: str | None) -> None:
    """Make EMAIL an administrator and print the link for choosing a password."""
    if (area_id is None) == (city is None):
        raise click.UsageError("Give either --area or --create.")
    try:
        with transaction() as session:
            link = _admin(session, normalise_email(email), _area(session, area_id, city))
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(f"Good for 72 hours: {link}")


def _area(session: Session, area_id: int | None, city: str | None) -> Area:
    if city is not None:
        lang = settings().default_locale
        return places.create_area(session, None, {lang: city[:80]}, None, now())
    found = session.get(Area, area_id)
    if found is None:
        raise click.ClickException(f"There is no area {area_id}.")
    return found


def _admin(session: Session, email: str, area: Area) -> str:
    """Give the role; whoever has it already only gets a new link."""
    person = arrive(session, email, settings().default_locale, now())
    person.name = person.name or email.partition("@")[0][:80]
    try:
        roles.grant(
            session,
            person_id=person.id,
            role=Role.ADMIN,
            area=area,
            organisation=None,
            starts_on=local_date(now()),
            ends_on=None,
            by_id=None,
            now=now(),
        )
    except Conflict:
        click.echo("This person administers that area already.")
    token = new_link(session, person.id, now())
    return f"{settings().base_url}/staff/set-up/{token}"


@accounts.command("areas")
def areas() -> None:
    """List the areas with their numbers."""
    for ident, name in area_choices(db.session):
        click.echo(f"{ident:>6}  {name}")
