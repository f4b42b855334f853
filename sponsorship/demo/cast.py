"""The demo's businesses: registered, verified, with the people who act for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from accounts.models import Person, Role
from accounts.services.roles import grant
from core.clock import local_date
from ledger.documents import Upload
from sponsorship.businesses import services
from sponsorship.businesses.services.registering import Details
from sponsorship.demo.stage import Event, Stage, texts
from sponsorship.models import Business, Relation, RelationKind, Scheme, Seat, SeatRole, Sector
from sponsorship.states import SeatState


def tell_businesses(stage: Stage) -> Iterator[Event]:
    """From registration to verification, as far as each has come."""
    at = stage.xinghe.hour
    yield at(-100, 9), partial(_arrive, stage=stage)
    for key, row in stage.content["businesses"].items():
        yield at(row["days"][0], 10), partial(_register, stage=stage, key=key, row=row)
        yield at(row["days"][1], 11), partial(_submit, stage=stage, key=key)
        if len(row["days"]) > 2:
            yield at(row["days"][2], 15), partial(_verify, stage=stage, key=key, row=row)


def _arrive(session: Session, at: datetime, *, stage: Stage) -> None:
    for key, row in stage.content["people"].items():
        person = Person(
            name=row["name"],
            email=f"{key}@demo.invalid",
            birth_year=row["birth_year"],
            verified_at=at,
            created_at=at,
        )
        session.add(person)
        session.flush()
        stage.people[key] = person.id


def _register(
    session: Session, at: datetime, *, stage: Stage, key: str, row: dict[str, Any]
) -> None:
    by = stage.manager(key)
    details = Details(
        name=texts(row["name"]),
        scheme=Scheme.USCC,
        code=row["base"] + uscc.calc_check_digit(row["base"]),
        area_id=stage.xinghe.world.areas[row["area"]].id,
        sector=Sector(row["sector"]),
        about=texts(row["about"]),
        address="星河街道（演示地址）",
        contact_name=session.get_one(Person, by).name,
        contact_email=f"{key}@example.com",
    )
    business = services.register(session, details, by, at)
    stage.businesses[key] = business.id
    title = stage.content["reasons"]["paper"]
    upload = Upload(BytesIO(_licence(row["name"][1])), "licence.png")
    services.add_paper(session, business.id, upload, by, at, title=title)
    for one in row.get("relations", ()):
        session.add(
            Relation(
                business_id=business.id,
                kind=RelationKind(one["kind"]),
                person_name=one.get("person", ""),
                company_name=one.get("company", ""),
                note=one.get("note", ""),
                declared_by_id=by,
                declared_at=at,
            )
        )


def _licence(name: str) -> bytes:
    """A picture of a licence that cannot be taken for a real one."""
    sheet = Image.new("RGB", (480, 320), "#fdf3e0")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((12, 12, 468, 308), outline="#a8321c", width=3)
    draw.text((40, 60), f"LICENCE (demonstration)\n\n{name}", fill="#1c2530")
    out = BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _submit(session: Session, at: datetime, *, stage: Stage, key: str) -> None:
    services.submit(session, stage.businesses[key], stage.manager(key), at)


def _appoint(session: Session, at: datetime, *, stage: Stage, business: Business) -> None:
    """A role besides the seat, so that one can enter as whoever manages it, and bid."""
    grant(
        session,
        person_id=business.created_by_id,
        role=Role.BUSINESS,
        area=business.area,
        organisation=business.organisation,
        starts_on=local_date(at),
        ends_on=None,
        by_id=stage.xinghe.world.staff["admin"],
        now=at,
    )


def _verify(session: Session, at: datetime, *, stage: Stage, key: str, row: dict[str, Any]) -> None:
    known = stage.xinghe.world.organisations.get(row.get("organisation", ""))
    ident, by = stage.businesses[key], stage.officers[1]
    services.verify(session, ident, by, at, organisation_id=known.id if known else None)
    if known is None:
        _appoint(session, at, stage=stage, business=session.get_one(Business, ident))
    for person, role in row.get("others", {}).items():
        session.add(
            Seat(
                business_id=ident,
                person_id=stage.person(person),
                role=SeatRole(role),
                state=SeatState.ACTIVE,
                invited_by_id=stage.manager(key),
                invited_at=at,
                accepted_at=at,
            )
        )
