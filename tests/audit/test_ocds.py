"""Open contracting data: valid for the outside check, one release a step, none of which changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.audit.contracting import Contracting, Json, compiled, releases, tags
from tests.audit.ocds_check import checked, checked_records, odd, refuse_wrong, wrong
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from transparency.models import Leaf


@pytest.mark.usefixtures("schemas")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_outside_tool_finds_nothing_wrong_or_odd(
    site: Contracting, client: FlaskClient, tmp_path: Path, language: str
) -> None:
    site.whole_way()
    site.directly()
    client.set_cookie("locale", "zh_Hans" if language == "zh" else "en")
    for name, check in (
        ("ocds-releases.json", lambda path: checked(path, tmp_path)),
        ("ocds.json", checked_records),
    ):
        path = tmp_path / name
        path.write_bytes(client.get(f"/projects/{site.project}/{name}").data)
        found = check(path)
        assert found["version_used"] == "1.1"
        assert found["unique_ocids_count"] == 2
        assert not wrong(found)
        assert not odd(found)
        assert f'"language":"{language}"' in path.read_text()


def _wrong_tag(package: Json) -> None:
    package["releases"][0]["tag"] = ["tendering"]


def _amount_as_text(package: Json) -> None:
    package["releases"][0]["tender"]["value"]["amount"] = "90000"


def _no_ocid(package: Json) -> None:
    del package["releases"][1]["ocid"]


def _unknown_status(package: Json) -> None:
    package["releases"][0]["tender"]["status"] = "nearly"


def _no_award(package: Json) -> None:
    for one in package["releases"]:
        for contract in one.get("contracts", []):
            del contract["awardID"]


@pytest.mark.usefixtures("schemas")
@pytest.mark.parametrize(
    "spoil", [_wrong_tag, _amount_as_text, _no_ocid, _unknown_status, _no_award]
)
def test_a_spoiled_file_is_refused(
    site: Contracting, client: FlaskClient, tmp_path: Path, spoil: Callable[[Json], None]
) -> None:
    site.whole_way()
    package = client.get(f"/projects/{site.project}/ocds-releases.json").get_json()
    path = tmp_path / "spoiled.json"
    path.write_text(json.dumps(package))
    refuse_wrong(checked(path, tmp_path))
    spoil(package)
    path.write_text(json.dumps(package))
    with pytest.raises(ValueError, match="not valid"):
        refuse_wrong(checked(path, tmp_path))


def test_every_step_is_a_release_with_the_number_and_time_of_the_record(
    site: Contracting, client: FlaskClient, session: Session
) -> None:
    tender = site.whole_way()
    found = releases(client, site)
    assert tags(found) == [
        "planning+tender",
        "tenderUpdate",
        "tenderUpdate",
        "award",
        "contract",
        "contractAmendment",
        "contractAmendment",
        "implementation",
        "implementationUpdate",
        "implementationUpdate",
    ]
    assert len({one["id"] for one in found}) == len(found)
    assert {one["ocid"] for one in found} == {f"ocds-000000-ZB-{tender:05d}"}
    for one in found:
        number = int(one["id"].removeprefix(f"{one['ocid']}-"))
        at = session.scalars(select(Leaf.occurred_at).where(Leaf.id == number)).one()
        assert one["date"] == f"{at:%Y-%m-%dT%H:%M:%SZ}"


def test_what_was_released_stays_whatever_happens_later(
    site: Contracting, client: FlaskClient
) -> None:
    known: list[Json] = []

    def grown() -> None:
        found = releases(client, site)
        assert found[: len(known)] == known
        assert len(found) > len(known)
        known[:] = found

    tender = site.publish()
    grown()
    site.question(tender)
    grown()
    site.bids(tender)
    site.open(tender)
    grown()
    site.judged(tender)
    site.award(tender)
    grown()
    site.draw(tender)
    site.agree(tender, site.traders[1])
    site.sign(tender)
    grown()
    first, second = site.milestones[:2]
    at = site.later + DAY
    site.change("delay", {"due_on": "2026-09-15"}, second, at)
    grown()
    site.change("scope", {"title": "Five benches", "about": "Of beech"}, second, at)
    grown()
    site.change("cost", {"price": 25_000 * YUAN}, second, at)
    grown()
    site.finish(first, at)
    grown()
    site.pay(first, 20_000 * YUAN, at + DAY)
    grown()
    site.change("cancel", {}, second, at + 2 * DAY)
    grown()


def flat(part: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a release by its path; things of a list by their identities."""
    if isinstance(part, Mapping):
        for name, one in part.items():
            yield from flat(one, f"{path}/{name}")
    elif isinstance(part, list) and part and isinstance(part[0], Mapping):
        for one in part:
            yield from flat(one, f"{path}[{one['id']}]")
    else:
        yield path, part


def test_the_compiled_release_is_the_last_word_of_all_releases(
    site: Contracting, client: FlaskClient
) -> None:
    tender = site.whole_way()
    last: dict[str, Any] = {}
    for one in releases(client, site):
        last |= dict(flat(one))
    own = dict(flat(compiled(client, site)))
    for name in ("/id", "/date", "/tag"):
        del last[name]
    assert (own.pop("/tag"), own.pop("/date")) == (["compiled"], "2026-05-05T04:00:00Z")
    assert own.pop("/id") == f"ocds-000000-ZB-{tender:05d}-2026-05-05T04:00:00Z"
    assert own == last
