"""The residents of Xinghe: all on the register, most of them verified, a few just arrived."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from accounts.models import Person, RegisterEntry, Verification, VerificationState
from accounts.services.register import check_file, import_file
from accounts.services.verification import Identity, request
from budgeting.demo.world import Resident, World
from transparency.log import record_many


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody on the register. Those with a role in the demo's story have a ``key``."""

    key: str
    email: str
    name: str
    area: str
    birth_year: int
    tail: str
    verified: bool
    locale: str = "zh_Hans"


def move_in(
    session: Session, at: datetime, world: World, content: dict[str, Any], rng: Random
) -> None:
    """Upload the electoral register, then verify those who have come to the office."""
    lines = [*_story(content["residents"]), *_crowd(content, rng)]
    _upload(session, world, lines, at)
    verified = [line for line in lines if line.verified]
    session.execute(insert(Person), [_person(line, world, at) for line in verified])
    ids = _verify(session, world, verified, at + timedelta(days=14))
    for line in verified:
        if line.key:
            world.people[line.key] = ids[line.email]
        else:
            world.crowd.append(Resident(ids[line.email], line.area, line.birth_year))


def _story(rows: list[dict[str, Any]]) -> Iterator[Line]:
    for row in rows:
        yield Line(
            key=row["key"],
            email=f"{row['key']}@demo.invalid",
            name=row["name"],
            area=row["area"],
            birth_year=row["birth_year"],
            tail=row["id_tail"],
            verified=row.get("verified", False),
            locale=row.get("locale", "zh_Hans"),
        )


def _crowd(content: dict[str, Any], rng: Random) -> Iterator[Line]:
    """Made-up people, as old and as young as such a place is; one in eleven never came by."""
    for area, verified in content["crowd"].items():
        for number in range(verified + verified // 10):
            year = round(min(2008, max(1932, rng.gauss(1977, 17))))
            given = rng.choice(content["given_old" if year < 1972 else "given_young"])
            yield Line(
                key="",
                email=f"{area}{number:04d}@xinghe.invalid",
                name=rng.choice(content["surnames"]) + given,
                area=area,
                birth_year=year,
                # Unlike for each community and number, so that no two people are the same.
                tail=f"{len(area)}{number:03d}",
                verified=number < verified,
            )


def _upload(session: Session, world: World, lines: Sequence[Line], at: datetime) -> None:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(("证件号", "姓名", "社区", "出生年份"))
    for line in lines:
        area = world.areas[line.area].name["zh_Hans"]
        table.writerow((_masked(line), line.name, area, line.birth_year))
    ground = world.areas["wide"]
    checked = check_file(session, out.getvalue().encode(), ground, at)
    import_file(session, checked, ground.id, world.staff["officer"], at)


def _masked(line: Line) -> str:
    return f"3399**********{line.tail}"


def _person(line: Line, world: World, at: datetime) -> dict[str, Any]:
    return {
        "name": line.name,
        "email": line.email,
        "locale": line.locale,
        "area_id": world.areas[line.area].id,
        "birth_year": line.birth_year,
        "created_at": at,
    }


def _verify(session: Session, world: World, lines: Sequence[Line], at: datetime) -> dict[str, int]:
    """What ``accounts.services.verification`` does one by one, for all at once; gives the
    identities by address."""
    ids = {row.email: row.id for row in session.execute(select(Person.email, Person.id))}
    columns = RegisterEntry.masked_id, RegisterEntry.name, RegisterEntry.birth_year
    entries = {
        tuple(key): ident for ident, *key in session.execute(select(RegisterEntry.id, *columns))
    }
    rows = [
        {
            "person_id": ids[line.email],
            "name": line.name,
            "id_tail": line.tail,
            "birth_year": line.birth_year,
            "area_id": world.areas[line.area].id,
            "state": VerificationState.CONFIRMED,
            "requested_at": at,
            "decided_at": at,
            "decided_by_id": world.staff["verifier"],
            "entry_id": entries[_masked(line), line.name, line.birth_year],
        }
        for line in lines
    ]
    session.execute(
        update(RegisterEntry), [{"id": r["entry_id"], "person_id": r["person_id"]} for r in rows]
    )
    session.execute(update(Person), [{"id": r["person_id"], "verified_at": at} for r in rows])
    _record(session, rows, at)
    return ids


def _record(session: Session, rows: list[dict[str, Any]], at: datetime) -> None:
    made = session.scalars(
        insert(Verification).returning(Verification.id, sort_by_parameter_order=True), rows
    )
    facts: list[tuple[tuple[str, int | str], dict[str, Any]]] = [
        (("verification", made_id), {"area": row["area_id"], "method": "register", "by": "officer"})
        for made_id, row in zip(made, rows, strict=True)
    ]
    record_many(session, "verification.confirmed", facts, at)


def arrive_lately(session: Session, at: datetime, world: World, rows: list[dict[str, Any]]) -> None:
    """Let in those whom nobody has verified yet; one of them asks to be."""
    asking = {row["key"] for row in rows if row.get("asks")}
    for line in _story(rows):
        if line.verified:
            continue
        person = Person(**_person(line, world, at))
        session.add(person)
        session.flush()
        world.people[line.key] = person.id
        if line.key in asking:
            identity = Identity(line.name, line.tail, line.birth_year, world.areas[line.area].id)
            request(session, person.id, identity, at)
