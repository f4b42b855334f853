"""Grants as files, piece by piece: JSON and CSV of the 360Giving Data Standard 1.1."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.cells import one_line, unarmed, units
from core.types import MINOR_UNITS
from sponsorship.showing.grants.rows import Grant

VERSION = "1.1"
JSON_PATH = "/partners/grants.json"
BOM = b"\xef\xbb\xbf"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: its name, where the site is, and the prefix of its identifiers."""

    name: str
    base: str
    prefix: str

    def url(self, path: str) -> str:
        """A page of the site."""
        return self.base.rstrip("/") + path


def json_file(site: Publisher, at: datetime, found: Iterable[Grant]) -> Iterator[bytes]:
    """A package of grants as one JSON object, written while they are read."""
    head = json.dumps(_about(site, at), ensure_ascii=False)
    yield f'{head[:-1]}, "grants": [\n'.encode()
    for place, grant in enumerate(found):
        said = json.dumps(as_json(grant, site), ensure_ascii=False, separators=(",", ":"))
        yield (b",\n" if place else b"") + said.encode()
    yield b"\n]}\n"


def _about(site: Publisher, at: datetime) -> dict[str, Any]:
    return {
        "version": VERSION,
        "identifier": f"{site.prefix}-grants",
        "modified": moment(at),
        "publisher": {"name": site.name, "website": site.url("/")},
        "downloadURL": site.url(JSON_PATH),
        "accessURL": site.url("/partners/sponsors"),
    }


def as_json(grant: Grant, site: Publisher) -> dict[str, Any]:
    """One grant, with the ten fields that are required and what else there is."""
    place: dict[str, str] = {"name": grant.area}
    if grant.latitude is not None:
        place |= {"latitude": f"{grant.latitude:.5f}", "longitude": f"{grant.longitude:.5f}"}
    programme = {
        "code": f"{site.prefix}-CALL-{grant.call}",
        "title": grant.programme,
        "url": site.url(f"/partners/calls/{grant.call}"),
    }
    return {
        "id": grant.id,
        "title": grant.title,
        "description": grant.description,
        "currency": grant.currency,
        "amountAwarded": amount(grant.awarded, grant.currency),
        "amountDisbursed": amount(grant.disbursed, grant.currency),
        "awardDate": grant.on.isoformat(),
        "url": site.url(grant.path),
        "fundingOrganization": [{"id": grant.funder.id, "name": grant.funder.name}],
        "recipientOrganization": [{"id": grant.recipient.id, "name": grant.recipient.name}],
        "beneficiaryLocation": [place],
        "grantProgramme": [programme],
        "fromOpenCall": "Yes",
        "dateModified": moment(grant.changed),
        "dataSource": site.url(JSON_PATH),
    }


# The standard's own titles of its fields, which are not translated.
_COLUMNS = (
    "Identifier",
    "Title",
    "Description",
    "Currency",
    "Amount Awarded",
    "Amount Disbursed",
    "Award Date",
    "URL",
    "Funding Org:Identifier",
    "Funding Org:Name",
    "Recipient Org:Identifier",
    "Recipient Org:Name",
    "Beneficiary Location:Name",
    "Grant Programme:Code",
    "Grant Programme:Title",
    "From an open call?",
    "Last modified",
    "Data Source",
)


def csv_file(site: Publisher, found: Iterable[Grant]) -> Iterator[bytes]:
    """The same as a table in UTF-8, a grant a row; words never act as formulas."""
    yield BOM
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(_COLUMNS)
    for place, grant in enumerate(found, 1):
        out.writerow(_cells(grant, site))
        if place % _AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def _cells(grant: Grant, site: Publisher) -> list[str]:
    cells = (
        grant.id,
        grant.title,
        one_line(grant.description),
        grant.currency,
        str(units(grant.awarded, grant.currency)),
        str(units(grant.disbursed, grant.currency)),
        grant.on.isoformat(),
        site.url(grant.path),
        grant.funder.id,
        grant.funder.name,
        grant.recipient.id,
        grant.recipient.name,
        grant.area,
        f"{site.prefix}-CALL-{grant.call}",
        grant.programme,
        "Yes",
        moment(grant.changed),
        site.url(JSON_PATH),
    )
    return [unarmed(one) for one in cells]


def _taken(text: io.StringIO) -> bytes:
    data = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return data


def amount(minor: int, currency: str) -> int | float:
    """An amount as a JSON number, whole where it is."""
    whole, rest = divmod(minor, MINOR_UNITS[currency])
    return float(units(minor, currency)) if rest else whole


def moment(at: datetime) -> str:
    """A time as RFC 3339 writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
