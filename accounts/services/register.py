"""Taking in the electoral register: a file is checked line by line, then all or nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Area, RegisterEntry, RegisterUpload
from accounts.register_file import Person, Reading, read_register
from core.clock import local_date
from core.db import in_parts
from core.errors import Conflict
from core.i18n import lazy_gettext
from core.types import Texts
from transparency.log import record

OLDEST_YEAR = 1880
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was read: what it holds, its hash, and its number of people per area."""

    reading: Reading
    sha256: str
    per_area: dict[int, int]


def check_file(session: Session, content: bytes, area: Area, now: datetime) -> Checked:
    """Read a register for ``area`` and compare it with what is there; writes nothing.

    Raises ``Invalid`` (field ``file``) for a file that is no register at all; what is wrong
    with single lines stands in the result.
    """
    years = OLDEST_YEAR, local_date(now).year
    reading = read_register(content, _names(session, area), years)
    _compare(session, reading)
    per_area = Counter(person.area_id for person in reading.people)
    return Checked(reading, hashlib.sha256(content).hexdigest(), dict(per_area))


def _names(session: Session, area: Area) -> dict[str, list[int]]:
    """What may be written for each area in ``area``: its number, or its name in any language."""
    found: dict[str, list[int]] = {}
    rows = select(Area.id, Area.name).where(Area.path.startswith(area.path, autoescape=True))
    for ident, name in session.execute(rows):
        texts: Texts = name
        for spelling in {str(ident), *(text.casefold() for text in texts.values())}:
            found.setdefault(spelling, []).append(ident)
    return found


def _compare(session: Session, reading: Reading) -> None:
    """Note which lines are on the register already: one pass over the register, as the line
    of nearly every number is in doubt after masking."""
    lines = {person.key: person.line for person in reading.people}
    kept = select(RegisterEntry.masked_id, RegisterEntry.name, RegisterEntry.birth_year)
    rows = in_parts(session, kept, 10 * _AT_ONCE)
    for line in sorted(lines[key] for row in rows if (key := (row[0], row[1], row[2])) in lines):
        reading.problem(line, lazy_gettext("On the register already."))


def import_file(
    session: Session, checked: Checked, area_id: int, by_id: int, now: datetime
) -> RegisterUpload:
    """Write a file without problems into the register.

    Raises ``Conflict`` when somebody else has uploaded one of its people in the meantime.
    """
    people = checked.reading.people
    upload = RegisterUpload(
        area_id=area_id,
        uploaded_by_id=by_id,
        uploaded_at=now,
        sha256=checked.sha256,
        people=len(people),
    )
    session.add(upload)
    session.flush()
    try:
        for start in range(0, len(people), _AT_ONCE):
            part = people[start : start + _AT_ONCE]
            session.execute(insert(RegisterEntry), [_row(upload.id, person) for person in part])
    except IntegrityError as error:
        raise Conflict(
            lazy_gettext("The register has changed in the meantime. Please check the file again.")
        ) from error
    body = {"area": area_id, "people": len(people), "sha256": checked.sha256, "by": "officer"}
    record(session, "register.uploaded", [("upload", upload.id), ("area", area_id)], body, now)
    return upload


def _row(upload_id: int, person: Person) -> dict[str, Any]:
    return {
        "upload_id": upload_id,
        "masked_id": person.masked_id,
        "name": person.name,
        "area_id": person.area_id,
        "birth_year": person.birth_year,
    }
